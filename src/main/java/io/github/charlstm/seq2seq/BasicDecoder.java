package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * A cell whose next inputs a helper chooses (Python: {@code tf.contrib.seq2seq.BasicDecoder}).
 *
 * <p>{@code outputs, state = cell(inputs, state)}, with an output layer {@code outputs =
 * layer(outputs)}; {@code sample_id = helper.sample(outputs)}.
 *
 * @param <T> of inputs, outputs and state
 * @param <I> of the samples
 */
public final class BasicDecoder<T extends TFloating, I extends TType>
    implements Decoder<T, RNNState<T>, BasicDecoder.StepOutput<T, I>, BasicDecoder.Output<T, I>> {
  private final RNNCell cell;
  private final Helper<T, I> helper;
  private final RNNState<T> initialState;
  private final Optional<OutputLayer> outputLayer;

  /**
   * Outputs of all steps, or of one (Python: {@code BasicDecoderOutput}).
   *
   * @param rnnOutput of the cell, or of the output layer
   * @param sampleId what the helper chose
   */
  public record Output<T extends TFloating, I extends TType>(
      Operand<T> rnnOutput, Operand<I> sampleId) {
    public Output {
      Objects.requireNonNull(rnnOutput, "rnnOutput");
      Objects.requireNonNull(sampleId, "sampleId");
    }
  }

  /**
   * Outputs of a step.
   *
   * @param output of the decoder
   * @param alignments of wrappers that keep a history
   */
  public record StepOutput<T extends TFloating, I extends TType>(
      Output<T, I> output, List<Operand<T>> alignments) {
    public StepOutput {
      alignments = List.copyOf(alignments);
    }
  }

  /** A decoder without an output layer. */
  public BasicDecoder(RNNCell cell, Helper<T, I> helper, RNNState<T> initialState) {
    this(cell, helper, initialState, Optional.empty());
  }

  /** A decoder whose outputs go through a layer, for instance a {@link Dense} to the symbols. */
  public BasicDecoder(
      RNNCell cell, Helper<T, I> helper, RNNState<T> initialState, OutputLayer outputLayer) {
    this(cell, helper, initialState, Optional.of(outputLayer));
  }

  private BasicDecoder(
      RNNCell cell,
      Helper<T, I> helper,
      RNNState<T> initialState,
      Optional<OutputLayer> outputLayer) {
    this.cell = Objects.requireNonNull(cell, "cell");
    this.helper = Objects.requireNonNull(helper, "helper");
    this.initialState = Objects.requireNonNull(initialState, "initialState");
    this.outputLayer = outputLayer;
  }

  @Override
  public Operand<TInt32> batchSize() {
    return helper.batchSize();
  }

  @Override
  public List<RNNCell> cells() {
    return List.of(cell);
  }

  @Override
  public Optional<Operand<T>> sequence() {
    return helper.sequence();
  }

  @Override
  public Start<T, RNNState<T>> initialize(VariableScope variables, Ops tf) {
    cell.requireFits(initialState);
    Helper.Start<T> start = helper.initialize(tf);
    return new Start<>(start.finished(), start.inputs(), initialState);
  }

  @Override
  public Next<T, RNNState<T>, StepOutput<T, I>> step(
      DecodeStep<T> step, Operand<T> inputs, RNNState<T> state) {
    RNNCell.Step<T> done =
        cell.requireStep(cell.firstCall(step.variables(), depth(inputs), step.tf(), inputs, state));
    Operand<T> outputs =
        outputLayer.isPresent()
            ? outputLayer.get().apply(step.variables(), step.tf(), done.output())
            : done.output();
    Operand<I> ids = helper.sample(step, outputs, done.state());
    Helper.Next<T> next = helper.nextInputs(step, outputs, done.state(), ids);
    StepOutput<T, I> output =
        new StepOutput<>(
            new Output<>(outputs, ids), AttentionWrapperState.lastAlignments(done.state()));
    return new Next<>(output, next.state(), next.inputs(), next.finished());
  }

  static long depth(Operand<?> inputs) {
    Shape shape = inputs.shape();
    if (shape.isUnknown() || shape.numDimensions() < 2 || shape.get(-1) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          "a decoder expects inputs of shape [batch, depth] with a known depth, found %s (tensor %s)"
              .formatted(shape.isUnknown() ? "an unknown shape" : shape, inputs.op().name()));
    }
    return shape.get(-1);
  }

  @Override
  public List<Operand<?>> flattenState(RNNState<T> state) {
    return new ArrayList<>(state.flatten());
  }

  @Override
  public RNNState<T> packState(RNNState<T> structure, List<Operand<?>> leaves) {
    return structure.pack(typed(leaves));
  }

  @SuppressWarnings("unchecked") // the loop keeps the types
  static <V extends TType> List<Operand<V>> typed(List<Operand<?>> leaves) {
    List<Operand<V>> typed = new ArrayList<>();
    leaves.forEach(leaf -> typed.add((Operand<V>) leaf));
    return typed;
  }

  @Override
  public List<Operand<?>> flattenOutputs(StepOutput<T, I> outputs) {
    List<Operand<?>> leaves = new ArrayList<>(flattenFinal(outputs.output()));
    leaves.addAll(outputs.alignments());
    return leaves;
  }

  @Override
  public int imputed() {
    return 2;
  }

  @Override
  public Result<Output<T, I>, RNNState<T>> finish(
      Ops tf, List<Operand<?>> outputs, RNNState<T> finalState) {
    List<Operand<T>> histories = typed(outputs.subList(2, outputs.size()));
    return new Result<>(
        packFinal(outputs), AttentionWrapperState.withHistories(finalState, histories.iterator()));
  }

  @Override
  public List<Operand<?>> flattenFinal(Output<T, I> outputs) {
    return List.of(outputs.rnnOutput(), outputs.sampleId());
  }

  @Override
  @SuppressWarnings("unchecked") // as flattenOutputs gave them
  public Output<T, I> packFinal(List<Operand<?>> leaves) {
    return new Output<>((Operand<T>) leaves.get(0), (Operand<I>) leaves.get(1));
  }
}
