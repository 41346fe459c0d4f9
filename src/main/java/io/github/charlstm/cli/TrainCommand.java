package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.machine.Memory;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipe.StatusLine;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingProgress;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tensorflow.TensorFlow;

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
            "train --data my.txt --minutes 30",
            "train --config run.json --steps 500",
            "train --tensorboard --histograms 100",
            "train --resume --run checkpoints/anna",
            "train --recipe anna --json --quiet >anna.jsonl");
  }

  @Override
  public String defaultsNote(Flags flags) {
    return TrainFlags.defaultsNote(flags, TrainFlags.defaultRecipe(flags));
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    train(new TrainingConfig(flags, TrainFlags.defaultRecipe(flags)), console);
  }

  /** Begins or resumes a run, on a text or on images, and trains it. */
  static void train(TrainingConfig config, Console console) throws IOException {
    try (ShutdownSignal signal = new ShutdownSignal()) {
      if (config.isOfImages()) {
        trainOnImages(config, signal, console);
      } else {
        trainOnText(config, signal, console);
      }
    }
  }

  private static void trainOnText(TrainingConfig config, ShutdownSignal signal, Console console)
      throws IOException {
    try (Trainer<TextTask> run =
        config.resume() ? resumeText(config, console) : beginText(config, console)) {
      Recipe.Progress progress = Recipes.ofRun(run.task().settings()).progress();
      TrainingOutput output =
          new TrainingOutput(
              console,
              config.folder(),
              Optional.of(run.task()),
              progress.line(),
              config.logEvery(progress.logEvery()));
      Optional<Trainer.Outcome> complete =
          train(
              run,
              config,
              output,
              events -> List.of(new TrainingSamples(run, progress, output, events)),
              signal,
              console);
      if (complete.isPresent()) {
        console.note("trained to step " + complete.get().progress().step());
        noteBest(complete.get(), console);
        LossReport.compare(config.folder(), console);
        LossReport.draw(config.folder(), console);
        String sample = TrainingSamples.print(config.folder(), console);
        output.end(complete.get(), false, sample);
      }
    }
  }

  private static void noteBest(Trainer.Outcome outcome, Console console) {
    outcome
        .validation()
        .ifPresent(
            known ->
                console.note(
                    "the lowest validation loss is %.4f, at step %d; sample and evaluate take that"
                        + " checkpoint",
                    known.bestLoss(), known.bestStep()));
    if (outcome.ranOutOfPatience()) {
      console.note(
          "stopped early: the last %d validation losses were not lower (%s)",
          outcome.validation().orElseThrow().sinceBest(), TrainFlags.PATIENCE);
    }
  }

  private static void trainOnImages(TrainingConfig config, ShutdownSignal signal, Console console)
      throws IOException {
    TrainingCheckpoint from =
        config.resume() ? TrainingCheckpoint.openWhole(config.folder(), console::note) : null;
    RunSettings.Images base = from == null ? Recipes.MNIST : from.images();
    ImageReference place = config.place(base.images());
    config.images(base, place); // checks the model's flags before images are fetched
    MnistImages.Split images = TrainingData.images(place, console);
    RunSettings.Images settings =
        config.images(
            base, new ImageReference(place.folder(), place.holdout(), ImageTask.digest(images)));
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
      TrainingOutput output =
          new TrainingOutput(
              console, config.folder(), Optional.empty(), StatusLine.DEEP_LEARNING_BY_EXAMPLE, 1);
      Optional<Trainer.Outcome> complete =
          train(run, config, output, events -> List.of(), signal, console);
      if (complete.isPresent()) {
        LossReport.draw(run.task(), config.folder(), console);
        output.end(complete.get(), false, null);
      }
    }
  }

  /** Trains; returns the outcome of a run that is complete, and reports the end of any other. */
  private static Optional<Trainer.Outcome> train(
      Trainer<?> run,
      TrainingConfig config,
      TrainingOutput output,
      Function<RunEvents, List<TrainingListener>> more,
      ShutdownSignal signal,
      Console console)
      throws IOException {
    signal.listen();
    TrainingProgress before = run.progress();
    Trainer.Outcome outcome;
    try (MetricsWriter metrics = new MetricsWriter(config.folder(), before.step());
        output;
        RunEvents events = config.events(run, console)) {
      List<TrainingListener> listeners = new ArrayList<>(List.of(metrics, output, events));
      listeners.addAll(more.apply(events));
      outcome = run.run(config.untilStep(), listeners, signal::requested);
    }
    boolean stopped = outcome.stopped() || signal.requested();
    if (stopped) {
      console.note(
          "stopped at step %s; checkpoint %s\ngo on with: charlstm %s %s %s %s",
          outcome.progress().step(),
          outcome.checkpoint(),
          config.isOfImages() ? "classify" : "train",
          TrainFlags.RESUME,
          TrainFlags.RUN,
          config.folder());
    } else if (outcome.progress().equals(before) && outcome.ranOutOfPatience()) {
      console.note(
          "nothing left to do: the run stopped early at step %s, its best checkpoint is of step %s;"
              + " raise %s to go on",
          before.step(), outcome.validation().orElseThrow().bestStep(), TrainFlags.PATIENCE);
    } else if (outcome.progress().equals(before)) {
      console.note(
          "nothing left to do: the run is at step %s; raise %s to go on",
          before.step(),
          !config.isOfImages() && before.step() >= run.lastStep()
              ? TrainFlags.EPOCHS
              : TrainFlags.STEPS);
    } else {
      return Optional.of(outcome);
    }
    output.end(outcome, stopped, null);
    return Optional.empty();
  }

  private static Trainer<TextTask> beginText(TrainingConfig config, Console console) {
    config.notices().forEach(console::note);
    Recipe recipe = config.recipe();
    config.training(recipe.training()); // checks the flags before a text is fetched
    config.model(TextSetup.model(config, recipe, 1));
    return whileLoading(
        TensorFlow::version,
        () -> {
          TrainingData text = config.text(console);
          return console.during(
              "preparing text and model", () -> beginText(config, recipe, text, console));
        });
  }

  private static Trainer<TextTask> beginText(
      TrainingConfig config, Recipe recipe, TrainingData text, Console console) {
    TextPreparation preparation = recipe.preparation();
    TextCorpus cleaned = text.corpus().map(preparation::clean);
    TextSetup setup = TextSetup.of(config, recipe, text.identity(), cleaned, console);
    TrainingSettings training = setup.training();
    config
        .weights()
        .ifPresent(
            weights ->
                console.note(
                    "weights of %s; it knows %d of %d symbols",
                    weights.folder(),
                    weights.known(setup.vocabulary()),
                    setup.vocabulary().size()));
    RunSettings.Text settings =
        new RunSettings.Text(recipe.name(), setup.model(), preparation, training, text.identity());
    requireMemory(setup.model(), training, Memory.here().most());
    if (training.lastTarget() == LastTarget.FIRST_INPUT
        && !config.hasLastTarget()
        && !text.identity().source().equals(recipe.dataSet())) {
      console.note(
          "recipe %s takes a window's first input as its last target, as the book does; for the"
              + " text's own: %s %s",
          recipe.name(), TrainFlags.LAST_TARGET, TrainFlags.word(LastTarget.NEXT_CHARACTER));
    }
    Trainer<TextTask> run =
        Trainer.begin(
            config.folder(),
            settings,
            cleaned,
            setup.vocabulary(),
            config.loop(),
            config.weights());
    TrainingOutput.announce(run, text.characters(), config.folder(), console);
    return run;
  }

  private static Trainer<TextTask> resumeText(TrainingConfig config, Console console) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.openWhole(config.folder(), console::note);
    RunSettings.Text before = checkpoint.settings();
    config.requireSameRecipe(before);
    TrainingData text = config.text(before, checkpoint.vocabulary(), console);
    ModelSettings model = config.model(before.model());
    TrainingSettings training =
        TrainingConfig.withoutShares(config.training(before.training()), text.identity());
    RunSettings.Text settings =
        new RunSettings.Text(
            before.recipe(), model, before.preparation(), training, text.identity());
    requireMemory(model, training, Memory.here().most());
    Trainer<TextTask> run =
        console.during(
            "preparing text and model",
            () ->
                Trainer.resume(
                    config.folder(), checkpoint, settings, text.corpus(), config.loop()));
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

  /** Rejects a run for which the memory, in bytes, 0 if unknown, is too small. */
  static void requireMemory(ModelSettings model, TrainingSettings training, long memory) {
    int batchSize = training.batchSize();
    int numSteps = training.numSteps();
    double needed = model.minStepBytes(batchSize, numSteps, training.optimizer());
    if (memory > 0 && needed > memory) {
      throw new UsageException(
          "a step of %d x %d characters of a vocabulary of %,d takes at least %.1f GB, and this"
              + " machine has %.1f GB; lower %s, %s or %s",
          batchSize,
          numSteps,
          model.vocabularySize(),
          needed / GIGABYTE,
          memory / GIGABYTE,
          TrainFlags.BATCH_SIZE,
          TrainFlags.NUM_STEPS,
          TrainFlags.LSTM_SIZE);
    }
  }

  /**
   * Does work while TensorFlow's library, which takes about half a second, is loaded by another
   * thread. Class initialization is locked, so work that uses TensorFlow waits for the library.
   * Returns when the library is loaded too: a process that ends while it loads may crash. A
   * LinkageError if the work needs the library and it cannot be loaded.
   */
  static <T> T whileLoading(Runnable loading, Supplier<T> work) {
    CompletableFuture<Optional<Error>> library =
        CompletableFuture.supplyAsync(() -> failure(loading), TrainCommand::startDaemon);
    T done;
    try {
      done = work.get();
    } catch (LinkageError e) {
      // Java throws the cause only on the first use of a class, which was in the other thread.
      throw library.join().orElse(e);
    } finally {
      library.join(); // does not return early if this thread is interrupted
    }
    Optional<Error> failure = library.join().filter(error -> !(error instanceof LinkageError));
    if (failure.isPresent()) {
      throw failure.get();
    }
    return done;
  }

  private static Optional<Error> failure(Runnable loading) {
    try {
      loading.run();
      return Optional.empty();
    } catch (Error e) {
      return Optional.of(e);
    }
  }

  private static void startDaemon(Runnable loading) {
    Thread thread = new Thread(loading, "TensorFlow's library");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * On Ctrl-C or SIGTERM asks the command to stop, and keeps the process until it has. The Java
   * virtual machine then exits with 128 plus the signal's number: 130 for Ctrl-C.
   */
  private static final class ShutdownSignal implements AutoCloseable {
    private final AtomicBoolean requested = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::request, "charlstm-interrupt");

    private void request() {
      requested.set(true);
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** From now on the process does not end before {@link #close} is called. */
    void listen() {
      Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean requested() {
      return requested.get();
    }

    @Override
    public void close() {
      closed.countDown();
      if (!requested.get()) {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          requested.set(true); // the signal came just now: the hook runs, and does not wait
        }
      }
    }
  }
}
