package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.machine.Memory;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipe.StatusLine;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.tensorboard.TensorBoardListener;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingProgress;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** {@code charlstm train}. */
final class TrainCommand implements Command {
  private static final double GIGABYTE = 1e9;

  @Override
  public Usage usage() {
    return Usage.of("train", "train a recipe, or go on with a run, and print a sample at the end")
        .flags(TrainFlags.all())
        .examples(
            "train",
            "train --recipe anna",
            "train --recipe anna --as-printed --run checkpoints/anna-page",
            "train --recipe mnist --bidirectional",
            "train --data my.txt --lstm-size 256 --epochs 20 --validation 0.1",
            "train --config run.json --steps 500",
            "train --tensorboard --histograms 100",
            "train --resume --run checkpoints/anna",
            "train --recipe anna --json --quiet >anna.jsonl");
  }

  @Override
  public String defaultsNote(Flags flags) {
    return TrainFlags.defaultsNote(flags, Recipes.DEMO.name());
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    train(new TrainingConfig(flags, Recipes.DEMO.name()), console);
  }

  /** What remains to do for a run that is complete; returns a sample of a text. */
  private interface Ending {
    String finish(Trainer.Outcome outcome) throws IOException;
  }

  /** Begins or resumes a run, on a text or on images, and trains it. */
  static void train(TrainingConfig config, Console console) throws IOException {
    ShutdownSignal interrupt = new ShutdownSignal();
    try {
      if (config.isOfImages()) {
        trainOnImages(config, interrupt, console);
      } else {
        trainOnText(config, interrupt, console);
      }
    } finally {
      interrupt.finished();
    }
  }

  private static void trainOnText(TrainingConfig config, ShutdownSignal interrupt, Console console)
      throws IOException {
    try (Trainer<TextTask> run =
        config.resume() ? resumeText(config, console) : beginText(config, console)) {
      Recipe.Progress progress = progressOf(run.task().settings());
      TrainingOutput output =
          new TrainingOutput(
              console,
              config.folder(),
              run.task(),
              progress.line(),
              config.logEvery(progress.logEvery()));
      train(
          run,
          config,
          output,
          events -> List.of(new TrainingSamples(run, progress, output, events)),
          outcome -> {
            console.note("trained to step " + outcome.progress().step());
            LossReport.compare(config.folder(), console);
            LossReport.draw(config.folder(), console);
            return TrainingSamples.print(outcome.checkpoint(), console);
          },
          interrupt,
          console);
    }
  }

  private static void trainOnImages(
      TrainingConfig config, ShutdownSignal interrupt, Console console) throws IOException {
    TrainingCheckpoint from =
        config.resume() ? TrainingCheckpoint.openWhole(config.folder(), console::note) : null;
    RunSettings.Images base = from == null ? Recipes.MNIST : from.images();
    config.checkModel(base);
    MnistImages.Split images = config.images(base.images(), console);
    RunSettings.Images settings = config.images(base, images);
    try (Trainer<ImageTask> run =
        console.during(
            "building the model",
            () ->
                from == null
                    ? Trainer.begin(config.folder(), settings, images)
                    : Trainer.resume(config.folder(), from, settings, images))) {
      if (from != null) {
        noteResumption(config, from, console);
      }
      TrainingOutput.announce(run, config.folder(), console);
      train(
          run,
          config,
          new TrainingOutput(console, config.folder()),
          events -> List.of(),
          outcome -> {
            LossReport.draw(run.task(), config.folder(), console);
            return null;
          },
          interrupt,
          console);
    }
  }

  private static void train(
      Trainer<?> run,
      TrainingConfig config,
      TrainingOutput output,
      Function<RunEvents, List<TrainingListener>> more,
      Ending ending,
      ShutdownSignal interrupt,
      Console console)
      throws IOException {
    interrupt.listen();
    TrainingProgress before = run.progress();
    Trainer.Outcome outcome;
    try (MetricsWriter metrics = new MetricsWriter(config.folder(), before.step());
        output;
        RunEvents events = config.events(run, console)) {
      List<TrainingListener> listeners =
          new ArrayList<>(
              List.of(metrics, output, new TensorBoardListener(events, run.task().settings())));
      listeners.addAll(more.apply(events));
      outcome = run.run(config.untilStep(), listeners, interrupt::requested);
    }
    boolean stopped = outcome.stopped() || interrupt.requested();
    if (stopped) {
      console.note(
          String.format(
              "stopped at step %s; checkpoint %s\ngo on with: charlstm %s %s %s %s",
              outcome.progress().step(),
              outcome.checkpoint(),
              config.isOfImages() ? "classify" : "train",
              TrainFlags.RESUME,
              TrainFlags.RUN,
              config.folder()));
    } else if (outcome.progress().equals(before)) {
      console.note(
          String.format(
              "nothing left to do: the run is at step %s; raise %s%s to go on",
              before.step(),
              TrainFlags.STEPS,
              config.isOfImages() ? "" : " or " + TrainFlags.EPOCHS));
    } else {
      output.end(outcome, false, ending.finish(outcome));
      return;
    }
    output.end(outcome, stopped, null);
  }

