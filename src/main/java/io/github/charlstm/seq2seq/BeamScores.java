package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TupleState;
import io.github.charlstm.graph.Dtypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * One step of beam search (Python: {@code _beam_search_step}). W is the number of beams, V that of
 * symbols.
 */
record BeamScores<T extends TFloating>(double lengthPenalty, double coveragePenalty) {

  /** The beams that go on. */
  record Step<T extends TFloating>(
      BeamSearchDecoderOutput<T> output, BeamSearchDecoderState<T> state) {}

  /**
   * Chooses beams.
   *
   * @param logits {@code [batch, W, V]}
   * @param cellState after the step, {@code [batch, W, ...]}
   * @param before the step
   */
  Step<T> step(
      Ops tf,
      Operand<T> logits,
      RNNState<T> cellState,
      BeamSearchDecoderState<T> before,
      int beamWidth,
      Operand<TInt32> endToken) {
    int symbols = Math.toIntExact(logits.shape().get(2));
    Operand<TBool> finished = before.finished(); // [batch, W]
    Operand<T> stepProbs = stepProbs(tf, logits, finished, endToken, symbols);
    Operand<T> total = // [batch, W, V]
        tf.math.add(tf.expandDims(before.logProbs(), tf.constant(2)), stepProbs);
    Optional<Operand<T>> attention =
        attentionProbs(tf, cellState)
            .map(
                probs ->
                    tf.math.add(
                        before.accumulatedAttentionProbs().orElseThrow(),
                        tf.math.mul(probs, notFinished(tf, finished, probs.type()))));
    Operand<T> scores = scores(tf, total, before, attention, endToken, symbols);
    Operand<T> flatScores = flat(tf, scores, beamWidth * symbols);
    var best = tf.nn.topK(flatScores, tf.constant(beamWidth), new TopK.Options[0]);
    Operand<TInt32> words = best.indices(); // [batch, W], beam * V + symbol
    Operand<TInt32> count = tf.constant(symbols);
    Operand<TInt32> ids = tf.math.mod(words, count);
    Operand<TInt32> parents = tf.math.floorDiv(words, count);

    Operand<TBool> wasFinished = GatherTree.beams(tf, finished, parents);
    Operand<TInt64> added = tf.dtypes.cast(tf.math.logicalNot(wasFinished), TInt64.class);
    BeamSearchDecoderState<T> state =
        new BeamSearchDecoderState<>(
            gathered(tf, cellState, parents),
            GatherTree.beams(tf, flat(tf, total, beamWidth * symbols), words),
            tf.math.logicalOr(wasFinished, tf.math.equal(ids, endToken)),
            tf.math.add(GatherTree.beams(tf, before.lengths(), parents), added),
            attention.map(probs -> GatherTree.beams(tf, probs, parents)));
    return new Step<>(new BeamSearchDecoderOutput<>(best.values(), ids, parents), state);
  }

  private static <V extends TFloating> RNNState<V> gathered(
      Ops tf, RNNState<V> state, Operand<TInt32> parents) {
    List<Operand<V>> leaves = new ArrayList<>();
    state.flatten().forEach(leaf -> leaves.add(GatherTree.beams(tf, leaf, parents)));
    return state.pack(leaves);
  }

  private Operand<T> flat(Ops tf, Operand<T> tensor, int width) {
    return tf.reshape(tensor, tf.array(-1, width));
  }

  // a finished beam goes on with the end token only
  private Operand<T> stepProbs(
      Ops tf, Operand<T> logits, Operand<TBool> finished, Operand<TInt32> endToken, int symbols) {
    Class<T> dtype = logits.type();
    Operand<T> probs =
        tf.reshape(tf.nn.logSoftmax(tf.reshape(logits, tf.array(-1, symbols))), tf.shape(logits));
    Operand<T> onlyEnd = // [V]
        tf.oneHot(
            endToken,
            tf.constant(symbols),
            Dtypes.constant(tf, dtype, 0),
            Dtypes.constant(tf, dtype, lowest(dtype)));
    return tf.select(tf.expandDims(finished, tf.constant(2)), onlyEnd, probs);
  }

