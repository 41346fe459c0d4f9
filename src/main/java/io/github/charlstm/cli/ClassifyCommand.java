package io.github.charlstm.cli;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.tensorboard.TensorBoardListener;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

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
    RunSettings.Images page = Recipes.MNIST;
    return new Object[] {
      RECIPE,
      RECIPE,
      page.model().numLayers() + " x " + page.model().units(),
      String.valueOf(page.training().batchSize()),
      page.training().learningRate(),
      String.valueOf(page.training().keepProb()),
      "-",
      "-",
      "digits by rows, " + page.training().steps() + " steps (charlstm classify)"
    };
  }

  /** The same for {@code --json}. */
  static Json json() {
    RunSettings.Images page = Recipes.MNIST;
    return Json.object()
        .put("recipe", RECIPE)
        .put("data", RECIPE)
        .put("num_layers", page.model().numLayers())
        .put("lstm_size", page.model().units())
        .put("batch_size", page.training().batchSize())
        .put("learning_rate", page.training().learningRate())
        .put("keep_prob", page.training().keepProb())
        .put("steps", page.training().steps())
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
    TensorBoardFlags.histograms(flags);
    boolean resume = flags.has(TrainFlags.RESUME);
    Path folder =
        flags
            .find(TrainFlags.RUN)
            .orElseGet(
                () ->
                    resume
                        ? RunFolders.newestClassifier(TrainFlags.RUN.toString())
                        : RunFolders.fresh(RECIPE));
    Optional<TrainingCheckpoint> from =
        resume
            ? Optional.of(TrainingCheckpoint.openWhole(folder, console::note))
            : Optional.empty();
    RunSettings.Images before = from.map(TrainingCheckpoint::images).orElseGet(() -> Recipes.MNIST);
    ImageReference place = place(flags, before.images());
    RowClassifier.Settings model = model(flags, before.model());
    TrainingSettings training = training(flags, before.training());
    MnistImages.Split images =
        DigitImages.find(
            Optional.of(place.folder()).filter(text -> !text.isEmpty()).map(Path::of),
            place.holdout(),
            console);
    RunSettings.Images settings =
        new RunSettings.Images(
            RECIPE,
            model,
            training,
            new ImageReference(place.folder(), place.holdout(), ImageTask.digest(images)));
    ShutdownSignal interrupt = new ShutdownSignal();
    try (Trainer<ImageTask> run =
        console.during(
            "building the model",
            () ->
                from.isPresent()
                    ? Trainer.resume(folder, from.get(), settings, images)
                    : Trainer.begin(folder, settings, images))) {
      console.note(announcement(settings, images, folder));
      if (console.json()) {
        console.result(ClassifierOutput.start(run.progress().step(), settings, images, folder));
      }
      interrupt.listen();
      train(run, folder, flags, interrupt, console);
    } finally {
      interrupt.finished();
    }
  }

  private static void train(
      Trainer<ImageTask> run, Path folder, Flags flags, ShutdownSignal interrupt, Console console)
      throws IOException {
    ClassifierOutput output = new ClassifierOutput(console, folder);
    long before = run.progress().step();
    Trainer.Outcome outcome;
    try (MetricsWriter metrics = new MetricsWriter(folder, before);
        RunEvents events = TensorBoardFlags.begin(flags, folder, before, run::graph, console);
        output) {
      outcome =
          run.run(
              OptionalLong.empty(),
              List.of(metrics, new TensorBoardListener(events, run.task().settings()), output),
              interrupt::requested);
    }
    long step = outcome.progress().step();
    if (outcome.stopped() || interrupt.requested()) {
      console.note(
          String.format(
              "stopped at step %s%ngo on with: charlstm classify %s %s %s",
              step, TrainFlags.RESUME, TrainFlags.RUN, folder));
      output.end(step, true);
      return;
    }
    if (step == before) {
      console.note(
          "nothing left to do: the run is at step " + step + "; raise " + STEPS + " to go on");
    } else {
      ClassifierPictures.draw(run.task(), folder, run.task().images().test(), console);
    }
    output.end(step, false);
  }

  private static RowClassifier.Settings model(Flags flags, RowClassifier.Settings page) {
    return RowClassifier.Settings.builder()
        .image(page.rows(), page.columns())
        .classes(page.classes())
        .units(flags.get(TrainFlags.LSTM_SIZE, page.units()))
        .numLayers(flags.get(TrainFlags.NUM_LAYERS, page.numLayers()))
        .loop(flags.get(TrainFlags.LOOP, page.loop()))
        .crossEntropy(flags.get(CROSS_ENTROPY, page.crossEntropy()))
        .bidirectional(flags.has(BIDIRECTIONAL) || page.bidirectional())
        .build();
  }

  private static TrainingSettings training(Flags flags, TrainingSettings page) {
    return page.toBuilder()
        .batchSize(flags.get(TrainFlags.BATCH_SIZE, page.batchSize()))
        .steps(flags.get(STEPS, page.steps()))
        .learningRate(flags.get(TrainFlags.LEARNING_RATE, page.learningRate()))
        .keepProb(flags.get(TrainFlags.KEEP_PROB, page.keepProb()))
        .saveEvery(flags.get(TrainFlags.SAVE_EVERY, page.saveEvery()))
        .seed(flags.get(TrainFlags.SEED, page.seed()))
        .lanes(
            flags.has(TrainFlags.DETERMINISTIC)
                ? TrainingOptions.DETERMINISTIC_LANES
                : page.lanes())
        .build();
  }

  private static ImageReference place(Flags flags, ImageReference before) {
    return new ImageReference(
        flags.find(IMAGES).map(ClassifyCommand::absolute).orElse(before.folder()),
        flags.get(HOLDOUT, before.holdout()),
        before.sha256());
  }

  private static String announcement(
      RunSettings.Images settings, MnistImages.Split images, Path folder) {
    return String.format(
        Locale.ROOT,
        "recipe mnist: %,d images to train on, %,d to test on; %s; batch %d, learning rate %s,"
            + " keep %s, seed %d; run %s",
        images.training().size(),
        images.test().size(),
        settings.model().describe(),
        settings.training().batchSize(),
        settings.training().learningRate(),
        settings.training().keepProb(),
        settings.training().seed(),
        folder);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
