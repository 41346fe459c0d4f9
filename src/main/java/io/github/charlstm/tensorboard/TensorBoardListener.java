package io.github.charlstm.tensorboard;

import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.types.TFloat32;

/**
 * Writes a run for TensorBoard. In part {@code train}: {@code curves/loss}, of texts {@code
 * curves/bits_per_character}, of images {@code curves/accuracy} where it was measured, {@code
 * curves/learning_rate}, {@code curves/global_norm} (of the gradients before clipping), {@code
 * curves/seconds_per_step}, and on request histograms {@code variables/<name>} (after the step) and
 * {@code gradients/<name>} (as the step applied them, after clipping). In part {@code validation}:
 * loss and bits of the text that is held out; in part {@code test}: accuracy of the test images.
 */
public final class TensorBoardListener implements TrainingListener {
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";
  private static final String LOSS = "curves/loss";
  private static final String ACCURACY = "curves/accuracy";
  private final RunEvents events;
  private final RunSettings settings;

  /**
   * Writes into open event files.
   *
   * @param events not closed
   * @param settings of the run
   */
  public TensorBoardListener(RunEvents events, RunSettings settings) {
    this.events = events;
    this.settings = settings;
  }

  @Override
  public void onStep(StepReport report) {
    boolean isOfText = settings instanceof RunSettings.Text;
    Map<String, Double> values =
        isOfText
            ? losses(report.loss())
            : new LinkedHashMap<>(Map.of(LOSS, (double) report.loss()));
    report.metric(StepReport.ACCURACY).ifPresent(share -> values.put(ACCURACY, share));
    values.put("curves/learning_rate", (double) report.learningRate());
    values.put("curves/global_norm", (double) report.globalNorm());
    values.put("curves/seconds_per_step", report.seconds());
    events.scalars(RunEvents.TRAIN, report.step(), values);
    report
        .metric(StepReport.VALIDATION_LOSS)
        .ifPresent(loss -> events.scalars(VALIDATION, report.step(), losses(loss)));
    report
        .metric(StepReport.TEST_ACCURACY)
        .ifPresent(share -> events.scalars(TEST, report.step(), Map.of(ACCURACY, share)));
  }

  private static Map<String, Double> losses(double loss) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(LOSS, loss);
    values.put("curves/bits_per_character", loss / Math.log(2));
    return values;
  }

  @Override
  public boolean wantsTensors(long step) {
    return events.wantsHistograms(step);
  }

  @Override
  public void onGradients(long step, Map<String, TFloat32> gradients) {
    events.histograms("gradients", step, gradients);
  }

  @Override
  public void onVariables(long step, Map<String, TFloat32> variables) {
    events.histograms("variables", step, variables);
  }
}
