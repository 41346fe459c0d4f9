package io.github.charlstm.tensorboard;

import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.ClassifierSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a classifier's run for TensorBoard. In part {@code train}: {@code curves/loss}, {@code
 * curves/accuracy} where it was measured, {@code curves/learning_rate}, {@code curves/global_norm},
 * {@code curves/seconds_per_step}, and on request the histograms that {@link TensorBoardListener}
 * has. In part {@code test}: {@code curves/accuracy} of the test images.
 */
public final class TensorBoardClassifierListener extends HistogramListener
    implements ClassifierRun.Listener {
  private static final String TEST = "test";
  private static final String ACCURACY = "curves/accuracy";
  private final RunEvents events;
  private final ClassifierSettings settings;
  private final ClassifierRun.Listener next;

  /**
   * Writes into an event file that is open, and passes every event on.
   *
   * @param events stay the caller's
   * @param settings which tell the learning rate
   * @param next hears of steps and checkpoints too
   */
  public TensorBoardClassifierListener(
      RunEvents events, ClassifierSettings settings, ClassifierRun.Listener next) {
    super(events);
    this.events = events;
    this.settings = settings;
    this.next = next;
  }

  @Override
  public void onStep(ClassifierRun.Report report) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("curves/loss", (double) report.loss());
    report.accuracy().ifPresent(accuracy -> values.put(ACCURACY, accuracy));
    values.put("curves/learning_rate", (double) settings.learningRate());
    values.put("curves/global_norm", (double) report.globalNorm());
    values.put("curves/seconds_per_step", report.seconds());
    events.scalars(RunEvents.TRAIN, report.step(), values);
    report
        .testAccuracy()
        .ifPresent(accuracy -> events.scalars(TEST, report.step(), Map.of(ACCURACY, accuracy)));
    next.onStep(report);
  }

  @Override
  public void onCheckpoint(Path prefix) {
    next.onCheckpoint(prefix);
  }
}
