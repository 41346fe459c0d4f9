package io.github.charlstm.foreign;

/** A tensor of a graph: an operation and the index of its output (Python: {@code "softmax:0"}). */
public record TensorName(String operation, int output) {
  public TensorName {
    if (operation == null || operation.isEmpty() || output < 0) {
      throw new IllegalArgumentException(
          "expected a tensor's name such as softmax:0, found '" + operation + ":" + output + "'");
    }
  }

  /** Parses {@code operation:output}; without a colon the output is 0. */
  public static TensorName of(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new TensorName(text, 0);
    }
    String number = text.substring(colon + 1);
    if (!number.matches("[0-9]{1,6}")) {
      throw new IllegalArgumentException(
          "expected a tensor's name such as softmax:0, found '" + text + "'");
    }
    return new TensorName(text.substring(0, colon), Integer.parseInt(number));
  }

  @Override
  public String toString() {
    return operation + ":" + output;
  }
}
