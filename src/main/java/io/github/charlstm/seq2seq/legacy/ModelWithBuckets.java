package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.SequenceLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * One model for sequences of several lengths, which share its variables (Python: {@code
 * tf.contrib.legacy_seq2seq.model_with_buckets}).
 *
 * @param outputs of each bucket, one for each step
 * @param losses of each bucket, a scalar, or {@code [batch]} if asked for
 */
public record ModelWithBuckets<T extends TFloating>(
    List<List<Operand<T>>> outputs, List<Operand<T>> losses) {

  public ModelWithBuckets {
    outputs = List.copyOf(outputs);
    losses = List.copyOf(losses);
  }

  /**
   * Lengths of a bucket's sequences.
   *
   * @param source steps of the encoder, at least 1
   * @param target steps of the decoder, at least 1
   */
  public record Bucket(int source, int target) {
    public Bucket {
      LegacyBuilder.requirePositive("a bucket's size", source);
      LegacyBuilder.requirePositive("a bucket's size", target);
    }
  }

  /** The model of one bucket (Python: {@code seq2seq}). */
  @FunctionalInterface
  public interface Model<T extends TFloating> {
    /**
     * Adds the model.
     *
     * @param scope in the second and further buckets it reuses variables
     * @param encoderInputs the bucket's steps
     * @param decoderInputs likewise
     */
    Seq2SeqOutput<T> build(
        VariableScope scope,
        List<Operand<TInt32>> encoderInputs,
        List<Operand<TInt32>> decoderInputs);
  }

  /**
   * Starts a builder.
   *
   * @param scope of the model's variables
   * @param encoderInputs symbols, one tensor {@code [batch]} for each step of the longest bucket
   * @param decoderInputs likewise
   * @param targets likewise
   * @param weights of the targets, likewise
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<Operand<TInt32>> encoderInputs,
      List<Operand<TInt32>> decoderInputs,
      List<Operand<TInt32>> targets,
      List<Operand<T>> weights) {
    return new Builder<>(tf, scope, encoderInputs, decoderInputs, targets, weights);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> {
    private final Ops tf;
    private final VariableScope scope;
    private final List<Operand<TInt32>> encoderInputs;
    private final List<Operand<TInt32>> decoderInputs;
    private final List<Operand<TInt32>> targets;
    private final List<Operand<T>> weights;
    private Optional<SequenceLoss.LossFunction<T>> lossFunction = Optional.empty();
    private boolean perExampleLoss;

    private Builder(
        Ops tf,
        VariableScope scope,
        List<Operand<TInt32>> encoderInputs,
        List<Operand<TInt32>> decoderInputs,
        List<Operand<TInt32>> targets,
        List<Operand<T>> weights) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.scope = Objects.requireNonNull(scope, "scope");
      this.encoderInputs = List.copyOf(encoderInputs);
      this.decoderInputs = List.copyOf(decoderInputs);
      this.targets = List.copyOf(targets);
      this.weights = List.copyOf(weights);
    }

    /** The loss of one step; by default the sparse softmax cross-entropy. */
    public Builder<T> softmaxLossFunction(SequenceLoss.LossFunction<T> function) {
      this.lossFunction = Optional.of(function);
      return this;
    }

    /** Whether losses are those of each sequence; false by default. */
    public Builder<T> perExampleLoss(boolean wanted) {
      this.perExampleLoss = wanted;
      return this;
    }

    /**
     * Adds the model once for each bucket.
     *
     * @param buckets at least one; the last is the longest
     * @throws IllegalArgumentException if there are too few steps for the last bucket
     */
    public ModelWithBuckets<T> build(List<Bucket> buckets, Model<T> model) {
      if (buckets.isEmpty()) {
        throw new IllegalArgumentException("model_with_buckets needs at least one bucket");
      }
      Bucket last = buckets.get(buckets.size() - 1);
      requireSteps("encoder_inputs", encoderInputs.size(), last.source());
      requireSteps("decoder_inputs", decoderInputs.size(), last.target());
      requireSteps("targets", targets.size(), last.target());
      requireSteps("weights", weights.size(), last.target());
      List<List<Operand<T>>> outputs = new ArrayList<>();
      List<Operand<T>> losses = new ArrayList<>();
      for (Bucket bucket : buckets) {
        VariableScope shared = outputs.isEmpty() ? scope : scope.withReuse(Reuse.TRUE);
        Seq2SeqOutput<T> found =
            model.build(
                shared,
                encoderInputs.subList(0, bucket.source()),
                decoderInputs.subList(0, bucket.target()));
        outputs.add(found.outputs());
        losses.add(loss(found.outputs(), bucket.target()));
      }
      return new ModelWithBuckets<>(outputs, losses);
    }

    private Operand<T> loss(List<Operand<T>> outputs, int steps) {
      SequenceLoss<T> loss =
          SequenceLoss.builder(tf, outputs, targets.subList(0, steps), weights.subList(0, steps));
      lossFunction.ifPresent(loss::softmaxLossFunction);
      return perExampleLoss ? loss.byExample() : loss.sequenceLoss();
    }

    private static void requireSteps(String what, int found, int needed) {
      if (found < needed) {
        throw new IllegalArgumentException(
            "model_with_buckets needs %s of %s steps for its last bucket, found %s"
                .formatted(what, needed, found));
      }
    }
  }
}
