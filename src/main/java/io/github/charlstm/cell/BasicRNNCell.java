package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The plain recurrent cell (Python: {@code tf.nn.rnn_cell.BasicRNNCell}).
 *
 * <p>{@code h' = tanh([x, h] kernel + bias)}; h' is both output and state, {@code [batch, units]}.
 * Elman, Finding structure in time, Cognitive Science 14 (1990).
 *
 * <p>Variables: {@code basic_rnn_cell/kernel [inputDepth + units, units]}, with the scope's default
 * initializer, in TF1 glorot uniform; and {@code basic_rnn_cell/bias [units]}, zeros. State: {@link
 * TensorState}.
 */
public final class BasicRNNCell extends LayerRNNCell {
  private GraphVariable<?> bias;

  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public BasicRNNCell(int numUnits) {
    this(builder(numUnits));
  }

  private BasicRNNCell(Builder options) {
    super(options, "basic_rnn_cell");
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ActivationBuilder<Builder> {
    private Builder(int numUnits) {
      super("BasicRNNCell", numUnits);
    }

    @Override
    public BasicRNNCell build() {
      return new BasicRNNCell(this);
    }
  }

  @Override
  public int outputSize() {
    return numUnits();
  }

  @Override
  public StateSize stateSize() {
    return StateSize.of(numUnits());
  }

  @Override
  <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth) {
    GraphVariable<T> made =
        own.getVariable("kernel", dtype, Shape.of(depth + numUnits(), numUnits()));
    bias = own.getVariable("bias", dtype, Shape.of(numUnits()), Initializers.zeros());
    return made;
  }

  @Override
  <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Operand<T> h =
        activate(tf, affine(tf, inputs, state.flatten().get(0), kernel(), bias)); // [B, U]
    return new Step<>(h, new TensorState<>(h));
  }
}
