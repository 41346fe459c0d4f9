package io.github.charlstm.bench;

import java.util.Random;

/**
 * Random batches of the right shapes. They are learnable, so that a falling loss shows that a
 * contender does train: a symbol's successor is the same each time, and an image of class k has
 * column k white.
 */
final class RandomData {
  private final Network network;
  private final Random random = new Random(1);
  private int[] symbols = {};
  private float[] images = {};
  private int[] targets = {};

  RandomData(Network network) {
    this.network = network;
  }

  /** Draws the next batch. */
  void next() {
    if (network.input() == Network.Input.ROWS) {
      targets = random.ints(network.batch(), 0, network.outputs()).toArray();
      images = drawImages();
      return;
    }
    symbols = random.ints((long) network.batch() * network.steps(), 0, network.inputs()).toArray();
    targets = new int[symbols.length];
    for (int k = 0; k < symbols.length; k++) {
      targets[k] = (symbols[k] + 1) % network.inputs();
    }
  }

  private float[] drawImages() {
    int rows = network.batch() * network.steps();
    float[] pixels = new float[rows * network.inputs()];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < network.inputs(); column++) {
        boolean white = column == targets[row / network.steps()];
        pixels[row * network.inputs() + column] = white ? 1 : random.nextFloat();
      }
    }
    return pixels;
  }

  /** {@code [N * T]}, row-major. */
  int[] symbols() {
    return symbols;
  }

  /** {@code [N, T, inputs]}, row-major. */
  float[] images() {
    return images;
  }

  /** A symbol for each, {@code [N * T]}; of images a class for each, {@code [N]}. */
  int[] targets() {
    return targets;
  }
}
