package io.github.charlstm.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.OperationAttributeInspector;
import org.tensorflow.OperationBuilder;

/**
 * Where a scan's while operation keeps what: written into the operation as attributes, so that its
 * gradient can be taken from the graph alone, after an export and an import too.
 *
 * <p>Inputs and outputs of the operation, in this order: time, steps, inputs, {@code states} state
 * tensors, the list of outputs, {@code shared} shared tensors, {@code saved} lists of saved
 * tensors, the captured tensors.
 *
 * @param states number of state tensors
 * @param shared number of tensors that are the same at each step
 * @param saved number of tensors saved at each step
 * @param differentiableCaptures places of the captured tensors that have a gradient
 */
record ScanLayout(int states, int shared, int saved, List<Integer> differentiableCaptures) {
  static final int TIME = 0;
  static final int STEPS = 1;
  static final int INPUTS = 2;
  static final int STATES = 3;
  private static final String ATTRIBUTE = "_scan_layout";

  ScanLayout {
    differentiableCaptures = List.copyOf(differentiableCaptures);
  }

  int outputList() {
    return STATES + states;
  }

  int firstShared() {
    return outputList() + 1;
  }

  int firstSaved() {
    return firstShared() + shared;
  }

  int firstCapture() {
    return firstSaved() + saved;
  }

  void write(OperationBuilder builder) {
    List<Integer> numbers = new ArrayList<>(List.of(states, shared, saved));
    numbers.addAll(differentiableCaptures);
    builder.setAttr(ATTRIBUTE, numbers.stream().mapToLong(Integer::longValue).toArray());
  }

  static ScanLayout read(OperationAttributeInspector attributes) {
    int[] numbers =
        Arrays.stream(attributes.getAttrIntList(ATTRIBUTE)).mapToInt(Math::toIntExact).toArray();
    return new ScanLayout(
        numbers[0], numbers[1], numbers[2], Arrays.stream(numbers).skip(3).boxed().toList());
  }
}
