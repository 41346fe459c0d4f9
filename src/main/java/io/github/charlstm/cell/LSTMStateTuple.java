package io.github.charlstm.cell;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * State of an LSTM cell (Python: {@code tf.nn.rnn_cell.LSTMStateTuple}), in this order.
 *
 * @param c the memory, {@code [batch, units]}
 * @param h the output of the previous step, {@code [batch, units]}; {@code [batch, numProj]} with a
 *     projection
 */
public record LSTMStateTuple<T extends TFloating>(Operand<T> c, Operand<T> h)
    implements RNNState<T> {

  public LSTMStateTuple {
    Objects.requireNonNull(c, "c");
    Objects.requireNonNull(h, "h");
  }

  @Override
  public List<Operand<T>> flatten() {
    return List.of(c, h);
  }

  @Override
  public LSTMStateTuple<T> pack(List<? extends Operand<T>> leaves) {
    Tensors.requireLeaves("an LSTMStateTuple", 2, leaves);
    return new LSTMStateTuple<>(leaves.get(0), leaves.get(1));
  }

  @Override
  public String describe() {
    return "LSTMStateTuple(c=%s, h=%s)"
        .formatted(new TensorState<>(c).describe(), new TensorState<>(h).describe());
  }
}
