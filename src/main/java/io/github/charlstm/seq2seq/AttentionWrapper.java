package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A cell that attends to a memory (Python: {@code tf.contrib.seq2seq.AttentionWrapper}).
 *
 * <p>{@code output, cellState = cell([inputs, attention], cellState)}; of each mechanism {@code
 * alignments = mechanism(output)}, {@code context = sum_l alignments_l values_l}, and {@code
 * attention = [output, context] attention_layer}, or the context without a layer; attentions are
 * concatenated. The output is the attention, or that of the cell.
 *
 * <p>Variables are in {@code attention_wrapper}: those of the cell, of each mechanism, and {@code
 * attention_layer/kernel}. State: {@link AttentionWrapperState}.
 */
public final class AttentionWrapper extends RNNCell {
  private final RNNCell cell;
  private final List<AttentionMechanism> mechanisms;
  private final List<? extends OutputLayer> layers; // none, or one for each mechanism
  private final boolean alignmentHistory;
  private final CellInputFunction cellInput;
  private final boolean outputAttention;
  private final Optional<RNNState<? extends TFloating>> initialCellState;
  private final Optional<String> name;
  private VariableScope own;

  private AttentionWrapper(Builder options) {
    cell = options.cell;
    mechanisms = options.mechanisms;
    layers = options.layers;
    alignmentHistory = options.alignmentHistory;
    cellInput = options.cellInput;
    outputAttention = options.outputAttention;
    initialCellState = options.initialCellState;
    name = options.name;
  }

  /** From inputs and attention to the cell's inputs (Python: {@code cell_input_fn}). */
  @FunctionalInterface
  public interface CellInputFunction {
    /**
     * Adds the operations.
     *
     * @param inputs {@code [batch, depth]}
     * @param attention {@code [batch, attentionSize]}, of the same type
     * @return {@code [batch, cellDepth]}
     */
    Operand<TFloating> of(Ops tf, Operand<TFloating> inputs, Operand<TFloating> attention);
  }

  /** Options of a wrapper, all at TF1's defaults. */
  public static Builder builder(RNNCell cell, AttentionMechanism... mechanisms) {
    return new Builder(cell, List.of(mechanisms));
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private final RNNCell cell;
    private final List<AttentionMechanism> mechanisms;
    private List<? extends OutputLayer> layers = List.of();
    private boolean alignmentHistory;
    private CellInputFunction cellInput =
        (tf, inputs, attention) -> tf.concat(List.of(inputs, attention), tf.constant(-1));
    private boolean outputAttention = true;
    private Optional<RNNState<? extends TFloating>> initialCellState = Optional.empty();
    private Optional<String> name = Optional.empty();

    private Builder(RNNCell cell, List<AttentionMechanism> mechanisms) {
      this.cell = Objects.requireNonNull(cell, "cell");
      this.mechanisms = mechanisms;
      if (mechanisms.isEmpty()) {
        throw new IllegalArgumentException("AttentionWrapper needs at least one mechanism");
      }
    }

    /**
     * Width of each mechanism's attention: a layer {@code attention_layer} without bias; by default
     * there is none.
     */
    public Builder attentionLayerSize(int... sizes) {
      return attentionLayers(
          Arrays.stream(sizes)
              .mapToObj(size -> Dense.builder(size).useBias(false).name("attention_layer").build())
              .toArray(OutputLayer[]::new));
    }

    /** A layer for each mechanism (Python: {@code attention_layer}); by default there is none. */
    public Builder attentionLayers(OutputLayer... given) {
      if (given.length != mechanisms.size()) {
        throw new IllegalArgumentException(
            "AttentionWrapper needs one attention_layer for each of its %s mechanisms, found %s"
                .formatted(mechanisms.size(), given.length));
      }
      if (!layers.isEmpty()) {
        throw new IllegalArgumentException(
            "AttentionWrapper takes attention_layer_size or attention_layer, found both");
      }
      this.layers = List.of(given);
      return this;
    }

    /** Whether the state keeps the alignments of all steps; false by default. */
    public Builder alignmentHistory(boolean wanted) {
      this.alignmentHistory = wanted;
      return this;
    }

    /** The cell's inputs; inputs and attention concatenated by default. */
    public Builder cellInputFn(CellInputFunction function) {
      this.cellInput = Objects.requireNonNull(function, "function");
      return this;
    }

    /** Whether the output is the attention; true by default. Else it is that of the cell. */
    public Builder outputAttention(boolean wanted) {
      this.outputAttention = wanted;
      return this;
    }

    /** The cell's state in the zero state; zeros by default. */
    public Builder initialCellState(RNNState<? extends TFloating> state) {
      this.initialCellState = Optional.of(state);
      return this;
    }

    /** Name of the variable scope; {@code attention_wrapper} by default. */
    public Builder name(String scopeName) {
      this.name = Optional.of(scopeName);
      return this;
    }

    /**
     * Builds the wrapper.
     *
     * @return a new wrapper of the same cell at each call
     */
    public AttentionWrapper build() {
      return new AttentionWrapper(this);
    }
  }

