package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * One step of a recurrent network (Python: {@code tf.nn.rnn_cell.RNNCell}).
 *
 * <p>A cell computes in the type of its inputs, float16, float32 or float64; once it is built, its
 * variables have that type, and inputs of another are refused.
 *
 * <p>Use: {@link #build} once, then {@link #call} for each step.
 *
 * <p>A cell of your own defines its sizes, makes its variables in {@code build} and computes one
 * step in {@code call}; {@code zeroState}, the loops and the wrappers then work with it:
 *
 * <pre>{@code
 * final class CustomCell extends RNNCell {
 *   private final int units;
 *   private GraphVariable<?> kernel;
 *
 *   CustomCell(int units) {
 *     this.units = units;
 *   }
 *
 *   @Override
 *   public int outputSize() {
 *     return units;
 *   }
 *
 *   @Override
 *   public StateSize stateSize() {
 *     return StateSize.of(units);
 *   }
 *
 *   @Override
 *   public <T extends TFloating> void build(
 *       VariableScope scope, Class<T> dtype, long inputDepth) {
 *     if (kernel == null) {
 *       kernel =
 *           scope.child("custom_cell").getVariable("kernel", dtype, Shape.of(inputDepth, units));
 *     }
 *   }
 *
 *   @Override
 *   public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
 *     requireState(inputs, state);
 *     Operand<T> before = state.flatten().get(0);
 *     Operand<T> weights = kernel.as(inputs.type()).value();
 *     Operand<T> h = tf.math.tanh(tf.math.add(tf.linalg.matMul(inputs, weights), before));
 *     return new Step<>(h, new TensorState<>(h));
 *   }
 * }
 * }</pre>
 *
 * <p>A loop may build a step in a graph of its own. So {@code call} must make its operations with
 * the builder that it is given. Their inputs may be tensors from outside, such as the value of a
 * variable.
 */
public abstract class RNNCell {

  /** For subclasses. */
  protected RNNCell() {}

  /**
   * Output and state of a step.
   *
   * @param output {@code [batch, outputSize]}
   * @param state for the next step
   */
  public record Step<T extends TFloating>(Operand<T> output, RNNState<T> state) {
    public Step {
      Objects.requireNonNull(output, "output");
      Objects.requireNonNull(state, "state");
    }
  }

  /** Width of the output, at least 1 (Python: {@code cell.output_size}). */
  public abstract int outputSize();

  /** Structure and widths of the state (Python: {@code cell.state_size}). */
  public abstract StateSize stateSize();

  /**
   * Makes the variables; a second call with the same depth does nothing.
   *
   * @param scope the variables go into a child with the cell's TF1 name
   * @param dtype of the variables, inputs and states
   * @param inputDepth width of the input, at least 1
   * @throws IllegalArgumentException if the depth is unknown, if the cell was built for another
   *     depth or type, or if a variable exists and the scope does not allow to reuse it
   */
  public abstract <T extends TFloating> void build(
      VariableScope scope, Class<T> dtype, long inputDepth);

  /** As {@link #build(VariableScope, Class, long)}, of float32. */
  public final void build(VariableScope scope, long inputDepth) {
    build(scope, TFloat32.class, inputDepth);
  }

