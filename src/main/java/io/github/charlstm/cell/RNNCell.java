package io.github.charlstm.cell;

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

/**
 * One step of a recurrent network (Python: {@code tf.nn.rnn_cell.RNNCell}).
 *
 * <p>Use: {@link #build} once, then {@link #call} for each step.
 *
 * <p>A cell of your own defines its sizes, makes its variables in {@code build} and computes one
 * step in {@code call}; {@code zeroState}, the loops and the wrappers then work with it:
 *
 * <pre>{@code
 * final class CustomCell extends RNNCell {
 *   private final int units;
 *   private GraphVariable<TFloat32> kernel;
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
 *   public void build(VariableScope scope, long inputDepth) {
 *     if (kernel == null) {
 *       kernel = scope.child("custom_cell").getVariable("kernel", Shape.of(inputDepth, units));
 *     }
 *   }
 *
 *   @Override
 *   public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
 *     requireState(state);
 *     Operand<TFloat32> before = state.flatten().get(0);
 *     Operand<TFloat32> h = tf.math.tanh(
 *         tf.math.add(tf.linalg.matMul(inputs, kernel.value()), before));
 *     return new Step(h, new TensorState(h));
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
  public record Step(Operand<TFloat32> output, RNNState state) {
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
   * @param inputDepth width of the input, at least 1
   * @throws IllegalArgumentException if the depth is unknown, if the cell was built for another
   *     depth, or if a variable exists and the scope does not allow to reuse it
   */
  public abstract void build(VariableScope scope, long inputDepth);

  /**
   * One step (Python: {@code cell(inputs, state)}).
   *
   * @param inputs {@code [batch, inputDepth]}
   * @param state as {@link #zeroState} or the step before gave it
   * @return output and next state, with the batch of the inputs
   * @throws IllegalStateException if the cell is not built
   * @throws IllegalArgumentException if the inputs or the state do not fit the cell
   */
  public abstract Step call(Ops tf, Operand<TFloat32> inputs, RNNState state);

  /**
   * The first step of a loop: {@link #build}, unless the cell is built, and {@link #call}. A cell
   * of other cells builds each of them right before its step, as TF1 does: then random operations
   * without a seed of their own get Python's seeds.
   *
   * @throws IllegalArgumentException as {@link #build} and {@link #call}
   */
  public Step firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<TFloat32> inputs, RNNState state) {
    build(scope, inputDepth);
    return call(tf, inputs, state);
  }

  /**
   * A state of zeros, of the structure of {@link #stateSize} (Python: {@code
   * cell.zero_state(batch_size, tf.float32)}). Its tensors have TF1's names ({@code
   * BasicLSTMCellZeroState/zeros}, {@code .../zeros_1}, ...) and can be fed to start from another
   * state.
   *
   * @param batchSize not negative
   */
  public RNNState zeroState(Ops tf, int batchSize) {
    if (batchSize < 0) {
      throw new IllegalArgumentException(
          "zero_state needs a batch of 0 or more, found " + batchSize);
    }
    Ops scope = zeroStateScope(tf);
    return zeros(scope, size -> scope.constant(new int[] {batchSize, size}));
  }

  /**
   * A state of zeros for a batch that is known only at run time.
   *
   * @param batchSize scalar
   */
  public RNNState zeroState(Ops tf, Operand<TInt32> batchSize) {
    Tensors.requireBatchSize(batchSize);
    Ops scope = zeroStateScope(tf);
    return zeros(scope, size -> scope.stack(List.of(batchSize, scope.constant(size))));
  }

  /**
   * Checks the inputs; for {@code call}.
   *
   * @param inputs of a step, {@code [batch, depth]}
   * @param depth width that this cell was built for
   * @throws IllegalArgumentException unless they are a float matrix of that width; parts of the
   *     shape that are unknown fit
   */
  protected final void requireInputs(Operand<TFloat32> inputs, long depth) {
    Tensors.requireMatrix(typeName(), "inputs", inputs, depth);
  }

  /**
   * Checks a state against {@link #stateSize}; for {@code call}.
   *
   * @param state as the step before left it
   * @throws IllegalArgumentException unless it has the structure of this cell's state and each of
   *     its tensors is a float matrix of the right width; parts of shapes that are unknown fit
   */
  protected final void requireState(RNNState state) {
    Tensors.requireState(typeName(), stateSize(), state);
  }

  /**
   * Checks an initial state; for loops that do not {@link #call} the cell.
   *
   * @param state before the first step
   * @throws IllegalArgumentException as {@code call} does
   */
  public final void requireFits(RNNState state) {
    requireState(state);
  }

  /**
   * Checks what {@link #call} returned; for loops and wrappers.
   *
   * @return the same
   * @throws IllegalArgumentException if it is null, or if its output is known to have another width
   *     than {@link #outputSize}
   */
  public final Step requireStep(Step step) {
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

  private RNNState zeros(Ops tf, IntFunction<Operand<TInt32>> dimensions) {
    StateSize sizes = stateSize();
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int size : sizes.flatten()) {
      leaves.add(tf.withName("zeros").fill(dimensions.apply(size), tf.constant(0f)));
    }
    return sizes.pack(leaves);
  }
}
