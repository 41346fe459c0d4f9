package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Repeats each entry of a batch, for beam search (Python: {@code tf.contrib.seq2seq.tile_batch}).
 */
public final class TileBatch {
  private TileBatch() {}

  /**
   * Entries {@code a, a, b, b, ...} of {@code a, b, ...}.
   *
   * @param tensor {@code [batch, ...]}, of known rank
   * @param multiplier at least 1
   * @return {@code [batch * multiplier, ...]}
   */
  public static <T extends TType> Operand<T> of(Ops tf, Operand<T> tensor, int multiplier) {
    Shape shape = tensor.shape();
    if (shape.isUnknown() || shape.numDimensions() < 1) {
      throw new IllegalArgumentException(
          "tile_batch needs a tensor of known rank, at least 1, found %s (tensor %s)"
              .formatted(shape.isUnknown() ? "an unknown shape" : shape, tensor.op().name()));
    }
    if (multiplier < 1) {
      throw new IllegalArgumentException(
          "tile_batch needs a multiplier of 1 or more, found " + multiplier);
    }
    Ops scope = tf.withSubScope("tile_batch");
    int[] tiles = new int[shape.numDimensions() + 1];
    Arrays.fill(tiles, 1);
    tiles[1] = multiplier;
    Operand<T> tiled =
        scope.tile(scope.expandDims(tensor, scope.constant(1)), scope.constant(tiles));
    List<Operand<TInt32>> sizes = new ArrayList<>();
    long batch = shape.get(0);
    sizes.add(batch < 0 ? scope.constant(-1) : scope.constant((int) batch * multiplier));
    Operand<TInt32> dynamic = scope.shape(tensor);
    for (int k = 1; k < shape.numDimensions(); k++) {
      long size = shape.get(k);
      sizes.add(
          size < 0
              ? scope.gather(dynamic, scope.constant(k), scope.constant(0))
              : scope.constant((int) size));
    }
    return scope.reshape(tiled, scope.stack(sizes));
  }

  /** As {@link #of(Ops, Operand, int)}, each tensor of a state. */
  public static <T extends TFloating> RNNState<T> of(Ops tf, RNNState<T> state, int multiplier) {
    List<Operand<T>> leaves = new ArrayList<>();
    state.flatten().forEach(leaf -> leaves.add(of(tf, leaf, multiplier)));
    return state.pack(leaves);
  }
}
