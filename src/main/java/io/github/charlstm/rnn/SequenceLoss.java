package io.github.charlstm.rnn;

import io.github.charlstm.graph.Dtypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Weighted cross-entropy of sequences, step by step (Python: {@code
 * tf.contrib.legacy_seq2seq.sequence_loss} and {@code sequence_loss_by_example}).
 *
 * <p>{@code loss[b] = sum_t weights_t[b] * crossent_t[b]}, divided by {@code sum_t weights_t[b] +
 * 1e-12} if it is averaged across timesteps; {@code sequence_loss} is the sum over b, divided by
 * the batch if it is averaged across the batch.
 */
public final class SequenceLoss<T extends TFloating> {
  private static final double SMALL = 1e-12; // against a division by 0 where all weights are 0

  private final Ops tf;
  private final List<Operand<T>> logits;
  private final List<Operand<TInt32>> targets;
  private final List<Operand<T>> weights;
  private boolean averageAcrossTimesteps = true;
  private boolean averageAcrossBatch = true;
  private LossFunction<T> lossFunction =
      (scope, labels, step) -> scope.nn.sparseSoftmaxCrossEntropyWithLogits(step, labels).loss();

  /** The loss of one step (Python: {@code softmax_loss_function}). */
  @FunctionalInterface
  public interface LossFunction<T extends TFloating> {
    /**
     * Adds the operations.
     *
     * @param labels {@code [batch]}
     * @param logits {@code [batch, symbols]}
     * @return {@code [batch]}
     */
    Operand<T> loss(Ops tf, Operand<TInt32> labels, Operand<T> logits);
  }

  private SequenceLoss(
      Ops tf,
      List<? extends Operand<T>> logits,
      List<? extends Operand<TInt32>> targets,
      List<? extends Operand<T>> weights) {
    this.tf = Objects.requireNonNull(tf, "tf");
    this.logits = List.copyOf(logits);
    this.targets = List.copyOf(targets);
    this.weights = List.copyOf(weights);
    if (logits.isEmpty() || targets.size() != logits.size() || weights.size() != logits.size()) {
      throw new IllegalArgumentException(
          "sequence_loss expects logits, targets and weights of the same steps, at least one, found"
              + " %s, %s and %s".formatted(logits.size(), targets.size(), weights.size()));
    }
  }

  /**
   * A loss with the defaults of TF1: averaged across timesteps and batch.
   *
   * @param logits one for each step, {@code [batch, symbols]}
   * @param targets one for each step, {@code [batch]}
   * @param weights one for each step, {@code [batch]}
   * @throws IllegalArgumentException if their numbers differ or are 0
   */
  public static <T extends TFloating> SequenceLoss<T> builder(
      Ops tf,
      List<? extends Operand<T>> logits,
      List<? extends Operand<TInt32>> targets,
      List<? extends Operand<T>> weights) {
    return new SequenceLoss<>(tf, logits, targets, weights);
  }

  /** Whether the loss of a sequence is divided by the sum of its weights; true by default. */
  public SequenceLoss<T> averageAcrossTimesteps(boolean average) {
    this.averageAcrossTimesteps = average;
    return this;
  }

  /** Whether {@link #sequenceLoss} is divided by the batch; true by default. */
  public SequenceLoss<T> averageAcrossBatch(boolean average) {
    this.averageAcrossBatch = average;
    return this;
  }

  /** The loss of one step; by default the sparse softmax cross-entropy. */
  public SequenceLoss<T> softmaxLossFunction(LossFunction<T> function) {
    this.lossFunction = Objects.requireNonNull(function, "function");
    return this;
  }

  /** The loss of each sequence, {@code [batch]} (Python: {@code sequence_loss_by_example}). */
  public Operand<T> byExample() {
    return byExample(tf.withSubScope("sequence_loss_by_example"));
  }

  private Operand<T> byExample(Ops scope) {
    List<Operand<T>> terms = new ArrayList<>();
    for (int t = 0; t < logits.size(); t++) {
      Operand<TInt32> labels = scope.reshape(targets.get(t), scope.array(-1));
      Operand<T> loss = lossFunction.loss(scope, labels, logits.get(t));
      terms.add(scope.math.mul(loss, weights.get(t)));
    }
    Operand<T> sums = scope.math.addN(terms);
    if (!averageAcrossTimesteps) {
      return sums;
    }
    Operand<T> total =
        scope.math.add(scope.math.addN(weights), Dtypes.constant(scope, sums.type(), SMALL));
    return scope.math.div(sums, total);
  }

  /** The loss of all sequences, a scalar (Python: {@code sequence_loss}). */
  public Operand<T> sequenceLoss() {
    Ops scope = tf.withSubScope("sequence_loss");
    Operand<T> cost =
        scope.sum(byExample(scope.withSubScope("sequence_loss_by_example")), scope.array(0));
    if (!averageAcrossBatch) {
      return cost;
    }
    Operand<TInt32> batch = RnnArguments.size(scope, scope.shape(targets.get(0)), 0);
    return scope.math.div(cost, scope.dtypes.cast(batch, cost.type()));
  }
}
