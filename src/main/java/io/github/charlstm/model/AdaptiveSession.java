package io.github.charlstm.model;

import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.graph.DynamicEvaluationRule;
import io.github.charlstm.graph.HyperParameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A session that evaluates a trained model and adapts it to what it has read ({@link
 * DynamicEvaluationRule}): {@link #collect} windows of the training text, {@link #summarize}, then
 * {@link #adapt} by the windows of the text that is evaluated, in its order.
 */
public final class AdaptiveSession implements AutoCloseable {
  private final LanguageModelSession session;
  private Op start;
  private Op collect;
  private Op summarize;
  private Op update;

  /**
   * The numbers of the rule.
   *
   * @param learningRate above 0
   * @param decay share of the way back to the trained weights at each update, from 0 to below 1
   */
  public record Settings(float learningRate, float decay) {
    public Settings {
      if (!(learningRate > 0 && Float.isFinite(learningRate))) {
        throw new IllegalArgumentException(
            "`learning_rate`: expected a finite number above 0, found " + learningRate);
      }
      if (!(decay >= 0 && decay < 1)) {
        throw new IllegalArgumentException(
            "`decay`: expected a number from 0 to below 1, found " + decay);
      }
    }
  }

  private AdaptiveSession(ModelSettings model, int batchSize, int numSteps, Settings settings) {
    // no slots: the checkpoint's are of another optimizer
    TrainingOptions options =
        TrainingOptions.builder().gradClip(0).optimizer(OptimizerKind.SGD).padding(true).build();
    session =
        LanguageModelSession.of(
            tf -> {
              LanguageModel built = model.build(tf, batchSize, numSteps, Optional.of(options));
              add(tf, built, settings);
              return built;
            },
            SessionOptions.forLoop(RnnImplementation.of(model, Optional.of(options)), 0));
  }

  /** {@return a session of N rows of T steps, with the weights of a checkpoint} */
  public static AdaptiveSession of(
      ModelSettings model, int batchSize, int numSteps, Settings settings, Path variables) {
    AdaptiveSession adaptive = new AdaptiveSession(model, batchSize, numSteps, settings);
    try {
      adaptive.session.restoreWeights(variables);
      adaptive.session.run(adaptive.start);
      return adaptive;
    } catch (RuntimeException e) {
      adaptive.close();
      throw e;
    }
  }

  private void add(Ops tf, LanguageModel model, Settings settings) {
    DynamicEvaluationRule<TFloat32> rule =
        DynamicEvaluationRule.builder()
            .learningRate(HyperParameter.of(settings.learningRate()))
            .decay(HyperParameter.of(settings.decay()))
            .build(model.variables(), model.variables().trainable());
    var gradients = new ArrayList<>(model.training().gradients().values());
    start = rule.start(tf);
    collect = rule.collect(tf, gradients);
    summarize = rule.summarize(tf);
    update = rule.update(tf, gradients);
  }

  /** Counts the gradients of a window of the training text; the state moves on. */
  public void collect(TrainingBatches.Batch batch) {
    session.losses(batch, Optional.of(collect));
  }

  /** Ends {@link #collect} and sets the state to zeros. */
  public void summarize() {
    session.run(summarize);
    session.resetState();
  }

  /** {@return the losses of a window {@code [N*T]}, before the weights are adapted to it} */
  public float[] adapt(TrainingBatches.Batch batch) {
    return session.losses(batch, Optional.of(update));
  }

  @Override
  public void close() {
    session.close();
  }
}
