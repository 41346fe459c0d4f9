package io.github.charlstm.cli;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingListener;
import java.nio.file.Path;
import java.util.Locale;

/** Shows a run of the classifier with the page's lines, or objects of JSON. */
final class ClassifierOutput implements TrainingListener, AutoCloseable {
  private final Console console;
  private final Path folder;
  private Progress bar = Progress.NONE;
  private long firstStep;

  ClassifierOutput(Console console, Path folder) {
    this.console = console;
    this.folder = folder;
  }

  /** The first line of JSON. */
  static Json start(long step, RunSettings.Images settings, MnistImages.Split images, Path folder) {
    return event("start", step)
        .put("run", folder)
        .put("recipe", ClassifyCommand.RECIPE)
        .put("training_images", images.training().size())
        .put("test_images", images.test().size())
        .put("model", settings.model().describe())
        .put("batch_size", settings.training().batchSize())
        .put("steps", settings.training().steps())
        .put("learning_rate", settings.training().learningRate())
        .put("keep_prob", settings.training().keepProb())
        .put("seed", settings.training().seed());
  }

  /** Training begins. */
  void begin(long done, long steps) {
    firstStep = done;
    bar = console.progress("training").total(steps - done, "steps");
    bar.message("preparing the graph");
  }

  @Override
  public void onStep(StepReport report) {
    if (console.json()) {
      if (report.metric(StepReport.ACCURACY).isPresent()
          || report.metric(StepReport.TEST_ACCURACY).isPresent()) {
        console.result(json(report));
      }
    } else {
      print(report);
    }
    bar.message(String.format(Locale.ROOT, "loss %.4f", report.loss()));
    bar.update(report.step() - firstStep);
  }

  private void print(StepReport report) {
    report
        .metric(StepReport.ACCURACY)
        .ifPresent(
            accuracy ->
                console
                    .out()
                    .printf(
                        Locale.ROOT,
                        "Iter%d, step %d, training accuracy %s%n",
                        report.epoch(),
                        report.step(),
                        shortest(accuracy)));
    report
        .metric(StepReport.TEST_ACCURACY)
        .ifPresent(accuracy -> console.out().println("test accuracy " + shortest(accuracy)));
  }

  private static Json json(StepReport report) {
    return event("step", report.step())
        .put("epoch", report.epoch())
        .put("loss", report.loss())
        .put("accuracy", report.metric(StepReport.ACCURACY))
        .put("test_accuracy", report.metric(StepReport.TEST_ACCURACY))
        .put("seconds", report.seconds());
  }

  @Override
  public void onCheckpoint(Path prefix, long at) {
    if (console.json()) {
      console.result(event("checkpoint", at).put("checkpoint", prefix));
    } else {
      console.note("checkpoint: " + prefix);
    }
  }

  /** The last line of JSON. */
  void end(long last, boolean stopped) {
    if (console.json()) {
      console.result(event("end", last).put("run", folder).put("stopped", stopped));
    }
  }

  @Override
  public void close() {
    bar.close();
  }

  private static Json event(String name, long step) {
    return Json.object().put("event", name).put("step", step);
  }

  // six digits without zeros at the end, as Python's %g prints numbers from 0.0001 to 1
  private static String shortest(double value) {
    String text = String.format(Locale.ROOT, "%.6f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
