package io.github.charlstm.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes IDX files. */
public final class IdxFiles {

  private IdxFiles() {}

  /** A header of big-endian numbers, then values. */
  static byte[] idx(byte[] values, int... header) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + values.length);
    for (int number : header) {
      bytes.putInt(number);
    }
    return bytes.put(values).array();
  }

  public static byte[] images(byte[] pixels) {
    return idx(pixels, 2051, pixels.length / 784, 28, 28);
  }

  public static byte[] labels(byte[] labels) {
    return idx(labels, 2049, labels.length);
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  /** Writes a set and reads it. */
  static MnistImages read(Path folder, byte[] pixels, byte[] labels) {
    try {
      return MnistImages.read(
          Files.write(folder.resolve("images"), images(pixels)),
          Files.write(folder.resolve("labels"), labels(labels)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
