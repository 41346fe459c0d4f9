package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A cell with attention over its own last outputs (Python: {@code
 * tf.contrib.rnn.AttentionCellWrapper}).
 *
 * <p>With the attention a and the window W of the last {@code attn_length} outputs, both parts of
 * the state:
 *
 * <pre>
 * h, s' = cell([x, a] kernel + bias, s)
 * u_k = sum(attn_v * tanh(W_k attn_w + [s'] attention/kernel + attention/bias))
 * a' = sum_k softmax(u)_k W_k
 * y = [h, a'] attn_output_projection/kernel + attn_output_projection/bias
 * </pre>
 *
 * <p>{@code [s']} is the cell's new state with its parts concatenated. The output y, {@code [batch,
 * attn_size]}, takes the place of the window's oldest one. Cheng, Dong and Lapata, Long short-term
 * memory-networks for machine reading, arXiv:1601.06733.
 *
 * <p>Variables, in scope {@code attention_cell_wrapper}, in this order: {@code kernel [inputDepth +
 * attn_size, input_size]}, {@code bias}; the cell's; {@code attention/attn_w [1, 1, attn_size,
 * attn_vec_size]}, {@code attention/attn_v [attn_vec_size]}, {@code attention/kernel}, {@code
 * attention/bias}; {@code attn_output_projection/kernel}, {@code attn_output_projection/bias}.
 * Biases are zeros, the others take the scope's default initializer, in TF1 glorot uniform.
 *
 * <p>State: a {@link TupleState} of the cell's state, the attention {@code [batch, attn_size]} and
 * the window {@code [batch, attn_length * attn_size]}.
 */
public final class AttentionCellWrapper extends RNNCell {
  private static final String NAME = "AttentionCellWrapper";

  private final RNNCell cell;
  private final int length;
  private final int size;
  private final int features;
  private final OptionalInt inputSize;
  private final boolean stateIsTuple;
  private final Reuse reuse;
  private VariableScope own;
  private Linear entry;
  private GraphVariable<?> weights;
  private GraphVariable<?> vector;
  private Linear query;
  private Linear exit;

  /**
   * Wraps a cell, with TF1's defaults.
   *
   * @param attnLength number of outputs in the window, at least 1
   */
  public AttentionCellWrapper(RNNCell cell, int attnLength) {
    this(builder(cell, attnLength));
  }

  private AttentionCellWrapper(Builder options) {
    cell = options.cell;
    length = options.length;
    size = options.size.orElse(cell.outputSize());
    features = options.features.orElse(size);
    inputSize = options.inputSize;
    stateIsTuple = options.stateIsTuple;
    reuse = options.reuse;
  }

  /**
   * Options, all at TF1's defaults.
   *
   * @param attnLength number of outputs in the window, at least 1
   */
  public static Builder builder(RNNCell cell, int attnLength) {
    return new Builder(cell, attnLength);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private final RNNCell cell;
    private final int length;
    private OptionalInt size = OptionalInt.empty();
    private OptionalInt features = OptionalInt.empty();
    private OptionalInt inputSize = OptionalInt.empty();
    private boolean stateIsTuple = true;
    private Reuse reuse = Reuse.FALSE;

    private Builder(RNNCell cell, int length) {
      this.cell = Objects.requireNonNull(cell, "cell");
      this.length = ProjectionWrapper.requireWidth(NAME, "an attn_length", length);
    }

    /** Width of the output and of the attention, at least 1; the cell's by default. */
    public Builder attnSize(int width) {
      this.size = OptionalInt.of(ProjectionWrapper.requireWidth(NAME, "an attn_size", width));
      return this;
    }

    /** Width of the hidden layer of the attention, at least 1; {@code attn_size} by default. */
    public Builder attnVecSize(int width) {
      this.features =
          OptionalInt.of(ProjectionWrapper.requireWidth(NAME, "an attn_vec_size", width));
      return this;
    }

    /** Width of what the cell reads, at least 1; that of the inputs by default. */
    public Builder inputSize(int width) {
      this.inputSize = OptionalInt.of(ProjectionWrapper.requireWidth(NAME, "an input_size", width));
      return this;
    }

    /**
     * True, the default: the state is a tuple. False: it is one tensor, its parts concatenated; the
     * cell's must be one tensor itself.
     */
    public Builder stateIsTuple(boolean tuple) {
      this.stateIsTuple = tuple;
      return this;
    }

    /** Whether the variables may or must exist already; {@link Reuse#FALSE} by default. */
    public Builder reuse(Reuse rule) {
      this.reuse = Objects.requireNonNull(rule, "reuse");
      return this;
    }

    /**
     * Builds the wrapper.
     *
     * @return a new wrapper of the same cell
     * @throws IllegalArgumentException if the state is to be one tensor and the cell's is nested
     */
    public AttentionCellWrapper build() {
      StateSize inner = cell.stateSize();
      if (!stateIsTuple && !(inner instanceof StateSize.Leaf)) {
        throw new IllegalArgumentException(
            ("AttentionCellWrapper with state_is_tuple false expects a cell whose state is one"
                    + " tensor, found %s with state %s (give it state_is_tuple false too)")
                .formatted(cell.typeName(), inner.describe()));
      }
      return new AttentionCellWrapper(this);
    }
  }

  @Override
  protected List<RNNCell> innerCells() {
    return List.of(cell);
  }

  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public StateSize stateSize() {
    StateSize attention = StateSize.of(size);
    StateSize window = StateSize.of(Math.multiplyExact(length, size));
    StateSize parts = StateSize.tuple(List.of(cell.stateSize(), attention, window));
    return stateIsTuple ? parts : StateSize.of(sum(parts));
  }

  private static int sum(StateSize parts) {
    return parts.flatten().stream().reduce(0, Math::addExact);
  }

  /** A step of the wrapped cell, which it may build. */
  @FunctionalInterface
  private interface Inner<T extends TFloating> {
    Step<T> step(Operand<T> inputs, RNNState<T> state);
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    enter(scope, dtype, inputDepth);
    cell.build(own, dtype, cellDepth());
    attend(dtype);
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    enter(scope, inputs.type(), inputDepth);
    return step(tf, inputs, state, (x, before) -> cell.firstCall(own, cellDepth(), tf, x, before));
  }

  @Override
  public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    if (exit == null) {
      throw new IllegalStateException(NAME + ": call build(scope, inputDepth) first");
    }
    return step(tf, inputs, state, (x, before) -> cell.call(tf, x, before));
  }

  private void enter(VariableScope scope, Class<? extends TFloating> dtype, long inputDepth) {
    LayerRNNCell.requireDepth(NAME, inputDepth);
    if (entry == null) {
      own = LayerRNNCell.ownScope(scope, "attention_cell_wrapper", reuse);
      int columns = inputSize.orElse(Math.toIntExact(inputDepth));
      entry = Linear.of(NAME, own, dtype, inputDepth + size, columns);
    }
    entry.requireDepth(dtype, inputDepth + size);
  }

  private long cellDepth() {
    return entry.kernel().shape().get(1);
  }

  // TF1 makes these after the cell's variables.
  private void attend(Class<? extends TFloating> dtype) {
    if (exit == null) {
      VariableScope attention = own.child("attention");
      weights = attention.getVariable("attn_w", dtype, Shape.of(1, 1, size, features));
      vector = attention.getVariable("attn_v", dtype, Shape.of(features));
      query = Linear.of(NAME, attention, dtype, sum(cell.stateSize()), features);
      VariableScope output = own.child("attn_output_projection");
      exit = Linear.of(NAME, output, dtype, cell.outputSize() + (long) size, size);
    }
  }

  private <T extends TFloating> Step<T> step(
      Ops tf, Operand<T> inputs, RNNState<T> state, Inner<T> inner) {
    Class<T> dtype = inputs.type();
    requireInputs(inputs, entry.kernel().shape().get(0) - size);
    requireState(inputs, state);
    Tensors.requireOneBatch(NAME, inputs, state);
    List<RNNState<T>> parts = stateIsTuple ? state.parts() : columns(tf, state.flatten().get(0));
    Operand<T> attention = parts.get(1).flatten().get(0);
    Operand<T> window =
        tf.reshape(parts.get(2).flatten().get(0), tf.array(-1, length, size)); // [B, L, A]
    Operand<T> joined = tf.concat(List.of(inputs, attention), tf.constant(1));
    Step<T> step = cell.requireStep(inner.step(entry.of(tf, joined), parts.get(0)));
    attend(dtype);
    Operand<T> next = attention(tf, joined(tf, step.state().flatten()), window);
    Operand<T> output = exit.of(tf, tf.concat(List.of(step.output(), next), tf.constant(1)));
    Operand<T> younger = tf.slice(window, tf.array(0, 1, 0), tf.array(-1, -1, -1));
    Operand<T> shifted =
        tf.concat(List.of(younger, tf.expandDims(output, tf.constant(1))), tf.constant(1));
    Operand<T> flat = tf.reshape(shifted, tf.array(-1, length * size));
    TupleState<T> after =
        new TupleState<>(List.of(step.state(), new TensorState<>(next), new TensorState<>(flat)));
    return new Step<>(
        output, stateIsTuple ? after : new TensorState<>(joined(tf, after.flatten())));
  }

  private <T extends TFloating> List<RNNState<T>> columns(Ops tf, Operand<T> state) {
    List<RNNState<T>> parts = new ArrayList<>();
    int first = 0;
    for (int width : List.of(sum(cell.stateSize()), size, length * size)) {
      parts.add(new TensorState<>(Tensors.columns(tf, state, first, width)));
      first += width;
    }
    return parts;
  }

  private static <T extends TFloating> Operand<T> joined(Ops tf, List<Operand<T>> leaves) {
    return leaves.size() == 1 ? leaves.get(0) : tf.concat(leaves, tf.constant(1));
  }

  /**
   * The new attention.
   *
   * @param state of the cell after its step, {@code [batch, width]}
   * @param window {@code [batch, length, size]}
   * @return {@code [batch, size]}
   */
  private <T extends TFloating> Operand<T> attention(Ops tf, Operand<T> state, Operand<T> window) {
    Class<T> dtype = state.type();
    Operand<T> hidden = tf.reshape(window, tf.array(-1, length, 1, size));
    Operand<T> keys = // [B, L, 1, F]
        tf.nn.conv2d(hidden, weights.as(dtype).value(), List.of(1L, 1L, 1L, 1L), "SAME");
    Operand<T> asked = tf.reshape(query.of(tf, state), tf.array(-1, 1, 1, features));
    Operand<T> scores =
        tf.sum(
            tf.math.mul(vector.as(dtype).value(), tf.math.tanh(tf.math.add(keys, asked))),
            tf.array(2, 3)); // [B, L]
    Operand<T> shares = tf.reshape(tf.nn.softmax(scores), tf.array(-1, length, 1, 1));
    return tf.reshape(tf.sum(tf.math.mul(shares, hidden), tf.array(1, 2)), tf.array(-1, size));
  }
}
