package io.github.charlstm.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.tensorflow.types.TFloat32;

/** Receives the events of a run, in the order in which they happen. */
public interface TrainingListener {

  /**
   * One training step.
   *
   * @param step counted from 1
   * @param epoch of a text: counted from 1; of images: passes over them that are complete (Python:
   *     {@code epochs_completed})
   * @param epochs number of epochs of the run; 0 if its steps say how long it trains
   * @param loss mean over the batch before the update, with dropout
   * @param globalNorm of the gradients before clipping
   * @param metrics measured at this step besides, by the names below
   */
  record StepReport(
      long step,
      int epoch,
      int epochs,
      float learningRate,
      float loss,
      float globalNorm,
      double seconds,
      Map<String, Double> metrics) {
    /** Loss on the text that is held out, nats a symbol. */
    public static final String VALIDATION_LOSS = "validation_loss";

    /** The learning rate of the step, of runs in which it changes. */
    public static final String LEARNING_RATE = "learning_rate";

    /** Share of the batch's images classified correctly, before the update and without dropout. */
    public static final String ACCURACY = "accuracy";

    /** Share of the test images classified correctly, after the last step. */
    public static final String TEST_ACCURACY = "test_accuracy";

    StepReport with(Map<String, Double> more) {
      Map<String, Double> all = new LinkedHashMap<>(metrics);
      all.putAll(more);
      return new StepReport(step, epoch, epochs, learningRate, loss, globalNorm, seconds, all);
    }

    /** {@return a metric, by one of the names above, if it was measured at this step} */
    public OptionalDouble metric(String name) {
      Double value = metrics.get(name);
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
  }

  /** The run is about to start; it will end after {@code lastStep}. */
  default void onStart(TrainingProgress progress, long lastStep) {}

  /** A step is complete. */
  default void onStep(StepReport report) {}

  /** The checkpoint of a step has been written. */
  default void onCheckpoint(Path checkpoint, long step) {}

  /**
   * Whether to call {@link #onGradients} and {@link #onVariables} for a step, from 1; false by
   * default. They come from runs of the session of their own, so the step's numbers do not change.
   */
  default boolean wantsTensors(long step) {
    return false;
  }

  /** The gradients, clipped, that a step is about to apply, by name; valid during the call. */
  default void onGradients(long step, Map<String, TFloat32> gradients) {}

  /** The trainable variables after a step, by their names; valid during the call. */
  default void onVariables(long step, Map<String, TFloat32> variables) {}
}
