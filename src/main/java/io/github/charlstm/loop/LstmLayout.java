package io.github.charlstm.loop;

import java.util.Optional;
import org.tensorflow.OperationAttributeInspector;
import org.tensorflow.OperationBuilder;
import org.tensorflow.exceptions.TFInvalidArgumentException;

/**
 * What a {@link LstmScan} keeps of itself, as an attribute of the operation that carries its
 * gradient; and the places of its loop's variables.
 *
 * @param depth width of the inputs, D
 * @param units U
 * @param drops whether it drops outputs: then it has the last three variables
 * @param products how it multiplies
 */
record LstmLayout(int depth, int units, boolean drops, MatMulPrecision products) {
  static final int TIME = 0;
  static final int STEPS = 1;
  static final int INPUTS = 2;
  static final int KERNEL = 3;
  static final int BIAS = 4;
  static final int MEMORY = 5;
  static final int HIDDEN = 6;
  static final int GATES = 7; // i, j, f, o side by side; the gradient writes its own over them
  static final int MEMORIES = 8; // before the first step, then after each
  static final int HIDDENS = 9; // after each step
  static final int MASKS = 10;
  static final int DIVISOR = 11;
  static final int DROPPED = 12;

  // Places of the carriers' tensors: two that the layer depends on, then what it gives. Those of
  // the inner carrier are the inputs and the state (c and h before the first step, [2, B, U]),
  // those of the outer one the kernel and the bias.
  static final int CARRIED_OUTPUTS = 2;
  static final int CARRIED_LAST = 3; // c and h after the last step, [2, B, U]

  private static final String ATTRIBUTE = "_lstm_scan_layout";
  private static final String OUTER = "_lstm_scan_outer";

  /** Place of the outputs that the layer gives away. */
  int outputs() {
    return drops ? DROPPED : HIDDENS;
  }

  /** Writes it into the inner or the outer carrier. */
  void write(OperationBuilder carrier, boolean outer) {
    carrier.setAttr(ATTRIBUTE, new long[] {depth, units, drops ? 1 : 0, products.ordinal()});
    carrier.setAttr(OUTER, outer);
  }

  /** Empty if the operation carries no gradient of a scan. */
  static Optional<LstmLayout> read(OperationAttributeInspector attributes) {
    try {
      long[] numbers = attributes.getAttrIntList(ATTRIBUTE);
      return Optional.of(
          new LstmLayout(
              Math.toIntExact(numbers[0]),
              Math.toIntExact(numbers[1]),
              numbers[2] == 1,
              MatMulPrecision.values()[Math.toIntExact(numbers[3])]));
    } catch (TFInvalidArgumentException absent) {
      return Optional.empty();
    }
  }

  /** Of an operation that carries a gradient: whether it is the outer carrier. */
  static boolean isOuter(OperationAttributeInspector attributes) {
    return attributes.getAttrBool(OUTER);
  }
}
