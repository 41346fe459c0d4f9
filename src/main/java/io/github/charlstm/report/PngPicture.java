package io.github.charlstm.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A {@link Drawing} as PNG, made by AWT: it needs fonts and the native libraries behind them. */
final class PngPicture {
  private PngPicture() {}

  static byte[] bytes(Drawing drawing) throws IOException {
    try {
      return Awt.draw(drawing);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // What AWT throws without fonts or one of its native libraries differs from JDK to JDK:
      // InternalError, UnsatisfiedLinkError, NoClassDefFoundError, AWTError, a plain Error.
      throw new PngUnavailableException(e);
    }
  }

  // A class of its own: where AWT's classes cannot be loaded, nothing outside of it fails.
  private static final class Awt {
    private final Graphics2D graphics;

    Awt(Graphics2D graphics) {
      this.graphics = graphics;
    }

    static byte[] draw(Drawing drawing) throws IOException {
      BufferedImage picture =
          new BufferedImage(drawing.width(), drawing.height(), BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = picture.createGraphics();
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      Awt awt = new Awt(graphics);
      for (Drawing.Shape shape : drawing.shapes()) {
        awt.draw(shape);
      }
      graphics.dispose();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      // in memory: ImageIO's own choice is a file in java.io.tmpdir, which may be full
      try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        ImageIO.write(picture, "png", out);
      }
      return bytes.toByteArray();
    }

    private void draw(Drawing.Shape shape) {
      if (shape instanceof Drawing.Line line) {
        draw(line);
      } else if (shape instanceof Drawing.Area area) {
        graphics.setColor(new Color(area.color()));
        graphics.fill(new Rectangle2D.Double(area.left(), area.top(), area.width(), area.height()));
      } else if (shape instanceof Drawing.Dot dot) {
        double radius = dot.radius();
        graphics.setColor(new Color(dot.color()));
        graphics.fill(
            new Ellipse2D.Double(dot.x() - radius, dot.y() - radius, 2 * radius, 2 * radius));
      } else if (shape instanceof Drawing.Words words) {
        draw(words);
      }
    }

    private void draw(Drawing.Line line) {
      Path2D path = new Path2D.Double();
      path.moveTo(line.x()[0], line.y()[0]);
      for (int k = 1; k < line.x().length; k++) {
        path.lineTo(line.x()[k], line.y()[k]);
      }
      float[] dashes = line.isDashed() ? new float[] {8f, 5f} : null;
      graphics.setStroke(
          new BasicStroke(
              (float) line.width(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, dashes, 0f));
      graphics.setColor(new Color(line.color()));
      graphics.draw(path);
    }

    private void draw(Drawing.Words words) {
      int style = words.isBold() ? Font.BOLD : Font.PLAIN;
      graphics.setFont(new Font(Font.SANS_SERIF, style, words.size()));
      graphics.setColor(Color.BLACK);
      double length = graphics.getFontMetrics().stringWidth(words.text());
      double before =
          switch (words.anchor()) {
            case START -> 0;
            case MIDDLE -> length / 2;
            case END -> length;
          };
      AffineTransform unturned = graphics.getTransform();
      graphics.translate(words.x(), words.y());
      if (words.goesUp()) {
        graphics.rotate(-Math.PI / 2);
      }
      graphics.drawString(words.text(), (float) -before, 0f);
      graphics.setTransform(unturned);
    }
  }
}
