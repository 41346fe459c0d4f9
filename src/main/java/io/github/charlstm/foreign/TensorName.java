package io.github.charlstm.foreign;

/**
 * A tensor of a graph: an operation and which of its outputs (Python: {@code "softmax:0"}).
 *
 * @param operation the operation's name
 * @param output from 0
 */
public record TensorName(String operation, int output) {
  /**
   * Checks both parts.
   *
   * @param operation not empty
   * @param output 0 or more
   * @throws IllegalArgumentException if the name is empty or the output below 0
   */
  public TensorName {
    if (operation == null || operation.isEmpty() || output < 0) {
      throw new IllegalArgumentException(
          "expected a tensor's name such as softmax:0, found '" + operation + ":" + output + "'");
    }
  }

  /**
   * Reads {@code operation:output}; without a colon it is output 0.
   *
   * @param text such as {@code softmax:0}
   * @return the name in its two parts
   * @throws IllegalArgumentException if the text is something else
   */
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