  @Override
  protected List<RNNCell> innerCells() {
    return List.of(cell);
  }

  private int attentionSize() {
    return layers.isEmpty()
        ? mechanisms.stream().mapToInt(AttentionMechanism::depth).sum()
        : layers.stream().mapToInt(OutputLayer::units).sum();
  }

  @Override
  public int outputSize() {
    return outputAttention ? attentionSize() : cell.outputSize();
  }

  @Override
  public StateSize stateSize() {
    return new Size(
        cell.stateSize(),
        attentionSize(),
        mechanisms.stream().map(AttentionMechanism::alignmentsSize).toList(),
        alignmentHistory);
  }

  /** A width of -1 is known only at run time. */
  private record Size(
      StateSize cell, int attention, List<Integer> alignments, boolean alignmentHistory)
      implements StateSize {
    @Override
    public List<Integer> flatten() {
      List<Integer> sizes = new ArrayList<>(cell.flatten());
      sizes.add(attention);
      sizes.addAll(alignments);
      sizes.addAll(alignments);
      return sizes;
    }

    @Override
    public <T extends TFloating> RNNState<T> pack(List<? extends Operand<T>> leaves) {
      int first = cell.flatten().size();
      int count = alignments.size();
      if (leaves.size() != first + 1 + 2 * count) {
        throw new IllegalArgumentException(
            "an AttentionWrapperState packs %s tensors, found %s"
                .formatted(first + 1 + 2 * count, leaves.size()));
      }
      return new AttentionWrapperState<>(
          cell.pack(leaves.subList(0, first)),
          leaves.get(first),
          List.copyOf(leaves.subList(first + 1, first + 1 + count)),
          List.copyOf(leaves.subList(first + 1 + count, leaves.size())),
          AttentionWrapperState.History.start(alignmentHistory));
    }
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {
    enter(scope);
    cell.build(own, dtype, cellDepth(dtype, depth));
    for (int k = 0; k < mechanisms.size(); k++) {
      buildAttention(k, dtype);
    }
  }

  private void enter(VariableScope scope) {
    if (own == null) {
      own = scope.defaultChild(name.orElse("attention_wrapper"));
    }
  }

  private <T extends TFloating> void buildAttention(int place, Class<T> dtype) {
    AttentionMechanism mechanism = mechanisms.get(place);
    mechanism.build(own, dtype, cell.outputSize());
    if (!layers.isEmpty()) {
      layers.get(place).build(own, dtype, cell.outputSize() + mechanism.depth());
    }
  }

  // the width of what the function gives, tried in a graph of its own
  private <T extends TFloating> long cellDepth(Class<T> dtype, long depth) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<T> inputs = tf.placeholder(dtype, Placeholder.shape(Shape.of(1, depth)));
      Operand<T> attention = tf.placeholder(dtype, Placeholder.shape(Shape.of(1, attentionSize())));
      return BasicDecoder.depth(cellInput(tf, inputs, attention));
    }
  }

  private <T extends TFloating> Operand<T> cellInput(
      Ops tf, Operand<T> inputs, Operand<T> attention) {
    return Dtypes.as(cellInput.of(tf, Dtypes.any(inputs), Dtypes.any(attention)), inputs.type());
  }

  @Override
  public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    if (own == null) {
      throw new IllegalStateException("AttentionWrapper: call build(scope, inputDepth) first");
    }
    return step(tf, inputs, state, (x, before) -> cell.call(tf, x, before), place -> {});
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long depth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    enter(scope);
    return step(
        tf,
        inputs,
        state,
        (x, before) -> cell.firstCall(own, BasicDecoder.depth(x), tf, x, before),
        place -> buildAttention(place, inputs.type()));
  }

  private interface CellCall<T extends TFloating> {
    Step<T> step(Operand<T> inputs, RNNState<T> state);
  }

  private <T extends TFloating> Step<T> step(
      Ops tf, Operand<T> inputs, RNNState<T> state, CellCall<T> call, IntConsumer buildAttention) {
    requireState(inputs, state);
    AttentionWrapperState<T> before = (AttentionWrapperState<T>) state;
    Step<T> step =
        cell.requireStep(call.step(cellInput(tf, inputs, before.attention()), before.cellState()));
    Operand<T> output = checkedBatch(tf, step.output(), "the query (the decoder's output)");
    List<Operand<T>> attentions = new ArrayList<>();
    List<Operand<T>> alignments = new ArrayList<>();
    for (int k = 0; k < mechanisms.size(); k++) {
      AttentionMechanism mechanism = mechanisms.get(k);
      buildAttention.accept(k);
      Operand<T> aligned = mechanism.align(own, tf, output, before.attentionState().get(k));
      Operand<T> context =
          AttentionMechanism.rowTimes(tf, aligned, mechanism.values(output.type()), false);
      alignments.add(aligned);
      attentions.add(
          layers.isEmpty()
              ? context
              : layers.get(k).apply(own, tf, tf.concat(List.of(output, context), tf.constant(1))));
    }
    Operand<T> attention =
        attentions.size() == 1 ? attentions.get(0) : tf.concat(attentions, tf.constant(1));
    RNNState<T> after =
        new AttentionWrapperState<>(
            step.state(), attention, alignments, alignments, before.history().with(alignments));
    return new Step<>(outputAttention ? attention : output, after);
  }

  private <T extends TFloating> Operand<T> checkedBatch(Ops tf, Operand<T> tensor, String what) {
    List<AssertThat> checks = new ArrayList<>();
    for (AttentionMechanism mechanism : mechanisms) {
      long batch = tensor.shape().get(0);
      if (batch >= 0 && mechanism.knownBatch() >= 0) {
        requireBatch(mechanism.knownBatch(), batch, what);
        continue;
      }
      Operand<TInt32> ofMemory = size(tf, mechanism.values());
      Operand<TInt32> ofTensor = size(tf, tensor);
      checks.add(
          tf.assertThat(
              tf.math.equal(ofMemory, ofTensor),
              List.of(
                  tf.constant(message(what) + " Batches of memory and tensor:"),
                  ofMemory,
                  ofTensor)));
    }
    return checks.isEmpty()
        ? tensor
        : tf.withControlDependencies(checks.toArray(AssertThat[]::new)).identity(tensor);
  }

  private static void requireBatch(long memory, long found, String what) {
    if (memory != found) {
      throw new IllegalArgumentException(
          message(what) + " The memory has a batch of %s, found %s".formatted(memory, found));
    }
  }

  private static String message(String what) {
    return "AttentionWrapper needs one batch for the memory (the encoder's outputs) and "
        + what
        + ". With a BeamSearchDecoder, both are tiled by TileBatch.";
  }

  private static Operand<TInt32> size(Ops tf, Operand<?> tensor) {
    return tf.gather(tf.shape(tensor), tf.constant(0), tf.constant(0));
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(Ops tf, int batchSize, Class<T> dtype) {
    if (batchSize < 0) {
      throw new IllegalArgumentException(
          "zero_state needs a batch of 0 or more, found " + batchSize);
    }
    Ops scope = tf.withSubScope("AttentionWrapperZeroState");
    return zeroState(
        scope, scope.constant(batchSize), () -> cell.zeroState(scope, batchSize, dtype), dtype);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batchSize, Class<T> dtype) {
    Ops scope = tf.withSubScope("AttentionWrapperZeroState");
    return zeroState(scope, batchSize, () -> cell.zeroState(scope, batchSize, dtype), dtype);
  }

  private <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batch, Supplier<RNNState<T>> cellZeros, Class<T> dtype) {
    RNNState<T> cellState = initialCellState.isPresent() ? given(tf, dtype) : cellZeros.get();
    List<Operand<T>> alignments = new ArrayList<>();
    List<Operand<T>> states = new ArrayList<>();
    for (AttentionMechanism mechanism : mechanisms) {
      alignments.add(mechanism.initialAlignments(tf, batch, dtype));
      states.add(mechanism.initialAlignments(tf, batch, dtype));
    }
    Operand<T> attention =
        tf.fill(
            tf.stack(List.of(batch, tf.constant(attentionSize()))), Dtypes.constant(tf, dtype, 0));
    return new AttentionWrapperState<>(
        cellState,
        checkedBatch(tf, attention, "the batch that was asked for"),
        alignments,
        states,
        AttentionWrapperState.History.start(alignmentHistory));
  }

  private <T extends TFloating> RNNState<T> given(Ops tf, Class<T> dtype) {
    RNNState<? extends TFloating> state = initialCellState.orElseThrow();
    List<Operand<T>> leaves = new ArrayList<>();
    for (Operand<? extends TFloating> leaf : state.flatten()) {
      leaves.add(checkedBatch(tf, Dtypes.as(leaf, dtype), "the initial_cell_state"));
    }
    return cell.stateSize().pack(leaves);
  }
}