  // An imported run has no recipe here; it is shown as the book's are.
  private static Recipe.Progress progressOf(RunSettings.Text settings) {
    return Recipes.find(settings.recipe())
        .map(Recipe::progress)
        .orElseGet(
            () ->
                new Recipe.Progress(
                    StatusLine.DEEP_LEARNING_BY_EXAMPLE,
                    1,
                    0,
                    0,
                    Recipes.ANNA.progress().primes()));
  }

  private static Trainer<TextTask> beginText(TrainingConfig config, Console console) {
    Recipe recipe = config.recipe();
    TrainingSettings training = config.training(recipe.training());
    config.model(recipe.model().apply(1)); // checks its flags before a text is fetched
    return TensorFlowPreloader.meanwhile(
        () -> {
          TrainingData text = config.text(console);
          return console.during(
              "preparing text and model", () -> beginText(config, recipe, training, text, console));
        });
  }

  private static Trainer<TextTask> beginText(
      TrainingConfig config,
      Recipe recipe,
      TrainingSettings training,
      TrainingData text,
      Console console) {
    TextPreparation preparation = recipe.preparation();
    CharacterText cleaned = preparation.clean(text.characters());
    Vocabulary vocabulary = preparation.vocabulary(cleaned);
    ModelSettings model = config.model(recipe.model().apply(vocabulary.size()));
    RunSettings.Text settings =
        new RunSettings.Text(recipe.name(), model, preparation, training, text.identity());
    requireMemory(
        settings.model(),
        settings.training().batchSize(),
        settings.training().numSteps(),
        Memory.here().most());
    if (training.lastTarget() == LastTarget.FIRST_INPUT
        && !config.hasLastTarget()
        && !text.identity().source().equals(recipe.dataSet())) {
      console.note(
          String.format(
              "recipe %s takes a window's first input as its last target, as the book does; for the"
                  + " text's own: %s %s",
              recipe.name(), TrainFlags.LAST_TARGET, TrainFlags.word(LastTarget.NEXT_CHARACTER)));
    }
    Trainer<TextTask> run =
        Trainer.begin(config.folder(), settings, cleaned, vocabulary, config.loop());
    TrainingOutput.announce(run, text.characters(), config.folder(), console);
    return run;
  }

  private static Trainer<TextTask> resumeText(TrainingConfig config, Console console) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.openWhole(config.folder(), console::note);
    RunSettings.Text before = checkpoint.settings();
    config.requireSameRecipe(before);
    TrainingData text = config.text(before.text(), console);
    RunSettings.Text settings =
        new RunSettings.Text(
            before.recipe(),
            config.model(before.model()),
            before.preparation(),
            config.training(before.training()),
            text.identity());
    requireMemory(
        settings.model(),
        settings.training().batchSize(),
        settings.training().numSteps(),
        Memory.here().most());
    Trainer<TextTask> run =
        console.during(
            "preparing text and model",
            () ->
                Trainer.resume(
                    config.folder(), checkpoint, settings, text.characters(), config.loop()));
    noteResumption(config, checkpoint, console);
    TrainingOutput.announce(run, text.characters(), config.folder(), console);
    return run;
  }

  private static void noteResumption(
      TrainingConfig config, TrainingCheckpoint checkpoint, Console console) {
    config
        .changes(checkpoint.run().training())
        .forEach(change -> console.note("changed by a flag: " + change));
    console.note(
        "resuming at step " + checkpoint.progress().step() + " from " + checkpoint.folder());
  }

  /**
   * Rejects a run that would exceed the machine's memory, before the system kills the process.
   *
   * @param memory of the machine in bytes; 0 if not known
   * @throws UsageException if a training step needs more
   */
  static void requireMemory(ModelSettings model, int batchSize, int numSteps, long memory) {
    double needed = model.minStepBytes(batchSize, numSteps);
    if (memory > 0 && needed > memory) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "a step of %d x %d characters of a vocabulary of %,d takes at least %.1f GB, and this"
                  + " machine has %.1f GB; lower %s, %s or %s",
              batchSize,
              numSteps,
              model.vocabularySize(),
              needed / GIGABYTE,
              memory / GIGABYTE,
              TrainFlags.BATCH_SIZE,
              TrainFlags.NUM_STEPS,
              TrainFlags.LSTM_SIZE));
    }
  }
}
