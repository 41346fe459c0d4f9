package io.github.charlstm.cli;

import io.github.charlstm.data.IdxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Files in the format of MNIST's test set, with a few images of noise. */
public final class TinyDigits {
  private TinyDigits() {}

  /** Image {@code n} has the label {@code n % 10}. */
  public static void write(Path folder, int images) throws IOException {
    byte[] pixels = new byte[images * 784];
    new Random(1).nextBytes(pixels);
    Files.write(
        folder.resolve("t10k-images-idx3-ubyte.gz"), IdxFiles.gzip(IdxFiles.images(pixels)));
    byte[] labels = new byte[images];
    for (int k = 0; k < images; k++) {
      labels[k] = (byte) (k % 10);
    }
    writeLabels(folder, labels);
  }

  static void writeLabels(Path folder, byte[] labels) throws IOException {
    Files.write(
        folder.resolve("t10k-labels-idx1-ubyte.gz"), IdxFiles.gzip(IdxFiles.labels(labels)));
  }
}
