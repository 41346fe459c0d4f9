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
 */
record LstmLayout(int depth, int units, boolean drops) {
  static final int TIME = 0;
  static final int STEPS = 1;
  static final int INPUTS = 2;
  static final int KERNEL = 3;
  static final int BIAS = 4;
  static final int MEMORY = 5;
  static final int HIDDEN = 6;
  static final int GATES = 7; // four: i, j, f, o
  static final int MEMORIES = 11; // before the first step, then after each
  static final int HIDDENS = 12; // after each step
  static final int MASKS = 13;
  static final int DIVISOR = 14;
  static final int DROPPED = 15;

  static final int CARRIED_OUTPUTS = 5; // of the carrier; before them inputs to hidden, as above
  static final int CARRIED_MEMORY = 6;
  static final int CARRIED_HIDDEN = 7;

  private static final String ATTRIBUTE = "_lstm_scan_layout";

  /** Place of the outputs that the layer gives away. */
  int outputs() {
    return drops ? DROPPED : HIDDENS;
  }

  void write(OperationBuilder builder) {
    builder.setAttr(ATTRIBUTE, new long[] {depth, units, drops ? 1 : 0});
  }

  /** Empty if the operation carries no gradient of a scan. */
  static Optional<LstmLayout> read(OperationAttributeInspector attributes) {
    try {
      long[] numbers = attributes.getAttrIntList(ATTRIBUTE);
      return Optional.of(
          new LstmLayout(
              Math.toIntExact(numbers[0]), Math.toIntExact(numbers[1]), numbers[2] == 1));
    } catch (TFInvalidArgumentException absent) {
      return Optional.empty();
    }
  }
}
