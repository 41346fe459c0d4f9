package io.github.charlstm.cell;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * State of an LSTM cell (Python: {@code tf.nn.rnn_cell.LSTMStateTuple}), in this order.
 *
 * @param c the memory, {@code [batch, units]}
 * @param h the output of the step before, {@code [batch, units]}
 */
public record LSTMStateTuple(Operand<TFloat32> c, Operand<TFloat32> h) implements RNNState {

  public LSTMStateTuple {
    Objects.requireNonNull(c, "c");
    Objects.requireNonNull(h, "h");
  }

  @Override
  public List<Operand<TFloat32>> flatten() {
    return List.of(c, h);
  }

  @Override
  public LSTMStateTuple pack(List<? extends Operand<TFloat32>> leaves) {
    if (leaves.size() != 2) {
      throw new IllegalArgumentException(
          "an LSTMStateTuple packs 2 tensors, c and h; found " + leaves.size());
    }
    return new LSTMStateTuple(leaves.get(0), leaves.get(1));
  }
}
