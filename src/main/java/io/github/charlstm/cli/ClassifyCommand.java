package io.github.charlstm.cli;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.recipe.MnistRows;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.tensorboard.TensorBoardClassifierListener;
import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.ClassifierSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.Options;

/** {@code charlstm classify}: trains the classifier of handwritten digits. */
final class ClassifyCommand implements Command {
  static final String RECIPE = "mnist";
  private static final List<String> LOOPS = List.of("fused", "dynamic", "unrolled");
  private static final List<String> CROSS_ENTROPIES = List.of("printed", "stable");
  private static final List<String> FIXED =
      List.of(
          "loop",
          "cross-entropy",
          "bidirectional",
          "num-layers",
          "lstm-size",
          "holdout",
          "batch-size",
          "learning-rate",
          "keep-prob",
          "save-every",
          "seed",
          "deterministic");

  @Override
  public String name() {
    return "classify";
  }

  @Override
  public String summary() {
    return "train the classifier of handwritten digits (recipe mnist), or go on with it";
  }

  @Override
  public Options options() {
    Options options = new Options();
    options.addOption(null, "data", true, "folder with MNIST's gz files (default: fetched)");
    options.addOption(null, "holdout", true, "use the test images only; test on the last so many");
    options.addOption(null, "run", true, "the run's folder (default: checkpoints/mnist)");
    options.addOption(null, "resume", false, "go on from the newest checkpoint of --run");
    options.addOption(null, "steps", true, "training steps in all (default: 2000)");
    options.addOption(null, "loop", true, "fused (default), dynamic or unrolled");
    options.addOption(null, "cross-entropy", true, "printed (default) or stable");
    options.addOption(null, "bidirectional", false, "read the rows from both ends");
    options.addOption(null, "num-layers", true, "LSTMs on top of each other (default: 2)");
    options.addOption(null, "lstm-size", true, "units a layer (default: 256)");
    options.addOption(null, "batch-size", true, "images a step (default: 128)");
    options.addOption(null, "learning-rate", true, "of Adam (default: 0.001)");
    options.addOption(null, "keep-prob", true, "share that dropout keeps (default: 0.5)");
    options.addOption(
        null, "deterministic", false, "the same numbers on any number of processors; slower");
    options.addOption(null, "save-every", true, "steps between checkpoints (default: 200)");
    options.addOption(null, "seed", true, "of initial values, dropout and the images' order");
    TensorBoardFlags.add(options);
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "classify",
        "classify --data mnist --holdout 1000",
        "classify --loop unrolled --cross-entropy stable",
        "classify --config digits.json --steps 500",
        "classify --bidirectional --num-layers 1 --run checkpoints/mnist-both-ways",
        "classify --resume --run checkpoints/mnist --steps 3000");
  }

  /** The recipe's line in {@code charlstm recipes}. */
  static Object[] row() {
    ClassifierSettings page = MnistRows.settings(new ClassifierSettings.Data("", 0, ""));
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
    ClassifierSettings page = MnistRows.settings(new ClassifierSettings.Data("", 0, ""));
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
  public String otherwise(Flags flags) {
    return flags.has("resume") ? "by the run itself: all others" : "by recipe mnist: all others";
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    boolean resume = flags.has("resume");
    Path folder =
        flags
            .path("run")
            .orElseGet(
                () -> resume ? RunFolders.newestClassifier("--run") : RunFolders.fresh(RECIPE));
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
          "nothing left to do: the run is at step " + run.step() + "; raise --steps to go on");
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
              + "\ngo on with: charlstm classify --resume --run "
              + folder);
      output.end(run.step(), true);
      return;
    }
    ClassifierPictures.draw(run, folder, images.test(), console);
    output.end(run.step(), false);
  }

  private static ClassifierSettings begun(Flags flags) {
    String place = flags.path("data").map(ClassifyCommand::absolute).orElse("");
    int holdout = flags.integer("holdout", 1, 9_999).orElse(0);
    return changed(flags, MnistRows.settings(new ClassifierSettings.Data(place, holdout, "")));
  }

  private static ClassifierSettings changed(Flags flags, ClassifierSettings page) {
    RowClassifier.Settings model =
        RowClassifier.Settings.builder()
            .image(page.model().rows(), page.model().columns())
            .classes(page.model().classes())
            .units(flags.integer("lstm-size", 1, 65_536).orElse(page.model().units()))
            .numLayers(flags.integer("num-layers", 1, 64).orElse(page.model().numLayers()))
            .loop(RnnImplementation.valueOf(word(flags, "loop", page.model().loop(), LOOPS)))
            .crossEntropy(
                CrossEntropy.valueOf(
                    word(flags, "cross-entropy", page.model().crossEntropy(), CROSS_ENTROPIES)))
            .bidirectional(flags.has("bidirectional") || page.model().bidirectional())
            .build();
    return new ClassifierSettings(
        model,
        flags.integer("batch-size", 1, 1_000_000).orElse(page.batchSize()),
        flags.longInteger("steps", 1, 1_000_000_000).orElse(page.steps()),
        flags
            .number("learning-rate", rate -> (float) rate > 0, "a number above 0")
            .map(Double::floatValue)
            .orElse(page.learningRate()),
        flags
            .number("keep-prob", p -> (float) p > 0 && p <= 1, "a number above 0 and at most 1")
            .map(Double::floatValue)
            .orElse(page.keepProb()),
        page.measureEvery(),
        flags.integer("save-every", 1, Integer.MAX_VALUE).orElse(page.saveEvery()),
        page.maxToKeep(),
        flags.longInteger("seed", 0, Integer.MAX_VALUE).orElse(page.seed()),
        page.data(),
        flags.has("deterministic") ? TrainingOptions.DETERMINISTIC_LANES : page.lanes());
  }

  private static ClassifierSettings resumed(Flags flags, Path folder) {
    ClassifierSettings before = ClassifierRun.settings(folder);
    ClassifierSettings.Data data = before.data();
    List<String> fixed = FIXED.stream().filter(flags::has).toList();
    if (!changed(flags, before).to(before.steps(), data).equals(before)
        || flags.integer("holdout", 1, 9_999).orElse(data.holdout()) != data.holdout()) {
      throw new UsageException(
          "--"
              + String.join(", --", fixed)
              + " does not go with --resume: a run keeps what it began with, "
              + before.model().describe());
    }
    return before.to(
        flags.longInteger("steps", 1, 1_000_000_000).orElse(before.steps()),
        new ClassifierSettings.Data(
            flags.path("data").map(ClassifyCommand::absolute).orElse(data.folder()),
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

  private static String word(Flags flags, String flag, Enum<?> base, List<String> allowed) {
    String otherwise = base.name().toLowerCase(Locale.ROOT);
    return flags.oneOf(flag, allowed, otherwise).toUpperCase(Locale.ROOT);
  }
}
