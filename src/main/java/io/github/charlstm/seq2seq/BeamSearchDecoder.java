package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Beam search (Python: {@code tf.contrib.seq2seq.BeamSearchDecoder}): of all continuations of the
 * beams by one symbol, those with the best scores go on.
 *
 * <p>{@code score = log_prob / ((5 + length) / 6)^length_penalty_weight + coverage_penalty_weight *
 * sum_l log(min(attention_l, 1))}, the latter only for beams that are finished. Wu et al., Google's
 * neural machine translation system, 2016. A finished beam is continued by its end token only, with
 * probability 1.
 *
 * <p>The initial state, and the memory of an {@link AttentionWrapper}, have each entry of the batch
 * once for each beam: {@link TileBatch}.
 */
public final class BeamSearchDecoder<T extends TFloating>
    implements Decoder<
        T,
        BeamSearchDecoderState<T>,
        BeamSearchDecoder.StepOutput<T>,
        FinalBeamSearchDecoderOutput<T>> {
  private final RNNCell cell;
  private final Embedding<T> embedding;
  private final Operand<TInt32> startTokens;
  private final Operand<TInt32> endToken;
  private final RNNState<T> initialState;
  private final int beamWidth;
  private final Optional<OutputLayer> outputLayer;
  private final BeamScores<T> scores;
  private final boolean reorderHistories;
  private final Operand<TInt32> batch;

  /**
   * Outputs of a step.
   *
   * @param beams what goes on
   * @param alignments of wrappers that keep a history
   */
  public record StepOutput<T extends TFloating>(
      BeamSearchDecoderOutput<T> beams, List<Operand<T>> alignments) {
    public StepOutput {
      alignments = List.copyOf(alignments);
    }
  }

  private BeamSearchDecoder(Builder<T> options) {
    cell = options.cell;
    embedding = options.embedding;
    startTokens = options.startTokens;
    endToken = options.endToken;
    initialState = options.initialState;
    beamWidth = options.beamWidth;
    outputLayer = options.outputLayer;
    scores = new BeamScores<>(options.lengthPenalty, options.coveragePenalty);
    reorderHistories = options.reorderTensorArrays;
    batch = options.tf.size(startTokens);
  }

  /**
   * Starts a builder.
   *
   * @param embedding of symbols {@code [batch, beams]}
   * @param startTokens {@code [batch]}, the symbols that the first step reads
   * @param endToken scalar, the symbol that ends a beam
   * @param initialState of the cell, its tensors {@code [batch * beams, ...]}
   * @param beamWidth at least 1, at most the number of symbols
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      RNNCell cell,
      Embedding<T> embedding,
      Operand<TInt32> startTokens,
      Operand<TInt32> endToken,
      RNNState<T> initialState,
      int beamWidth) {
    return new Builder<>(tf, cell, embedding, startTokens, endToken, initialState, beamWidth);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> {
    private final Ops tf;
    private final RNNCell cell;
    private final Embedding<T> embedding;
    private final Operand<TInt32> startTokens;
    private final Operand<TInt32> endToken;
    private final RNNState<T> initialState;
    private final int beamWidth;
    private Optional<OutputLayer> outputLayer = Optional.empty();
    private double lengthPenalty;
    private double coveragePenalty;
    private boolean reorderTensorArrays = true;

    private Builder(
        Ops tf,
        RNNCell cell,
        Embedding<T> embedding,
        Operand<TInt32> startTokens,
        Operand<TInt32> endToken,
        RNNState<T> initialState,
        int beamWidth) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.cell = Objects.requireNonNull(cell, "cell");
      this.embedding = Objects.requireNonNull(embedding, "embedding");
      this.startTokens = EmbeddingHelper.requireStart("BeamSearchDecoder", startTokens);
      this.endToken = EmbeddingHelper.requireEnd("BeamSearchDecoder", endToken);
      this.initialState = Objects.requireNonNull(initialState, "initialState");
      this.beamWidth = beamWidth;
      if (beamWidth < 1) {
        throw new IllegalArgumentException(
            "BeamSearchDecoder needs a beam_width of 1 or more, found " + beamWidth);
      }
      cell.requireFits(initialState);
      requireTiled();
    }

    private void requireTiled() {
      long known = startTokens.shape().get(0);
      for (Operand<T> leaf : initialState.flatten()) {
        long rows = leaf.shape().isUnknown() ? -1 : leaf.shape().get(0);
        if (known >= 0 && rows >= 0 && rows != known * beamWidth) {
          throw new IllegalArgumentException(
              ("BeamSearchDecoder needs an initial_state of batch * beam_width = %s rows, found"
                      + " shape %s (tensor %s); tile it by TileBatch")
                  .formatted(known * beamWidth, leaf.shape(), leaf.op().name()));
        }
      }
    }

    /** From the cell's outputs to symbols; none by default: the outputs are logits. */
    public Builder<T> outputLayer(OutputLayer layer) {
      this.outputLayer = Optional.of(layer);
      return this;
    }

    /** How much long beams are preferred; 0 by default. */
    public Builder<T> lengthPenaltyWeight(double weight) {
      this.lengthPenalty = weight;
      return this;
    }

    /**
     * How much beams are preferred that attend to all of the memory; 0 by default. It needs an
     * {@link AttentionWrapper}.
     */
    public Builder<T> coveragePenaltyWeight(double weight) {
      this.coveragePenalty = weight;
      return this;
    }

    /**
     * Whether alignment histories are put into the order of the whole beams; true by default. (TF
     * 1.15 leaves them as they are, with a warning, where the batch is known to the graph.)
     */
    public Builder<T> reorderTensorArrays(boolean wanted) {
      this.reorderTensorArrays = wanted;
      return this;
    }

    /**
     * Builds the decoder.
     *
     * @throws IllegalArgumentException if there is a coverage penalty and the state is not that of
     *     an attention wrapper
     */
    public BeamSearchDecoder<T> build() {
      return new BeamSearchDecoder<>(this);
    }
  }

  @Override
  public Operand<TInt32> batchSize() {
    return batch;
  }

  @Override
  public List<RNNCell> cells() {
    return List.of(cell);
  }

  @Override
  public boolean tracksOwnFinished() {
    return true;
  }

  @Override
  public Start<T, BeamSearchDecoderState<T>> initialize(VariableScope variables, Ops tf) {
    Class<T> dtype = initialState.flatten().get(0).type();
    Operand<TInt32> beams = // [batch, beams]
        tf.tile(tf.expandDims(startTokens, tf.constant(1)), tf.array(1, beamWidth));
    Operand<TInt32> first = tf.zerosLike(startTokens);
    Operand<TInt32> width = tf.constant(beamWidth);
    Operand<TBool> finished = tf.oneHot(first, width, tf.constant(false), tf.constant(true));
    Operand<T> logProbs =
        tf.oneHot(
            first,
            width,
            Dtypes.constant(tf, dtype, 0),
            Dtypes.constant(tf, dtype, Double.NEGATIVE_INFINITY));
    RNNState<T> split = mapped(initialState, leaf -> split(tf, leaf));
    BeamSearchDecoderState<T> state =
        new BeamSearchDecoderState<>(
            split,
            logProbs,
            finished,
            tf.dtypes.cast(tf.zerosLike(beams), TInt64.class),
            scores.attentionProbs(tf, split));
    return new Start<>(finished, embedding.lookUp(tf, beams), state);
  }

  private interface LeafFunction<T extends TType> {
    Operand<T> of(Operand<T> leaf);
  }

  private static <T extends TFloating> RNNState<T> mapped(
      RNNState<T> state, LeafFunction<T> function) {
    List<Operand<T>> leaves = new ArrayList<>();
    state.flatten().forEach(leaf -> leaves.add(function.of(leaf)));
    return state.pack(leaves);
  }

  // [batch * beams, ...] to [batch, beams, ...]
  private <V extends TType> Operand<V> split(Ops tf, Operand<V> tensor) {
    return tf.reshape(
        tensor, sizes(tf, tensor, 1, List.of(tf.constant(-1), tf.constant(beamWidth))));
  }

  // [batch, beams, ...] to [batch * beams, ...]
  private <V extends TType> Operand<V> merged(Ops tf, Operand<V> tensor) {
    return tf.reshape(tensor, sizes(tf, tensor, 2, List.of(tf.constant(-1))));
  }

  // some sizes, then those of the tensor from a dimension on
  private static Operand<TInt32> sizes(
      Ops tf, Operand<?> tensor, int from, List<Operand<TInt32>> first) {
    List<Operand<TInt32>> sizes = new ArrayList<>(first);
    Shape shape = tensor.shape();
    for (int k = from; k < shape.numDimensions(); k++) {
      sizes.add(
          shape.get(k) < 0
              ? tf.gather(tf.shape(tensor), tf.constant(k), tf.constant(0))
              : tf.constant(Math.toIntExact(shape.get(k))));
    }
    return tf.stack(sizes);
  }

  @Override
  public Next<T, BeamSearchDecoderState<T>, StepOutput<T>> step(
      DecodeStep<T> step, Operand<T> inputs, BeamSearchDecoderState<T> state) {
    Ops tf = step.tf();
    RNNState<T> before = mapped(state.cellState(), leaf -> merged(tf, leaf));
    Operand<T> rows = merged(tf, inputs);
    RNNCell.Step<T> done =
        cell.requireStep(
            cell.firstCall(step.variables(), BasicDecoder.depth(rows), tf, rows, before));
    Operand<T> outputs =
        outputLayer.isPresent()
            ? outputLayer.get().apply(step.variables(), tf, done.output())
            : done.output();
    RNNState<T> after = mapped(done.state(), leaf -> split(tf, leaf));
    BeamScores.Step<T> found =
        scores.step(tf, split(tf, outputs), after, state, beamWidth, endToken);
    Operand<T> next = embedding.lookUp(tf, found.output().predictedIds());
    List<Operand<T>> alignments = AttentionWrapperState.lastAlignments(after);
    return new Next<>(
        new StepOutput<>(found.output(), alignments),
        found.state(),
        next,
        found.state().finished());
  }

  @Override
  public List<Operand<?>> flattenState(BeamSearchDecoderState<T> state) {
    List<Operand<?>> leaves =
        new ArrayList<>(List.of(state.logProbs(), state.finished(), state.lengths()));
    state.accumulatedAttentionProbs().ifPresent(leaves::add);
    leaves.addAll(state.cellState().flatten());
    return leaves;
  }

  @Override
  @SuppressWarnings("unchecked") // as flattenState orders them
  public BeamSearchDecoderState<T> packState(
      BeamSearchDecoderState<T> structure, List<Operand<?>> leaves) {
    boolean covers = structure.accumulatedAttentionProbs().isPresent();
    return new BeamSearchDecoderState<>(
        structure
            .cellState()
            .pack(BasicDecoder.<T>typed(leaves.subList(covers ? 4 : 3, leaves.size()))),
        (Operand<T>) leaves.get(0),
        (Operand<TBool>) leaves.get(1),
        (Operand<TInt64>) leaves.get(2),
        covers ? Optional.of((Operand<T>) leaves.get(3)) : Optional.empty());
  }

  @Override
  public List<Operand<?>> flattenOutputs(StepOutput<T> outputs) {
    BeamSearchDecoderOutput<T> beams = outputs.beams();
    List<Operand<?>> leaves =
        new ArrayList<>(List.of(beams.scores(), beams.predictedIds(), beams.parentIds()));
    leaves.addAll(outputs.alignments());
    return leaves;
  }

  @Override
  @SuppressWarnings("unchecked") // as flattenOutputs orders them
  public Result<FinalBeamSearchDecoderOutput<T>, BeamSearchDecoderState<T>> finish(
      Ops tf, List<Operand<?>> outputs, BeamSearchDecoderState<T> last) {
    BeamSearchDecoderOutput<T> beams =
        new BeamSearchDecoderOutput<>(
            (Operand<T>) outputs.get(0),
            (Operand<TInt32>) outputs.get(1),
            (Operand<TInt32>) outputs.get(2));
    Operand<TInt32> lengths = tf.dtypes.cast(last.lengths(), TInt32.class);
    Operand<TInt32> ids =
        GatherTree.of(
            tf, beams.predictedIds(), beams.parentIds(), tf.max(lengths, tf.array(1)), endToken);
    List<Operand<T>> histories = BasicDecoder.typed(outputs.subList(3, outputs.size()));
    histories.replaceAll(history -> history(tf, history, beams.parentIds(), lengths));
    BeamSearchDecoderState<T> state =
        new BeamSearchDecoderState<>(
            AttentionWrapperState.withHistories(last.cellState(), histories.iterator()),
            last.logProbs(),
            last.finished(),
            last.lengths(),
            last.accumulatedAttentionProbs());
    return new Result<>(new FinalBeamSearchDecoderOutput<>(ids, beams), state);
  }

  // from [steps, batch, beams, length] to [steps, batch * beams, length]
  private Operand<T> history(
      Ops tf, Operand<T> history, Operand<TInt32> parents, Operand<TInt32> lengths) {
    Operand<T> ordered =
        reorderHistories ? GatherTree.reordered(tf, history, parents, lengths) : history;
    Operand<TInt32> sizes = tf.shape(history);
    Operand<TInt32> steps = tf.gather(sizes, tf.constant(0), tf.constant(0));
    Operand<TInt32> length = tf.gather(sizes, tf.constant(3), tf.constant(0));
    return tf.reshape(ordered, tf.stack(List.of(steps, tf.constant(-1), length)));
  }

  @Override
  public List<Operand<?>> flattenFinal(FinalBeamSearchDecoderOutput<T> outputs) {
    BeamSearchDecoderOutput<T> beams = outputs.beamSearchDecoderOutput();
    return List.of(outputs.predictedIds(), beams.scores(), beams.predictedIds(), beams.parentIds());
  }

  @Override
  @SuppressWarnings("unchecked") // as flattenFinal orders them
  public FinalBeamSearchDecoderOutput<T> packFinal(List<Operand<?>> leaves) {
    return new FinalBeamSearchDecoderOutput<>(
        (Operand<TInt32>) leaves.get(0),
        new BeamSearchDecoderOutput<>(
            (Operand<T>) leaves.get(1),
            (Operand<TInt32>) leaves.get(2),
            (Operand<TInt32>) leaves.get(3)));
  }
}
