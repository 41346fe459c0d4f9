package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipe.StatusLine;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.tensorboard.TensorBoardListener;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingProgress;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** {@code charlstm train}. */
final class TrainCommand implements Command {
  @Override
  public Usage usage() {
    return Usage.of("train", "train a recipe, or go on with a run, and print a sample at the end")
        .flags(TrainFlags.all())
        .examples(
            "train",
            "train --recipe anna",
            "train --recipe anna --as-printed --run checkpoints/anna-page",
            "train --data my.txt --lstm-size 256 --epochs 20 --validation 0.1",
            "train --config run.json --steps 500",
            "train --tensorboard --histograms 100",
            "train --resume --run checkpoints/anna",
            "train --recipe anna --json --quiet >anna.jsonl");
  }

  @Override
  public String defaultsNote(Flags flags) {
    return flags.has(TrainFlags.RESUME)
        ? "by the run itself: all others"
        : TrainFlags.byRecipe(TrainFlags.recipe(flags), flags);
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    OptionalLong steps =
        flags.find(TrainFlags.STEPS).map(OptionalLong::of).orElse(OptionalLong.empty());
    TensorBoardFlags.histograms(flags);
    boolean resume = flags.has(TrainFlags.RESUME);
    RnnImplementation loop = TrainFlags.loop(flags);
    Path folder = folder(flags, resume);
    ShutdownSignal interrupt = new ShutdownSignal();
    try (Trainer<TextTask> run =
        resume ? resumed(flags, folder, loop, console) : begun(flags, folder, loop, console)) {
      interrupt.listen();
      TrainingProgress before = run.progress();
      Trainer.Outcome outcome = train(run, folder, flags, steps, interrupt, console);
      if (outcome.stopped() || interrupt.requested()) {
        console.note(
            "stopped at step "
                + outcome.progress().step()
                + "; checkpoint "
                + outcome.checkpoint()
                + "\ngo on with: charlstm train "
                + TrainFlags.RESUME
                + " "
                + TrainFlags.RUN
                + " "
                + folder);
        end(folder, outcome, true, null, console);
      } else if (outcome.progress().equals(before)) {
        console.note(
            "nothing left to do: the run is at step "
                + before.step()
                + String.format("; raise %s or %s to go on", TrainFlags.STEPS, TrainFlags.EPOCHS));
        end(folder, outcome, false, null, console);
      } else {
        finish(folder, outcome, run.task().symbols(), console);
      }
    } finally {
      interrupt.finished();
    }
  }

