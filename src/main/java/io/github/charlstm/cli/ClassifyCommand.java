package io.github.charlstm.cli;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.tensorboard.TensorBoardClassifierListener;
import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.ClassifierSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code charlstm classify}: trains the classifier of handwritten digits. */
final class ClassifyCommand implements Command {
  static final String RECIPE = "mnist";
  private static final Flag<Path> IMAGES =
      Flag.path(TextFlags.DATA.name(), "folder with MNIST's gz files (default: fetched)");
  static final Flag<Integer> HOLDOUT =
      Flag.integer("holdout", 1, 9_999, "use the test images only; test on the last so many");
  private static final Flag<Long> STEPS =
      Flag.integer(
          TrainFlags.STEPS.name(), 1L, 1_000_000_000L, "training steps in all (default: 2000)");
  private static final Flag<CrossEntropy> CROSS_ENTROPY =
      Flag.oneOf(
          "cross-entropy",
          List.of(CrossEntropy.values()),
          form -> form.name().toLowerCase(Locale.ROOT),
          "the loss, as the book prints it or as TensorFlow computes it");
  private static final Flag<Boolean> BIDIRECTIONAL =
      Flag.toggle("bidirectional", "read the rows from both ends");

  /** Flags that cannot change when a run is resumed. */
  private static final List<Flag<?>> FIXED =
      List.of(
          TrainFlags.LOOP,
          CROSS_ENTROPY,
          BIDIRECTIONAL,
          TrainFlags.NUM_LAYERS,
          TrainFlags.LSTM_SIZE,
          HOLDOUT,
          TrainFlags.BATCH_SIZE,
          TrainFlags.LEARNING_RATE,
          TrainFlags.KEEP_PROB,
          TrainFlags.SAVE_EVERY,
          TrainFlags.SEED,
          TrainFlags.DETERMINISTIC);

  @Override
  public Usage usage() {
    return Usage.of(
            "classify",
            "train the classifier of handwritten digits (recipe mnist), or go on with it")
        .flags(
            IMAGES,
            HOLDOUT,
            TrainFlags.RUN.help("the run's folder (default: checkpoints/mnist)"),
            TrainFlags.RESUME,
            STEPS,
            TrainFlags.LOOP,
            CROSS_ENTROPY.orElse(CrossEntropy.PRINTED),
            BIDIRECTIONAL,
            TrainFlags.NUM_LAYERS.orElse(2),
            TrainFlags.LSTM_SIZE.orElse(256),
            TrainFlags.BATCH_SIZE.help("images a step").orElse(128),
            TrainFlags.LEARNING_RATE.orElse(0.001f),
            TrainFlags.KEEP_PROB.orElse(0.5f),
            TrainFlags.DETERMINISTIC,
            TrainFlags.SAVE_EVERY.orElse(200),
            TrainFlags.SEED.help("of initial values, dropout and the images' order"),
            TensorBoardFlags.TENSORBOARD,
            TensorBoardFlags.HISTOGRAMS)
        .examples(
            "classify",
            "classify --data mnist --holdout 1000",
            "classify --loop unrolled --cross-entropy stable",
            "classify --config digits.json --steps 500",
            "classify --bidirectional --num-layers 1 --run checkpoints/mnist-both-ways",
            "classify --resume --run checkpoints/mnist --steps 3000");
  }

  /** The recipe's line in {@code charlstm recipes}. */
  static Object[] row() {
    ClassifierSettings page = Recipes.mnist(new ClassifierSettings.Data("", 0, ""));
    return new Object[] {
      RECIPE,
      RECIPE,
      page.model().numLayers() + " x " + page.model().units(),
      String.valueOf(page.batchSize()),
      page.learningRate(),
      String.valueOf(page.keepProb()),
      "-",
      "-",
      "digits by rows, " + page.steps() + " steps (charlstm classify)"
    };
  }

  /** The same for {@code --json}. */
  static Json json() {
    ClassifierSettings page = Recipes.mnist(new ClassifierSettings.Data("", 0, ""));
    return Json.object()
        .put("recipe", RECIPE)
        .put("data", RECIPE)
        .put("num_layers", page.model().numLayers())
        .put("lstm_size", page.model().units())
        .put("batch_size", page.batchSize())
        .put("learning_rate", page.learningRate())
        .put("keep_prob", page.keepProb())
        .put("steps", page.steps())
        .put("description", "digits by rows (charlstm classify)");
  }

  @Override
  public String defaultsNote(Flags flags) {
    return flags.has(TrainFlags.RESUME)
        ? "by the run itself: all others"
        : "by recipe mnist: all others";
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    boolean resume = flags.has(TrainFlags.RESUME);
    Path folder =
        flags
            .find(TrainFlags.RUN)
            .orElseGet(
                () ->
                    resume
                        ? RunFolders.newestClassifier(TrainFlags.RUN.toString())
                        : RunFolders.fresh(RECIPE));
    TensorBoardFlags.histograms(flags);
    ClassifierSettings settings = resume ? resumed(flags, folder) : begun(flags);
    Optional<Path> place =
        Optional.of(settings.data().folder()).filter(text -> !text.isEmpty()).map(Path::of);
    MnistImages.Split images = DigitImages.find(place, settings.data().holdout(), console);
    ClassifierSettings whole = withDigest(settings, ClassifierRun.digest(images));
    ShutdownSignal interrupt = new ShutdownSignal();
    try (ClassifierRun run = opened(resume, folder, whole, images, console)) {
      announce(run, whole, images, folder, console);
      interrupt.listen();
      try (RunEvents events =
          TensorBoardFlags.begin(flags, folder, run.step(), run::graph, console)) {
        train(run, folder, whole, images, events, interrupt, console);
      }
    } finally {
      interrupt.finished();
    }
  }

