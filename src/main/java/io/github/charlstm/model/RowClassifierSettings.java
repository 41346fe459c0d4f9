package io.github.charlstm.model;

import java.util.Objects;

/**
 * Structural settings of {@link RowClassifier}: a checkpoint fits a graph only if these are equal.
 *
 * @param rows of an image, the steps of its sequence, T; at least 1
 * @param columns of an image, the inputs of one step; at least 1
 * @param classes that an image may belong to, K; at least 2
 * @param units of each layer (Python: {@code hidden_size}), U; at least 1
 * @param numLayers cells on top of each other (Python: {@code layer_num}), at least 1
 * @param loop how the cells are run over the rows; it decides the variables' scope
 * @param crossEntropy how the loss is computed
 * @param bidirectional whether a second stack reads the rows from the last to the first
 */
public record RowClassifierSettings(
    int rows,
    int columns,
    int classes,
    int units,
    int numLayers,
    RnnImplementation loop,
    CrossEntropy crossEntropy,
    boolean bidirectional) {

  /** How the loss is computed. */
  public enum CrossEntropy {
    /**
     * {@code -mean(y * log(softmax(logits)))} over all N x K numbers, as the page has it: a K-th of
     * the usual cross-entropy. A probability that underflows to 0 makes it NaN.
     */
    PRINTED,
    /**
     * {@code softmax_cross_entropy_with_logits}, mean over the N images: never takes the logarithm
     * of 0.
     */
    STABLE
  }

  /**
   * Checks the sizes.
   *
   * @param rows from 1 to 100,000
   * @param columns from 1 to 100,000
   * @param classes from 2 to 1,000,000
   * @param units from 1 to 65,536
   * @param numLayers from 1 to 64
   * @param loop any but {@link RnnImplementation#FUSED_BFLOAT16}
   * @param crossEntropy not null
   * @param bidirectional two stacks or one
   * @throws IllegalArgumentException if a size is out of its range, or the loop is that one
   */
  public RowClassifierSettings {
    ModelSettings.requireSize("rows", rows, 100_000);
    ModelSettings.requireSize("columns", columns, 100_000);
    ModelSettings.requireSize("classes", classes, 1_000_000);
    if (classes < 2) {
      throw new IllegalArgumentException("classes must be at least 2, found " + classes);
    }
    ModelSettings.requireSize("lstm_size", units, 65_536);
    ModelSettings.requireSize("num_layers", numLayers, 64);
    Objects.requireNonNull(loop, "loop");
    if (loop == RnnImplementation.FUSED_BFLOAT16) {
      throw new IllegalArgumentException("the classifier of images is trained in float32 only");
    }
    Objects.requireNonNull(crossEntropy, "crossEntropy");
  }

  /** {@return the number of values of an image: rows times columns} */
  public int pixels() {
    return Math.multiplyExact(rows, columns);
  }

  /**
   * {@return the number of values of the output at one row: U, or 2U where two stacks read the
   * rows}
   */
  public int outputSize() {
    return bidirectional ? Math.multiplyExact(2, units) : units;
  }

  /**
   * {@return what it is, in a few words for people: {@code 2 x LSTM 256, dynamic loop, printed
   * cross-entropy}}
   */
  public String describe() {
    return numLayers
        + " x LSTM "
        + units
        + (bidirectional ? " in each direction" : "")
        + (loop == RnnImplementation.UNROLLED ? ", unrolled" : ", " + loop.text() + " loop")
        + (crossEntropy == CrossEntropy.PRINTED
            ? ", cross-entropy as printed"
            : ", stable cross-entropy");
  }
}
