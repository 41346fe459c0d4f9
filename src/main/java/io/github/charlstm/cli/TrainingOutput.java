package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.recipe.Recipe.StatusLine;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingProgress;
import io.github.charlstm.train.TrainingSettings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Prints a run, as the book that the recipe is from or as JSON, with a progress bar below. */
final class TrainingOutput implements TrainingListener, AutoCloseable {
  private static final float LEAST_LEARNING_RATE = 1e-12f;
  private final Console console;
  private final Path folder;
  private final Optional<TextTask> text;
  private final StatusLine status;
  private final int logEvery;
  private Progress bar = Progress.NONE;
  private long firstStep;
  private long lastStep;

  /** The text is empty for a run on images, {@code logEvery} is for a run on a text. */
  TrainingOutput(
      Console console, Path folder, Optional<TextTask> text, StatusLine status, int logEvery) {
    this.console = console;
    this.folder = folder;
    this.text = text;
    this.status = status;
    this.logEvery = logEvery;
  }

  /** Prints what is trained, on which text and how. */
  static void announce(
      Trainer<TextTask> run, CharacterText characters, Path folder, Console console) {
    RunSettings.Text settings = run.task().settings();
    TrainingSettings training = settings.training();
    int distinct = settings.model().vocabularySize();
    if (!console.json()) {
      note(
          run,
          String.format(Locale.ROOT, "%,d characters, %d distinct", characters.length(), distinct),
          training.batchSize() + " x " + training.numSteps(),
          folder,
          console);
      return;
    }
    console.result(
        start(run, folder)
            .put("text", settings.text().describe())
            .put("characters", characters.length())
            .put("distinct", distinct)
            .put("model", settings.model().describe())
            .put("batch_size", training.batchSize())
            .put("num_steps", training.numSteps())
            .put("epochs", run.task().epochs())
            .put("steps", run.lastStep())
            .put("learning_rate", learningRate(run))
            .put("grad_clip", training.gradClip())
            .put("keep_prob", training.keepProb())
            .put("validation", training.validation())
            .put("test", training.test())
            .put("documents", training.documents().name().toLowerCase(Locale.ROOT))
            .put("seed", training.seed()));
  }

  /** Prints what is trained, on which images and how. */
  static void announce(Trainer<ImageTask> run, Path folder, Console console) {
    RunSettings.Images settings = run.task().settings();
    TrainingSettings training = settings.training();
    int trained = run.task().images().training().size();
    int tested = run.task().images().test().size();
    note(
        run,
        String.format(Locale.ROOT, "%,d images to train on, %,d to test on", trained, tested),
        String.valueOf(training.batchSize()),
        folder,
        console);
    console.result(
        () ->
            start(run, folder)
                .put("training_images", trained)
                .put("test_images", tested)
                .put("model", settings.model().describe())
                .put("batch_size", training.batchSize())
                .put("steps", training.steps())
                .put("learning_rate", training.learningRate())
                .put("keep_prob", training.keepProb())
                .put("seed", training.seed()));
  }

  private static void note(
      Trainer<?> run, String data, String batch, Path folder, Console console) {
    RunSettings settings = run.task().settings();
    TrainingSettings training = settings.training();
    float now = learningRate(run);
    String rate = String.valueOf(training.learningRate());
    if (!training.hasConstantLearningRate()) {
      BigDecimal rounded = new BigDecimal(now).round(new MathContext(3));
      rate += ", now " + rounded.stripTrailingZeros().toPlainString();
    }
    console.note(
        "recipe %s: %s; %s; batch %s, learning rate %s, keep_prob %s, seed %d; run folder %s",
        settings.recipe(),
        data,
        settings.model().describe(),
        batch,
        rate,
        training.keepProb(),
        training.seed(),
        folder);
    if (now < LEAST_LEARNING_RATE && run.progress().step() < run.lastStep()) {
      console.note(
          "the learning rate is %s, too small to change the variables; give %s, or import the run"
              + " with --restart",
          now, TrainFlags.LEARNING_RATE);
    }
  }

