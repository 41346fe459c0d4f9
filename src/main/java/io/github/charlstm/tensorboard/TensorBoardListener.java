package io.github.charlstm.tensorboard;

import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Writes a text's run for TensorBoard. In part {@code train}: {@code curves/loss} (nats a
 * character), {@code curves/bits_per_character}, {@code curves/learning_rate}, {@code
 * curves/global_norm} (of the gradients before clipping), {@code curves/seconds_per_step}, and on
 * request histograms {@code variables/<name>} (after the step) and {@code gradients/<name>} (as the
 * step applied it, after clipping). In part {@code validation}: loss and bits of the held-out text.
 */
public final class TensorBoardListener extends HistogramListener implements TrainingListener {
  private static final String VALIDATION = "validation";
  private final RunEvents events;
  private final TrainingSettings settings;

  /**
   * Writes into an event file that is open.
   *
   * @param events stay the caller's
   * @param settings which tell the learning rate
   */
  public TensorBoardListener(RunEvents events, TrainingSettings settings) {
    super(events);
    this.events = events;
    this.settings = settings;
  }

  @Override
  public void onStep(StepReport report, OptionalDouble validationLoss) {
    Map<String, Double> values = losses(report.loss());
    values.put("curves/learning_rate", (double) settings.learningRate(report.epoch() - 1));
    values.put("curves/global_norm", (double) report.globalNorm());
    values.put("curves/seconds_per_step", report.seconds());
    events.scalars(RunEvents.TRAIN, report.step(), values);
    validationLoss.ifPresent(loss -> events.scalars(VALIDATION, report.step(), losses(loss)));
  }

  private static Map<String, Double> losses(double loss) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("curves/loss", loss);
    values.put("curves/bits_per_character", loss / Math.log(2));
    return values;
  }
}
