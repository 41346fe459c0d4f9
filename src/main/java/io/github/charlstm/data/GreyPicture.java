package io.github.charlstm.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Reads pictures in the formats of {@link ImageIO} (PNG, JPEG, GIF, BMP) as grey values. */
public final class GreyPicture {
  private GreyPicture() {}

  /**
   * {@return the picture scaled to a size, values from 0 (black) to 1, {@code [rows, columns]}
   * row-major; empty if the file has none of the formats}
   *
   * @throws InvalidDataException if the file cannot be read, the picture is damaged, or Java cannot
   *     read pictures on this machine
   */
  public static Optional<float[]> read(Path file, int rows, int columns) {
    byte[] bytes = TextFile.readBytes(file);
    try {
      return Awt.read(bytes, rows, columns);
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new InvalidDataException(
          "%s is a damaged picture (%s)".formatted(file, e.getMessage()), e);
    } catch (LinkageError | InternalError e) { // without java.desktop or a native library
      throw new InvalidDataException(
          "%s: Java cannot read pictures here (%s); give images in the IDX format"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  // A class of its own, so that only its use fails where AWT's classes cannot be loaded.
  private static final class Awt {
    static Optional<float[]> read(byte[] bytes, int rows, int columns) throws IOException {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes));
      if (picture == null) {
        return Optional.empty();
      }
      BufferedImage grey = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
      Graphics2D graphics = grey.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(picture, 0, 0, columns, rows, null);
      graphics.dispose();
      int[] values = grey.getRaster().getPixels(0, 0, columns, rows, (int[]) null);
      float[] pixels = new float[values.length];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = values[k] / 255f;
      }
      return Optional.of(pixels);
    }
  }
}