  private static Trainer.Outcome train(
      Trainer<TextTask> run,
      Path folder,
      Flags flags,
      OptionalLong steps,
      ShutdownSignal interrupt,
      Console console)
      throws IOException {
    Recipe.Progress progress = progressOf(run.task().settings());
    try (MetricsWriter metrics = new MetricsWriter(folder, run.progress().step());
        TrainingOutput output =
            new TrainingOutput(
                console,
                progress.line(),
                flags.get(TrainFlags.LOG_EVERY, progress.logEvery()),
                run);
        RunEvents events =
            TensorBoardFlags.begin(flags, folder, run.progress().step(), run::graph, console)) {
      List<TrainingListener> listeners =
          List.of(
              metrics,
              output,
              new TensorBoardListener(events, run.task().settings()),
              new TrainingSamples(run, progress, output, events),
              DrawnSample.atCheckpoints(run, events));
      return run.run(steps, listeners, interrupt::requested);
    }
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

  private static Path folder(Flags flags, boolean resume) {
    return flags
        .find(TrainFlags.RUN)
        .orElseGet(
            () ->
                resume
                    ? RunFolders.newest(TrainFlags.RUN.toString())
                    : RunFolders.fresh(TrainFlags.recipe(flags).name()));
  }

  private static Trainer<TextTask> begun(
      Flags flags, Path folder, RnnImplementation loop, Console console) {
    Recipe recipe = TrainFlags.recipe(flags);
    TrainingSettings training = TrainFlags.override(flags, recipe.training());
    TrainFlags.checkModel(flags, recipe);
    return TensorFlowPreloader.meanwhile(
        () -> begun(flags, recipe, training, folder, loop, console));
  }

  private static Trainer<TextTask> begun(
      Flags flags,
      Recipe recipe,
      TrainingSettings training,
      Path folder,
      RnnImplementation loop,
      Console console) {
    TrainingData text = TrainingData.find(flags, recipe.dataSet(), console);
    return console.during(
        "preparing text and model",
        () -> begun(flags, recipe, training, text, folder, loop, console));
  }

  private static Trainer<TextTask> begun(
      Flags flags,
      Recipe recipe,
      TrainingSettings training,
      TrainingData text,
      Path folder,
      RnnImplementation loop,
      Console console) {
    TextPreparation preparation = recipe.preparation();
    CharacterText cleaned = preparation.clean(text.characters());
    Vocabulary vocabulary = preparation.vocabulary(cleaned);
    RunSettings.Text settings =
        new RunSettings.Text(
            recipe.name(),
            TrainFlags.model(flags, recipe, vocabulary.size()),
            preparation,
            training,
            text.identity());
    MemoryCheck.require(settings.model(), training.batchSize(), training.numSteps());
    return TrainAnnouncement.announced(
        Trainer.begin(folder, settings, cleaned, vocabulary, loop),
        settings,
        text,
        folder,
        console);
  }

  private static Trainer<TextTask> resumed(
      Flags flags, Path folder, RnnImplementation loop, Console console) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.openWhole(folder, console::note);
    if (flags.has(TrainFlags.RECIPE)
        && !TrainFlags.recipe(flags).name().equals(checkpoint.settings().recipe())) {
      throw new UsageException(
          TrainFlags.RECIPE
              + " does not go with "
              + TrainFlags.RESUME
              + ": the run in "
              + folder
              + " began with "
              + checkpoint.settings().recipe()
              + ", and a run keeps its recipe");
    }
    if (flags.has(TrainFlags.AS_PRINTED)
        && !(checkpoint.settings().model() instanceof CharLstm.Settings book && book.asPrinted())) {
      throw new UsageException(
          TrainFlags.AS_PRINTED
              + ": the run in "
              + folder
              + " began without it, and a run keeps its model");
    }
    RunSettings.Text before = checkpoint.settings();
    TrainingData text = TrainingData.again(flags, before.text(), console);
    RunSettings.Text settings =
        new RunSettings.Text(
            before.recipe(),
            TrainFlags.override(flags, before.model()),
            before.preparation(),
            TrainFlags.override(flags, before.training()),
            text.identity());
    MemoryCheck.require(
        settings.model(), settings.training().batchSize(), settings.training().numSteps());
    Trainer<TextTask> run =
        console.during(
            "preparing text and model",
            () -> Trainer.resume(folder, checkpoint, settings, text.characters(), loop));
    TrainFlags.changes(before.training(), settings.training())
        .forEach(change -> console.note("changed by a flag: " + change));
    console.note(
        "resuming at step " + checkpoint.progress().step() + " from " + checkpoint.folder());
    return TrainAnnouncement.announced(run, settings, text, folder, console);
  }

  private static void finish(
      Path folder, Trainer.Outcome outcome, Vocabulary vocabulary, Console console)
      throws IOException {
    console.note("trained to step " + outcome.progress().step());
    LossReport.compare(folder, console);
    LossReport.draw(folder, console);
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(outcome.checkpoint());
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1)) {
      session.restore(checkpoint.variables());
      StringBuilder sample = new StringBuilder();
      Consumer<String> sink = console.json() ? sample::append : console.out()::print;
      console.note("a sample, drawn from the 4 likeliest each time (more: charlstm sample):");
      console.out().println();
      DrawnSample.write(session, checkpoint.settings(), vocabulary, sink);
      console.out().println();
      end(folder, outcome, false, sample.toString(), console);
    }
  }

  private static void end(
      Path folder, Trainer.Outcome outcome, boolean stopped, String sample, Console console) {
    if (console.json()) {
      console.result(TrainingJson.end(folder, outcome, stopped, sample));
    }
  }
}
