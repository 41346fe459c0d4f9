package io.github.charlstm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Files in the format of MNIST's test set, with a few images of noise. */
final class TinyDigits {
  private TinyDigits() {}

  static void write(Path folder, int images) throws IOException {
    byte[] pixels = new byte[images * 784];
    new Random(1).nextBytes(pixels);
    write(folder.resolve("t10k-images-idx3-ubyte.gz"), pixels, 2051, images, 28, 28);
    byte[] labels = new byte[images];
    for (int k = 0; k < images; k++) {
      labels[k] = (byte) (k % 10);
    }
    writeLabels(folder, labels);
  }

  static void writeLabels(Path folder, byte[] labels) throws IOException {
    write(folder.resolve("t10k-labels-idx1-ubyte.gz"), labels, 2049, labels.length);
  }

  private static void write(Path file, byte[] values, int... header) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + values.length);
    for (int number : header) {
      bytes.putInt(number);
    }
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes.put(values).array());
    }
    Files.write(file, zipped.toByteArray());
  }
}
