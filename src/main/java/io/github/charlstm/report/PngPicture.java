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

/** Writes a {@link Drawing} as PNG with AWT, which needs fonts and native libraries. */
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

  // A class of its own, so that only its use fails where AWT's classes cannot be loaded.
  private record Awt(Graphics2D graphics) {

    static byte[] draw(Drawing drawing) throws IOException {
      BufferedImage picture =
          new BufferedImage(drawing.width, drawing.height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = picture.createGraphics();
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, drawing.width, drawing.height);
      Awt awt = new Awt(graphics);
      drawing.shapes.forEach(awt::draw);
      graphics.dispose();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      // in memory: by default ImageIO writes a file to java.io.tmpdir, which may be full
      try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        ImageIO.write(picture, "png", out);
      }
      return bytes.toByteArray();
    }

    private void draw(Drawing.Shape shape) {
      graphics.setColor(new Color(shape.color()));
      if (shape instanceof Drawing.Line line) {
        float[] dashes = line.isDashed() ? new float[] {8f, 5f} : null;
        float width = (float) line.width();
        graphics.setStroke(
            new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, dashes, 0f));
        graphics.draw(path(line.x(), line.y()));
      } else if (shape instanceof Drawing.Rectangle area) {
        graphics.fill(new Rectangle2D.Double(area.left(), area.top(), area.width(), area.height()));
      } else if (shape instanceof Drawing.Polygon polygon) {
        graphics.fill(path(polygon.x(), polygon.y()));
      } else if (shape instanceof Drawing.Dot dot) {
        double radius = dot.radius();
        graphics.fill(
            new Ellipse2D.Double(dot.x() - radius, dot.y() - radius, 2 * radius, 2 * radius));
      } else if (shape instanceof Drawing.Text text) {
        draw(text);
      }
    }

    private static Path2D path(double[] x, double[] y) {
      Path2D path = new Path2D.Double();
      path.moveTo(x[0], y[0]);
      for (int k = 1; k < x.length; k++) {
        path.lineTo(x[k], y[k]);
      }
      return path;
    }

    private void draw(Drawing.Text text) {
      int style = text.isBold() ? Font.BOLD : Font.PLAIN;
      graphics.setFont(new Font(Font.SANS_SERIF, style, text.size()));
      double length = graphics.getFontMetrics().stringWidth(text.text());
      double before =
          switch (text.anchor()) {
            case START -> 0;
            case MIDDLE -> length / 2;
            case END -> length;
          };
      AffineTransform saved = graphics.getTransform();
      graphics.translate(text.x(), text.y());
      if (text.isRotated()) {
        graphics.rotate(-Math.PI / 2);
      }
      graphics.drawString(text.text(), (float) -before, 0f);
      graphics.setTransform(saved);
    }
  }
}