  private static double lowest(Class<? extends TFloating> dtype) {
    if (dtype == TFloat64.class) {
      return -Double.MAX_VALUE;
    }
    return dtype == TFloat16.class ? -65504 : -Float.MAX_VALUE;
  }

  private static <V extends TFloating> Operand<V> notFinished(
      Ops tf, Operand<TBool> finished, Class<V> dtype) {
    return tf.dtypes.cast(tf.expandDims(tf.math.logicalNot(finished), tf.constant(2)), dtype);
  }

  private Operand<T> scores(
      Ops tf,
      Operand<T> total,
      BeamSearchDecoderState<T> before,
      Optional<Operand<T>> attention,
      Operand<TInt32> endToken,
      int symbols) {
    Operand<T> scores = total;
    if (lengthPenalty != 0) {
      scores = tf.math.div(total, penalty(tf, before, endToken, symbols, total.type()));
    }
    if (attention.isEmpty()) {
      return scores;
    }
    Class<T> dtype = total.type();
    Operand<T> probs = attention.get();
    Operand<T> one = Dtypes.constant(tf, dtype, 1);
    Operand<T> positive =
        tf.select(tf.math.equal(probs, tf.zerosLike(probs)), tf.onesLike(probs), probs);
    Operand<T> coverage = // [batch, W]
        tf.sum(tf.math.log(tf.math.minimum(positive, one)), tf.array(2));
    Operand<T> ofFinished = tf.math.mul(coverage, tf.dtypes.cast(before.finished(), dtype));
    Operand<T> weighted = tf.math.mul(ofFinished, Dtypes.constant(tf, dtype, coveragePenalty));
    return tf.math.add(scores, tf.expandDims(weighted, tf.constant(2)));
  }

  // ((5 + length) / 6)^weight, [batch, W, V]; the end token does not count
  private Operand<T> penalty(
      Ops tf,
      BeamSearchDecoderState<T> before,
      Operand<TInt32> endToken,
      int symbols,
      Class<T> dtype) {
    Operand<TInt64> added = // [V]
        tf.oneHot(endToken, tf.constant(symbols), tf.constant(0L), tf.constant(1L));
    Operand<TInt64> goesOn = tf.dtypes.cast(tf.math.logicalNot(before.finished()), TInt64.class);
    Operand<TInt64> lengths =
        tf.math.add(
            tf.math.mul(added, tf.expandDims(goesOn, tf.constant(2))),
            tf.expandDims(before.lengths(), tf.constant(2)));
    Operand<T> weight = Dtypes.constant(tf, dtype, lengthPenalty);
    Operand<T> five = Dtypes.constant(tf, dtype, 5);
    Operand<T> longer = tf.math.pow(tf.math.add(five, tf.dtypes.cast(lengths, dtype)), weight);
    return tf.math.div(longer, Dtypes.constant(tf, dtype, Math.pow(6, lengthPenalty)));
  }

  /**
   * What the beams attend to, {@code [batch, W, length]}; empty without a coverage penalty.
   *
   * @throws IllegalArgumentException with a coverage penalty, if the state is not that of an
   *     attention wrapper, or of a stack with one
   */
  Optional<Operand<T>> attentionProbs(Ops tf, RNNState<T> state) {
    if (coveragePenalty == 0) {
      return Optional.empty();
    }
    List<Operand<T>> found = new ArrayList<>();
    List<RNNState<T>> layers =
        state instanceof TupleState<T> tuple ? tuple.parts() : List.of(state);
    for (RNNState<T> layer : layers) {
      if (layer instanceof AttentionWrapperState<T> wrapper) {
        found.add(mean(tf, wrapper.alignments()));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "coverage_penalty_weight must be 0 unless a cell is an AttentionWrapper, found "
              + coveragePenalty
              + " and a state of structure "
              + state.describe());
    }
    return Optional.of(mean(tf, found));
  }

  private Operand<T> mean(Ops tf, List<Operand<T>> tensors) {
    return tensors.size() == 1 ? tensors.get(0) : tf.math.mean(tf.stack(tensors), tf.array(0));
  }
}
