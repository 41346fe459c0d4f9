package io.github.charlstm.cli;

import io.github.charlstm.recipe.Recipe.StatusLine;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingProgress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Shows a run: the book's status line on standard output, or an object of JSON, and its progress
 * with rate and time left below it.
 */
final class TrainingOutput implements TrainingListener, AutoCloseable {
  private final Console console;
  private final StatusLine status;
  private final int logEvery;
  private final int batchesAnEpoch;
  private Progress bar = Progress.NONE;
  private final String unit;
  private long firstStep;
  private long lastStep;

  TrainingOutput(Console console, StatusLine status, int logEvery, Trainer<TextTask> run) {
    this.console = console;
    this.status = status;
    this.logEvery = logEvery;
    this.batchesAnEpoch = run.task().batches().size();
    this.unit = run.task().settings().preparation().unit();
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
    firstStep = progress.step();
    lastStep = end;
    if (progress.step() < end) {
      console.note("the first step prepares the graph and takes longer than the others");
      bar = console.progress("training").total(end - firstStep, "steps");
      bar.message("preparing the graph");
    }
  }

  @Override
  public void onStep(StepReport report) {
    if (report.step() == 1 || report.step() % logEvery == 0 || report.step() == lastStep) {
      step(report);
    }
    report.metric(StepReport.VALIDATION_LOSS).ifPresent(loss -> validation(report.step(), loss));
    bar.message(String.format(Locale.ROOT, "loss %.4f", report.loss()));
    bar.update(report.step() - firstStep);
  }

  private void step(StepReport report) {
    if (!console.json()) {
      console.out().println(line(status, report, batchesAnEpoch));
      return;
    }
    Json fields = event("step", report.step()).put("epoch", report.epoch());
    fields.put("epochs", report.epochs()).put("loss", report.loss());
    fields.put("global_norm", report.globalNorm()).put("seconds", report.seconds());
    console.result(fields);
  }

  private void validation(long step, double loss) {
    double bits = loss / Math.log(2);
    if (console.json()) {
      console.result(event("validation", step).put("loss", loss).put("bits_per_character", bits));
      return;
    }
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Validation at step %d: loss: %.4f, %.4f bits per %s",
                step,
                loss,
                bits,
                unit));
  }

  @Override
  public void onCheckpoint(Path checkpoint, long step) {
    if (console.json()) {
      console.result(event("checkpoint", step).put("checkpoint", checkpoint));
    } else {
      console.note("checkpoint: " + checkpoint);
    }
  }

  /** What the model writes on the way. */
  void sample(long step, String text) {
    if (console.json()) {
      console.result(event("sample", step).put("text", text));
    } else {
      console.out().println(text);
    }
  }

  @Override
  public void close() {
    bar.close();
  }

  private static Json event(String name, long step) {
    return Json.object().put("event", name).put("step", step);
  }
}
