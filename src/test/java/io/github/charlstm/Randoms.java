package io.github.charlstm;

import java.util.Random;

/** Asymmetric values: weights that are all alike would hide swapped gates. */
public final class Randoms {
  private Randoms() {}

  public static float[][] matrix(Random random, int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int k = 0; k < columns; k++) {
        row[k] = (float) (random.nextGaussian() * 0.6);
      }
    }
    return values;
  }
}
