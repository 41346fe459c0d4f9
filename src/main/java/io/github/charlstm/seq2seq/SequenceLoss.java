package io.github.charlstm.seq2seq;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Weighted cross-entropy of sequences (Python: {@code tf.contrib.seq2seq.sequence_loss}).
 *
 * <p>{@code weights[b, t] * crossent[b, t]}, summed over the dimensions that are reduced. {@link
 * Reduction#AVERAGE} divides by the sum of the weights, {@link Reduction#SUM} by the number of
 * weights that are not 0; 0 / 0 is 0.
 */
public final class SequenceLoss<T extends TFloating> {
  private final Ops tf;
  private final Operand<T> logits;
  private final Operand<TInt32> targets;
  private final Operand<T> weights;
  private Reduction overTimesteps = Reduction.AVERAGE;
  private Reduction overBatch = Reduction.AVERAGE;
  private LossFunction<T> lossFunction =
      (scope, labels, flat) -> scope.nn.sparseSoftmaxCrossEntropyWithLogits(flat, labels).loss();

  /** What is done with a dimension of the losses. */
  public enum Reduction {
    /** Python: {@code average_across_...=True}. */
    AVERAGE,
    /** Python: {@code sum_over_...=True}. */
    SUM,
    /** It stays. */
    NONE
  }

  /** The loss of each symbol (Python: {@code softmax_loss_function}). */
  @FunctionalInterface
  public interface LossFunction<T extends TFloating> {
    /**
     * Adds the operations.
     *
     * @param labels {@code [n]}
     * @param logits {@code [n, symbols]}
     * @return {@code [n]}
     */
    Operand<T> loss(Ops tf, Operand<TInt32> labels, Operand<T> logits);
  }

  private SequenceLoss(Ops tf, Operand<T> logits, Operand<TInt32> targets, Operand<T> weights) {
    this.tf = Objects.requireNonNull(tf, "tf");
    this.logits = requireRank("logits", "[batch, steps, symbols]", 3, logits);
    this.targets = requireRank("targets", "[batch, steps]", 2, targets);
    this.weights = requireRank("weights", "[batch, steps]", 2, weights);
  }

  private static <O extends Operand<?>> O requireRank(
      String what, String expected, int rank, O tensor) {
    if (tensor.shape().isUnknown() || tensor.shape().numDimensions() != rank) {
      throw new IllegalArgumentException(
          "sequence_loss expects %s of shape %s, found %s (tensor %s)"
              .formatted(
                  what,
                  expected,
                  tensor.shape().isUnknown() ? "an unknown shape" : tensor.shape(),
                  tensor.op().name()));
    }
    return tensor;
  }

  /**
   * A loss with the defaults of TF1: averaged across timesteps and batch.
   *
   * @param logits {@code [batch, steps, symbols]}
   * @param targets {@code [batch, steps]}
   * @param weights {@code [batch, steps]}, for instance a mask of the steps that sequences have
   * @throws IllegalArgumentException if a tensor has another number of dimensions
   */
  public static <T extends TFloating> SequenceLoss<T> builder(
      Ops tf, Operand<T> logits, Operand<TInt32> targets, Operand<T> weights) {
    return new SequenceLoss<>(tf, logits, targets, weights);
  }

  /** Of the steps; {@link Reduction#AVERAGE} by default. */
  public SequenceLoss<T> timesteps(Reduction reduction) {
    this.overTimesteps = Objects.requireNonNull(reduction, "reduction");
    return this;
  }

  /** Of the batch; {@link Reduction#AVERAGE} by default. */
  public SequenceLoss<T> batch(Reduction reduction) {
    this.overBatch = Objects.requireNonNull(reduction, "reduction");
    return this;
  }

  /** The loss of each symbol; by default the sparse softmax cross-entropy. */
  public SequenceLoss<T> softmaxLossFunction(LossFunction<T> function) {
    this.lossFunction = Objects.requireNonNull(function, "function");
    return this;
  }

  /**
   * Adds the loss to the graph. As in Python, one dimension cannot be averaged while the other is
   * summed.
   *
   * @return a scalar, or {@code [batch]}, {@code [steps]} or {@code [batch, steps]} where
   *     dimensions stay
   * @throws IllegalArgumentException if one reduction is AVERAGE and the other SUM
   */
  public Operand<T> build() {
    boolean average = overTimesteps == Reduction.AVERAGE || overBatch == Reduction.AVERAGE;
    if (average && (overTimesteps == Reduction.SUM || overBatch == Reduction.SUM)) {
      throw new IllegalArgumentException(
          "sequence_loss cannot average across one dimension and sum over the other, found"
              + " timesteps %s and batch %s".formatted(overTimesteps, overBatch));
    }
    Ops scope = tf.withSubScope("sequence_loss");
    Operand<TInt32> sizes = scope.shape(logits); // [3]
    Operand<TInt32> symbols = scope.gather(sizes, scope.constant(2), scope.constant(0));
    Operand<T> flat = scope.reshape(logits, scope.stack(List.of(scope.constant(-1), symbols)));
    Operand<T> losses = lossFunction.loss(scope, scope.reshape(targets, scope.array(-1)), flat);
    losses = scope.math.mul(losses, scope.reshape(weights, scope.array(-1)));
    losses = scope.reshape(losses, scope.slice(sizes, scope.array(0), scope.array(2)));
    if (overTimesteps == Reduction.NONE && overBatch == Reduction.NONE) {
      return losses;
    }
    Operand<TInt32> axes = axes(scope);
    Operand<T> sizeOfEach = average ? weights : notZero(scope);
    return scope.math.divNoNan(scope.sum(losses, axes), scope.sum(sizeOfEach, axes));
  }

  private Operand<TInt32> axes(Ops scope) {
    if (overTimesteps == Reduction.NONE) {
      return scope.array(0);
    }
    return overBatch == Reduction.NONE ? scope.array(1) : scope.array(0, 1);
  }

  private Operand<T> notZero(Ops scope) {
    return scope.dtypes.cast(
        scope.math.notEqual(weights, scope.zerosLike(weights)), weights.type());
  }
}
