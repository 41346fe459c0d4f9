package io.github.charlstm.cli;

import io.github.charlstm.recipe.StatusLine;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingProgress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows a run: the book's status line on standard output and, on a terminal, a bar with rate and
 * time left below it.
 */
final class TrainingOutput implements TrainingListener, AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private final Console console;
  private final StatusLine status;
  private final int logEvery;
  private final int batchesAnEpoch;
  private ProgressBar bar;
  private long lastStep;

  TrainingOutput(Console console, StatusLine status, int logEvery, int batchesAnEpoch) {
    this.console = console;
    this.status = status;
    this.logEvery = logEvery;
    this.batchesAnEpoch = batchesAnEpoch;
  }

  /** The book's line, character for character. */
  static String line(StatusLine status, StepReport report, int batchesAnEpoch) {
    if (status == StatusLine.COOKBOOK) {
      return String.format(
          Locale.ROOT,
          "Iteration: %d, Epoch: %d, Batch: %d out of %d, Loss: %.2f",
          report.step(),
          report.epoch(),
          (report.step() - 1) % batchesAnEpoch + 1,
          batchesAnEpoch,
          report.loss());
    }
    return String.format(
        Locale.ROOT,
        "Epoch number: %d/%d...  Step: %d...  loss: %.4f...  %.3f sec/batch",
        report.epoch(),
        report.epochs(),
        report.step(),
        report.loss(),
        report.seconds());
  }

  @Override
  public void onStart(TrainingProgress progress, long end) {
    lastStep = end;
    if (progress.step() < end) {
      console.note("the first step prepares the graph and takes longer than the others");
    }
    if (console.terminal() && progress.step() < end) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(end - progress.step())
              .setUnit(" steps", 1)
              .showSpeed()
              .setConsumer(new ConsoleProgressBarConsumer(console.err()))
              .build();
    }
  }

  @Override
  public void onStep(StepReport report, OptionalDouble validationLoss) {
    if (report.step() == 1 || report.step() % logEvery == 0 || report.step() == lastStep) {
      print(line(status, report, batchesAnEpoch));
    }
    validationLoss.ifPresent(
        loss ->
            print(
                String.format(
                    Locale.ROOT,
                    "Validation at step %d: loss: %.4f, %.4f bits per character",
                    report.step(),
                    loss,
                    loss / Math.log(2))));
    if (bar != null) {
      bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f", report.loss()));
      bar.step();
    }
  }

  @Override
  public void onCheckpoint(Path checkpoint, long step) {
    clear();
    console.note("checkpoint: " + checkpoint);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** A line on standard output, above the bar. */
  void print(String line) {
    clear();
    console.out().println(line);
  }

  private void clear() {
    if (bar != null) {
      console.err().print(CLEAR_LINE);
      console.err().flush();
    }
  }
}
