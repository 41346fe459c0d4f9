package io.github.charlstm.data;

/** Checks of the sizes of batches. */
final class Sizes {

  private Sizes() {}

  static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new InvalidDataException(what + " must be at least 1, found " + value);
    }
  }

  static void requireShape(String what, int length, int rows, int columns) {
    if (length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "%s must have %s x %s values, found %s".formatted(what, rows, columns, length));
    }
  }
}