  /** That of the next step. */
  private static float learningRate(Trainer<?> run) {
    TrainingProgress progress = run.progress();
    return run.task()
        .settings()
        .training()
        .learningRateOf(progress.step(), progress.epoch(), run.lastStep());
  }

  private static Json start(Trainer<?> run, Path folder) {
    return Json.object()
        .put("event", "start")
        .put("run", folder)
        .put("step", run.progress().step())
        .put("recipe", run.task().settings().recipe());
  }

  /** The status line of a book, character for character. */
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
    if (text.isPresent()) {
      textStep(text.get(), report);
    } else {
      imageStep(report);
    }
    bar.message(String.format(Locale.ROOT, "loss %.4f", report.loss()));
    bar.update(report.step() - firstStep);
  }

  private void textStep(TextTask task, StepReport report) {
    if (report.step() == 1 || report.step() % logEvery == 0 || report.step() == lastStep) {
      if (console.json()) {
        console.result(
            event("step", report.step())
                .put("epoch", report.epoch())
                .put("epochs", report.epochs())
                .put("loss", report.loss())
                .put("global_norm", report.globalNorm())
                .put("seconds", report.seconds()));
      } else {
        console.out().println(line(status, report, task.batches().size()));
      }
    }
    report
        .metric(StepReport.VALIDATION_LOSS)
        .ifPresent(loss -> validation(task, report.step(), loss));
  }

  private void validation(TextTask task, long step, double loss) {
    double bits = loss / Math.log(2);
    if (console.json()) {
      console.result(event("validation", step).put("loss", loss).put("bits_per_character", bits));
      return;
    }
    String uncertainty =
        task.unit().equals("word")
            ? String.format(Locale.ROOT, "perplexity %.2f", Math.exp(loss))
            : String.format(Locale.ROOT, "%.4f bits per %s", bits, task.unit());
    console.print("Validation at step %d: loss: %.4f, %s%n", step, loss, uncertainty);
  }

  private void imageStep(StepReport report) {
    if (report.metrics().isEmpty()) {
      return;
    }
    if (console.json()) {
      console.result(
          event("step", report.step())
              .put("epoch", report.epoch())
              .put("loss", report.loss())
              .put("accuracy", report.metric(StepReport.ACCURACY))
              .put("test_accuracy", report.metric(StepReport.TEST_ACCURACY))
              .put("seconds", report.seconds()));
      return;
    }
    report
        .metric(StepReport.ACCURACY)
        .ifPresent(
            accuracy ->
                console.print(
                    "Iter%d, step %d, training accuracy %s%n",
                    report.epoch(), report.step(), shortest(accuracy)));
    report
        .metric(StepReport.TEST_ACCURACY)
        .ifPresent(accuracy -> console.print("test accuracy %s%n", shortest(accuracy)));
  }

  // six digits without zeros at the end, as Python's %g prints numbers from 0.0001 to 1
  private static String shortest(double value) {
    return String.format(Locale.ROOT, "%.6f", value).replaceAll("\\.?0+$", "");
  }

  @Override
  public void onCheckpoint(Path checkpoint, long step) {
    if (console.json()) {
      console.result(event("checkpoint", step).put("checkpoint", checkpoint));
    } else {
      console.note("checkpoint: " + checkpoint);
    }
  }

  void sample(long step, String generated) {
    if (console.json()) {
      console.result(event("sample", step).put("text", generated));
    } else {
      console.out().println(generated);
    }
  }

  /** Prints the last JSON object, with a sample if it is not null. */
  void end(Trainer.Outcome outcome, boolean stopped, String sample) {
    console.result(
        () -> {
          Json end =
              Json.object()
                  .put("event", "end")
                  .put("run", folder)
                  .put("step", outcome.progress().step())
                  .put("stopped", stopped)
                  .put("checkpoint", outcome.checkpoint());
          outcome
              .validation()
              .ifPresent(
                  known ->
                      end.put("best_step", known.bestStep())
                          .put("best_validation_loss", known.bestLoss()));
          return text.isPresent() ? end.put("sample", sample) : end;
        });
  }

  @Override
  public void close() {
    bar.close();
  }

  private static Json event(String name, long step) {
    return Json.object().put("event", name).put("step", step);
  }
}