  /**
   * One step (Python: {@code cell(inputs, state)}).
   *
   * @param inputs {@code [batch, inputDepth]}
   * @param state as {@link #zeroState} or the step before gave it
   * @return output and next state, with the batch of the inputs
   * @throws IllegalStateException if the cell is not built
   * @throws IllegalArgumentException if the inputs or the state do not fit the cell
   */
  public abstract <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state);

  /**
   * The first step of a loop: {@link #build}, unless the cell is built, and {@link #call}. A cell
   * of other cells builds each of them right before its step, as TF1 does: then random operations
   * without a seed of their own get Python's seeds.
   *
   * @throws IllegalArgumentException as {@link #build} and {@link #call}
   */
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    build(scope, inputs.type(), inputDepth);
    return call(tf, inputs, state);
  }

  /**
   * A state of zeros, of the structure of {@link #stateSize} (Python: {@code
   * cell.zero_state(batch_size, dtype)}). Its tensors have TF1's names ({@code
   * BasicLSTMCellZeroState/zeros}, {@code .../zeros_1}, ...) and can be fed to start from another
   * state.
   *
   * @param batchSize not negative
   */
  public <T extends TFloating> RNNState<T> zeroState(Ops tf, int batchSize, Class<T> dtype) {
    if (batchSize < 0) {
      throw new IllegalArgumentException(
          "zero_state needs a batch of 0 or more, found " + batchSize);
    }
    Ops scope = zeroStateScope(tf);
    return zeros(scope, dtype, size -> scope.constant(new int[] {batchSize, size}));
  }

  /**
   * A state of zeros for a batch that is known only at run time.
   *
   * @param batchSize scalar
   */
  public <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batchSize, Class<T> dtype) {
    Tensors.requireBatchSize(batchSize);
    Ops scope = zeroStateScope(tf);
    return zeros(scope, dtype, size -> scope.stack(List.of(batchSize, scope.constant(size))));
  }

  /**
   * A state of zeros for inputs, of their batch and type (Python: {@code
   * cell.get_initial_state(inputs)}; for a batch and a type, {@link #zeroState}).
   *
   * @param inputs of known rank, {@code [batch, ...]}
   * @throws IllegalArgumentException if the rank is unknown or 0
   */
  public final <T extends TFloating> RNNState<T> getInitialState(Ops tf, Operand<T> inputs) {
    Shape shape = inputs.shape();
    if (shape.isUnknown() || shape.numDimensions() == 0) {
      throw new IllegalArgumentException(
          "get_initial_state expects inputs of shape [batch, ...], found %s (tensor %s)"
              .formatted(shape.isUnknown() ? "an unknown shape" : shape, inputs.op().name()));
    }
    return shape.get(0) == Shape.UNKNOWN_SIZE
        ? zeroState(tf, tf.gather(tf.shape(inputs), tf.constant(0), tf.constant(0)), inputs.type())
        : zeroState(tf, Math.toIntExact(shape.get(0)), inputs.type());
  }

  /** As {@link #zeroState(Ops, int, Class)}, of float32. */
  public final RNNState<TFloat32> zeroState(Ops tf, int batchSize) {
    return zeroState(tf, batchSize, TFloat32.class);
  }

  /** As {@link #zeroState(Ops, Operand, Class)}, of float32. */
  public final RNNState<TFloat32> zeroState(Ops tf, Operand<TInt32> batchSize) {
    return zeroState(tf, batchSize, TFloat32.class);
  }

  /**
   * Checks the inputs; for {@code call}.
   *
   * @param inputs of a step, {@code [batch, depth]}
   * @param depth width that this cell was built for
   * @throws IllegalArgumentException unless they are a matrix of that width; parts of the shape
   *     that are unknown fit
   */
  protected final <T extends TFloating> void requireInputs(Operand<T> inputs, long depth) {
    Tensors.requireMatrix(typeName(), "inputs", inputs, depth);
  }

  /**
   * Checks a state against {@link #stateSize}; for {@code call}.
   *
   * @param inputs of the step
   * @param state as the step before left it
   * @throws IllegalArgumentException unless it has the structure of this cell's state and each of
   *     its tensors is a matrix of the right width and of the inputs' type; parts of shapes that
   *     are unknown fit
   */
  protected final <T extends TFloating> void requireState(Operand<T> inputs, RNNState<T> state) {
    Tensors.requireFloat(typeName(), "inputs", inputs);
    Tensors.requireState(typeName(), stateSize(), state);
    Tensors.requireType(typeName(), state, inputs.asOutput().type());
  }

  /**
   * Checks an initial state; for loops that do not {@link #call} the cell.
   *
   * @param state before the first step
   * @throws IllegalArgumentException as {@code call} does
   */
  public final <T extends TFloating> void requireFits(RNNState<T> state) {
    Tensors.requireState(typeName(), stateSize(), state);
  }

  /**
   * Checks what {@link #call} returned; for loops and wrappers.
   *
   * @return the same
   * @throws IllegalArgumentException if it is null, or if its output is known to have another width
   *     than {@link #outputSize}
   */
  public final <T extends TFloating> Step<T> requireStep(Step<T> step) {
    if (step == null) {
      throw new IllegalArgumentException(getClass().getName() + ".call returned null, not a Step");
    }
    Shape found = step.output().shape();
    if (!mayWiden() && !found.isCompatibleWith(Shape.of(Shape.UNKNOWN_SIZE, outputSize()))) {
      throw new IllegalArgumentException(
          "%s.call returned an output of shape %s, and its outputSize() is %s"
              .formatted(getClass().getName(), found, outputSize()));
    }
    return step;
  }

  /**
   * The cells that this one is made of, for instance the layers of a stack; none by default. A cell
   * of your own that holds others should name them, so that their random operations get Python's
   * seeds.
   */
  protected List<RNNCell> innerCells() {
    return List.of();
  }

  /** Whether outputs may be wider than {@link #outputSize}, as with a residual function. */
  boolean mayWiden() {
    return false;
  }

  /** The class's name, as TF1 uses it in the names of operations and in messages. */
  final String typeName() {
    String name = getClass().getSimpleName();
    return Scope.isValidOpName(name) ? name : "RNNCell";
  }

  final Ops zeroStateScope(Ops tf) {
    return tf.withSubScope(typeName() + "ZeroState");
  }

  private <T extends TFloating> RNNState<T> zeros(
      Ops tf, Class<T> dtype, IntFunction<Operand<TInt32>> dimensions) {
    StateSize sizes = stateSize();
    List<Operand<T>> leaves = new ArrayList<>();
    for (int size : sizes.flatten()) {
      leaves.add(tf.withName("zeros").fill(dimensions.apply(size), Dtypes.constant(tf, dtype, 0)));
    }
    return sizes.pack(leaves);
  }
}
