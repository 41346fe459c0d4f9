package io.github.charlstm.cli;

import io.github.charlstm.train.ClassifierRun;
import java.nio.file.Path;
import java.util.Locale;

/** Shows a run of the classifier with the page's lines. */
final class ClassifierOutput implements ClassifierRun.Listener {
  private final Console console;

  ClassifierOutput(Console console) {
    this.console = console;
  }

  @Override
  public void onStep(ClassifierRun.Report report) {
    report
        .accuracy()
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
        .testAccuracy()
        .ifPresent(accuracy -> console.out().println("test accuracy " + shortest(accuracy)));
  }

  @Override
  public void onCheckpoint(Path prefix) {
    console.note("checkpoint: " + prefix);
  }

  // six digits without zeros at the end, as Python's %g prints numbers from 0.0001 to 1
  private static String shortest(double value) {
    String text = String.format(Locale.ROOT, "%.6f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
