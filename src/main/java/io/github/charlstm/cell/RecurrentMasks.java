package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The same masks at each call (Python: {@code variational_recurrent=True}).
 *
 * @param rows noise of each tensor, {@code [1, width]}: all rows of a batch share a mask
 */
record RecurrentMasks(Map<Side, List<Operand<TFloat32>>> rows) implements DropoutMask {
  /**
   * Draws the noise. TF1 draws for every part of the state and for the output whether or not they
   * are dropped, so that the seeds of what is drawn later do not depend on the options.
   *
   * @param tf builder outside of any loop
   * @param inputSize if inputs are dropped
   */
  static RecurrentMasks draw(
      Ops tf,
      RandomSource noise,
      OptionalLong seed,
      OptionalInt inputSize,
      StateSize stateSize,
      int outputSize) {
    Ops scope = tf.withSubScope("DropoutWrapperInit");
    Map<Side, List<Operand<TFloat32>>> rows = new EnumMap<>(Side.class);
    for (Side side : Side.values()) {
      List<Integer> widths =
          switch (side) {
            case INPUT -> inputSize.stream().boxed().toList();
            case STATE -> stateSize.flatten();
            case OUTPUT -> List.of(outputSize);
          };
      List<Operand<TFloat32>> drawn = new ArrayList<>();
      for (int width : widths) {
        Operand<TFloat32> row =
            noise.draw(
                scope,
                scope.constant(new int[] {1, width}),
                DropoutMask.seed(seed, side, drawn.size()));
        drawn.add(row);
      }
      rows.put(side, drawn);
    }
    return new RecurrentMasks(rows);
  }

  @Override
  public Operand<TFloat32> drop(
      Ops tf, Operand<TFloat32> x, KeepProb keepProb, Side side, int place, int leaf) {
    Ops scope = tf.withSubScope("dropout");
    Operand<TFloat32> keep = keepProb.value(scope);
    Operand<TFloat32> mask =
        scope.math.floor(scope.math.add(keep, rows.get(side).get(leaf))); // [1, width]
    return scope.math.mul(scope.math.realDiv(x, keep), mask);
  }
}