  private static ClassifierRun opened(
      boolean resume,
      Path folder,
      ClassifierSettings settings,
      MnistImages.Split images,
      Console console)
      throws IOException {
    return console.during(
        "building the model",
        () ->
            resume
                ? ClassifierRun.resume(folder, settings, images, console::note)
                : ClassifierRun.begin(folder, settings, images));
  }

  private static void announce(
      ClassifierRun run,
      ClassifierSettings settings,
      MnistImages.Split images,
      Path folder,
      Console console) {
    console.note(announcement(settings, images, folder));
    if (console.json()) {
      console.result(ClassifierOutput.start(run.step(), settings, images, folder));
    }
  }

  private static void train(
      ClassifierRun run,
      Path folder,
      ClassifierSettings settings,
      MnistImages.Split images,
      RunEvents events,
      ShutdownSignal interrupt,
      Console console)
      throws IOException {
    ClassifierOutput output = new ClassifierOutput(console, folder);
    if (run.step() >= settings.steps()) {
      console.note(
          "nothing left to do: the run is at step "
              + run.step()
              + "; raise "
              + STEPS
              + " to go on");
      output.end(run.step(), false);
      return;
    }
    boolean stopped;
    try (output) {
      output.begin(run.step(), settings.steps());
      stopped =
          run.run(
              new TensorBoardClassifierListener(events, settings, output), interrupt::requested);
    }
    if (stopped || interrupt.requested()) {
      console.note(
          "stopped at step "
              + run.step()
              + String.format(
                  "\ngo on with: charlstm classify %s %s %s",
                  TrainFlags.RESUME, TrainFlags.RUN, folder));
      output.end(run.step(), true);
      return;
    }
    ClassifierPictures.draw(run, folder, images.test(), console);
    output.end(run.step(), false);
  }

  private static ClassifierSettings begun(Flags flags) {
    String place = flags.find(IMAGES).map(ClassifyCommand::absolute).orElse("");
    int holdout = flags.get(HOLDOUT, 0);
    return changed(flags, Recipes.mnist(new ClassifierSettings.Data(place, holdout, "")));
  }

  private static ClassifierSettings changed(Flags flags, ClassifierSettings page) {
    RowClassifier.Settings model =
        RowClassifier.Settings.builder()
            .image(page.model().rows(), page.model().columns())
            .classes(page.model().classes())
            .units(flags.get(TrainFlags.LSTM_SIZE, page.model().units()))
            .numLayers(flags.get(TrainFlags.NUM_LAYERS, page.model().numLayers()))
            .loop(flags.get(TrainFlags.LOOP, page.model().loop()))
            .crossEntropy(flags.get(CROSS_ENTROPY, page.model().crossEntropy()))
            .bidirectional(flags.has(BIDIRECTIONAL) || page.model().bidirectional())
            .build();
    return new ClassifierSettings(
        model,
        flags.get(TrainFlags.BATCH_SIZE, page.batchSize()),
        flags.get(STEPS, page.steps()),
        flags.get(TrainFlags.LEARNING_RATE, page.learningRate()),
        flags.get(TrainFlags.KEEP_PROB, page.keepProb()),
        page.measureEvery(),
        flags.get(TrainFlags.SAVE_EVERY, page.saveEvery()),
        page.maxToKeep(),
        flags.get(TrainFlags.SEED, page.seed()),
        page.data(),
        flags.has(TrainFlags.DETERMINISTIC) ? TrainingOptions.DETERMINISTIC_LANES : page.lanes());
  }

  private static ClassifierSettings resumed(Flags flags, Path folder) {
    ClassifierSettings before = ClassifierRun.settings(folder);
    ClassifierSettings.Data data = before.data();
    String fixed =
        FIXED.stream().filter(flags::has).map(Flag::toString).collect(Collectors.joining(", "));
    if (!changed(flags, before).to(before.steps(), data).equals(before)
        || flags.get(HOLDOUT, data.holdout()) != data.holdout()) {
      throw new UsageException(
          fixed
              + " does not go with "
              + TrainFlags.RESUME
              + ": a run keeps what it began with, "
              + before.model().describe());
    }
    return before.to(
        flags.get(STEPS, before.steps()),
        new ClassifierSettings.Data(
            flags.find(IMAGES).map(ClassifyCommand::absolute).orElse(data.folder()),
            data.holdout(),
            data.sha256()));
  }

  private static ClassifierSettings withDigest(ClassifierSettings settings, String digest) {
    ClassifierSettings.Data data = settings.data();
    return settings.to(
        settings.steps(), new ClassifierSettings.Data(data.folder(), data.holdout(), digest));
  }

  private static String announcement(
      ClassifierSettings settings, MnistImages.Split images, Path folder) {
    return String.format(
        Locale.ROOT,
        "recipe mnist: %,d images to train on, %,d to test on; %s; batch %d, learning rate %s,"
            + " keep %s, seed %d; run %s",
        images.training().size(),
        images.test().size(),
        settings.model().describe(),
        settings.batchSize(),
        settings.learningRate(),
        settings.keepProb(),
        settings.seed(),
        folder);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
