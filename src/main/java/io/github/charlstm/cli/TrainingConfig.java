package io.github.charlstm.cli;

import static java.util.stream.Collectors.toSet;

import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.CharRnn;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.ShakespeareLstm;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.train.InitialWeights;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** What the flags of {@code train} or {@code classify} ask for, checked when it is built. */
final class TrainingConfig {
  private static final List<Flag<?>> ONLY_TEXTS = onlyTexts();
  private static final List<Flag<?>> ONLY_LANGUAGE_MODEL =
      List.of(
          TrainFlags.CELL,
          TrainFlags.EMBEDDING_SIZE,
          TrainFlags.TIED_WEIGHTS,
          TrainFlags.INPUT_KEEP_PROB,
          TrainFlags.RECURRENT_KEEP_PROB,
          TrainFlags.WEIGHT_KEEP_PROB,
          TrainFlags.VARIATIONAL);
  private static final double DEFAULT_MINUTES = 10;
  private static final List<Flag<?>> ONLY_IMAGES =
      List.of(TrainFlags.HOLDOUT, TrainFlags.CROSS_ENTROPY, TrainFlags.BIDIRECTIONAL);

  private final Flags flags;
  private final boolean ofImages;
  private final Path folder;
  private final RnnImplementation loop;
  private final Optional<InitialWeights> weights;
  private final List<String> notices = new ArrayList<>();

  /** The recipe is taken where no flag names one. */
  TrainingConfig(Flags flags, String recipe) {
    this.flags = flags;
    String name = flags.get(TrainFlags.RECIPE, recipe);
    boolean isMnist = name.equals(Recipes.MNIST.recipe());
    weights = flags.find(TrainFlags.INIT_FROM).map(this::weights);
    folder = flags.find(TrainFlags.RUN).orElseGet(() -> folder(isMnist));
    if (resume()
        && flags.has(TrainFlags.RECIPE)
        && RunFolders.hasCheckpoint(folder)
        && TrainingCheckpoint.isOfImages(folder) != isMnist) {
      throw new UsageException(
          "%s %s does not go with %s: the run in %s is on %s, and a run keeps its recipe",
          TrainFlags.RECIPE, name, TrainFlags.RESUME, folder, isMnist ? "a text" : "images");
    }
    // The files of a run to resume say whether it is of texts or of images.
    ofImages =
        isMnist
            || (resume() && !flags.has(TrainFlags.RECIPE) && TrainingCheckpoint.isOfImages(folder));
    for (Flag<?> flag : ofImages ? ONLY_TEXTS : ONLY_IMAGES) {
      if (flags.has(flag)) {
        throw new UsageException(
            flag + " is for runs on " + (ofImages ? "texts" : "images (recipe mnist)"));
      }
    }
    if (flags.has(TrainFlags.INIT_FROM) && resume()) {
      throw new UsageException(
          "%s does not go with %s: a run that goes on has weights",
          TrainFlags.INIT_FROM, TrainFlags.RESUME);
    }
    if (flags.has(TrainFlags.HISTOGRAMS) && !flags.has(TrainFlags.TENSORBOARD)) {
      throw new UsageException(TrainFlags.HISTOGRAMS + " needs " + TrainFlags.TENSORBOARD);
    }
    checkMinutes();
    loop = ofImages ? flags.get(TrainFlags.LOOP) : TrainFlags.loop(flags);
  }

  private InitialWeights weights(Path run) {
    return new InitialWeights(TrainingCheckpoint.openBest(run, notices::add));
  }

  /** What the user should know of the flags, such as a damaged checkpoint that is not taken. */
  List<String> notices() {
    return List.copyOf(notices);
  }

  // those of train that classify lacks
  private static List<Flag<?>> onlyTexts() {
    Set<String> ofImages = new ClassifyCommand().flags().stream().map(Flag::name).collect(toSet());
    ofImages.add(TrainFlags.RECIPE.name());
    return TrainFlags.all().stream().filter(flag -> !ofImages.contains(flag.name())).toList();
  }

  private Path folder(boolean isMnist) {
    if (!resume()) {
      return RunFolders.fresh(isMnist ? Recipes.MNIST.recipe() : recipe().name());
    }
    return RunFolders.newest(
        isMnist ? RunFolders.Kind.IMAGES : RunFolders.Kind.TEXT, TrainFlags.RUN.toString());
  }

  boolean resume() {
    return flags.has(TrainFlags.RESUME);
  }

  boolean isOfImages() {
    return ofImages;
  }

  Path folder() {
    return folder;
  }

  /** The loop over time of a run on a text. */
  RnnImplementation loop() {
    return loop;
  }

  /** That of the flag, or that of the run whose weights are taken, or the command's default. */
  Recipe recipe() {
    return weights
        .filter(run -> !flags.has(TrainFlags.RECIPE))
        .flatMap(run -> Recipes.find(run.recipe()))
        .orElseGet(() -> TrainFlags.recipe(flags));
  }

  /** The minutes that recipe {@code best} plans with; empty if it plans with epochs. */
  OptionalDouble minutes() {
    return flags.has(TrainFlags.EPOCHS)
        ? OptionalDouble.empty()
        : OptionalDouble.of(flags.get(TrainFlags.MINUTES, DEFAULT_MINUTES));
  }

  private void checkMinutes() {
    if (!flags.has(TrainFlags.MINUTES)) {
      return;
    }
    for (Flag<?> other : List.of(TrainFlags.EPOCHS, TrainFlags.RESUME)) {
      if (flags.has(other)) {
        throw new UsageException("%s does not go with %s", TrainFlags.MINUTES, other);
      }
    }
    if (!recipe().equals(Recipes.BEST)) {
      throw new UsageException(
          "%s is for recipe best; recipe %s has a number of epochs",
          TrainFlags.MINUTES, recipe().name());
    }
  }

  /** The weights that a new run begins with, of another one. */
  Optional<InitialWeights> weights() {
    return weights;
  }

  boolean hasLastTarget() {
    return flags.has(TrainFlags.LAST_TARGET);
  }

  /** The step to stop at. Runs on images keep it in their settings. */
  OptionalLong untilStep() {
    Optional<Long> steps = ofImages ? Optional.empty() : flags.find(TrainFlags.STEPS);
    return steps.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  int logEvery(int otherwise) {
    return flags.get(TrainFlags.LOG_EVERY, otherwise);
  }

  /** The recipe's settings, or the checkpoint's, with the changes by flags. */
  TrainingSettings training(TrainingSettings base) {
    TrainingSettings changed = TrainFlags.override(flags, base);
    return ofImages
        ? changed.toBuilder().steps(flags.get(TrainFlags.STEPS, base.steps())).build()
        : changed;
  }

  /** The recipe's model, or the checkpoint's, with the changes by flags. */
  ModelSettings model(ModelSettings base) {
    if (base instanceof RnnLanguageModel.Settings settings) {
      return model(settings);
    }
    for (Flag<?> flag : ONLY_LANGUAGE_MODEL) {
      boolean drops = flag == TrainFlags.INPUT_KEEP_PROB && base instanceof CharRnn.Settings;
      if (flags.has(flag) && !drops) {
        throw new UsageException(
            "%s is for recipes best and ptb-...: the model of this run, %s, has no such part",
            flag, base.describe());
      }
    }
    if (base instanceof CharLstm.Settings book) {
      return model(book);
    }
    if (base instanceof ShakespeareLstm.Settings cookbook) {
      return cookbook
          .withRnnSize(flags.get(TrainFlags.LSTM_SIZE, cookbook.rnnSize()))
          .withNumLayers(flags.get(TrainFlags.NUM_LAYERS, cookbook.numLayers()));
    }
    for (Flag<?> flag :
        List.of(TrainFlags.AS_PRINTED, TrainFlags.LSTM_SIZE, TrainFlags.NUM_LAYERS)) {
      if (flags.has(flag)) {
        throw new UsageException(flag + ": an imported run keeps its model, " + base.describe());
      }
    }
    return base;
  }

  private CharLstm.Settings model(CharLstm.Settings base) {
    int numLayers = flags.get(TrainFlags.NUM_LAYERS, base.numLayers());
    boolean asPrinted = base.asPrinted() || flags.has(TrainFlags.AS_PRINTED);
    if (asPrinted && flags.has(TrainFlags.NUM_LAYERS) && numLayers != 1) {
      throw new UsageException(
          "%s: the model as printed has one layer, found '%s'", TrainFlags.NUM_LAYERS, numLayers);
    }
    return base.withLstmSize(flags.get(TrainFlags.LSTM_SIZE, base.lstmSize()))
        .withNumLayers(numLayers)
        .withAsPrinted(asPrinted);
  }

  private RnnLanguageModel.Settings model(RnnLanguageModel.Settings base) {
    int units = flags.get(TrainFlags.LSTM_SIZE, base.units());
    // an embedding as wide as the layers stays so
    int embedding = base.embeddingSize() == base.units() ? units : base.embeddingSize();
    return base.toBuilder()
        .units(units)
        .numLayers(flags.get(TrainFlags.NUM_LAYERS, base.numLayers()))
        .cell(flags.get(TrainFlags.CELL, base.cell()))
        .embeddingSize(flags.get(TrainFlags.EMBEDDING_SIZE, embedding))
        .tiedWeights(flags.has(TrainFlags.TIED_WEIGHTS) || base.tiedWeights())
        .build();
  }

  private RowClassifier.Settings model(RowClassifier.Settings base) {
    return base.withUnits(flags.get(TrainFlags.LSTM_SIZE, base.units()))
        .withNumLayers(flags.get(TrainFlags.NUM_LAYERS, base.numLayers()))
        .withLoop(flags.get(TrainFlags.LOOP, base.loop()))
        .withCrossEntropy(flags.get(TrainFlags.CROSS_ENTROPY, base.crossEntropy()))
        .withBidirectional(flags.has(TrainFlags.BIDIRECTIONAL) || base.bidirectional());
  }

  /** What of a checkpoint's training the flags change, one line for each. */
  List<String> changes(TrainingSettings before) {
    return TrainFlags.changes(before, training(before));
  }

  void requireSameRecipe(RunSettings.Text before) {
    if (flags.has(TrainFlags.RECIPE) && !recipe().name().equals(before.recipe())) {
      throw new UsageException(
          "%s does not go with %s: the run in %s began with %s, and a run keeps its recipe",
          TrainFlags.RECIPE, TrainFlags.RESUME, folder, before.recipe());
    }
    if (flags.has(TrainFlags.AS_PRINTED)
        && !(before.model() instanceof CharLstm.Settings book && book.asPrinted())) {
      throw new UsageException(
          "%s: the run in %s began without it, and a run keeps its model",
          TrainFlags.AS_PRINTED, folder);
    }
  }

  /** The text of a run that begins. */
  TrainingData text(Console console) {
    Division division = training(recipe().training()).documents();
    TrainingData text = TrainingData.find(flags, recipe().dataSet(), division, console);
    TextFormat format = text.identity().read();
    return text.withHeldOut(
        HeldOutText.of(flags, TrainFlags.VALIDATION, text.validation(), format, console),
        HeldOutText.of(flags, TrainFlags.TEST, text.test(), format, console));
  }

  /** Settings of a run without the shares whose place texts of their own take. */
  static TrainingSettings withoutShares(TrainingSettings settings, TextReference text) {
    return settings.toBuilder()
        .validation(text.validation().isKnown() ? 0 : settings.validation())
        .test(text.test().isKnown() ? 0 : settings.test())
        .build();
  }

  /** The text of a run that is resumed. */
  TrainingData text(RunSettings.Text before, Vocabulary vocabulary, Console console) {
    TrainingData text = TrainingData.again(flags, before, vocabulary, console);
    return heldOutAgain(flags, before.text(), text, console);
  }

  /** The text of a run that goes on, with those that it validates and tests on. */
  static TrainingData heldOutAgain(
      Flags flags, TextReference before, TrainingData text, Console console) {
    return text.withHeldOut(
        HeldOutText.again(
            flags, TrainFlags.VALIDATION, text.validation(), before.validation(), before, console),
        HeldOutText.again(flags, TrainFlags.TEST, text.test(), before.test(), before, console));
  }

  ImageReference place(ImageReference before) {
    return place(flags, before);
  }

  /** The images of a run, with the changes by flags. */
  static ImageReference place(Flags flags, ImageReference before) {
    return new ImageReference(
        flags
            .find(TrainFlags.IMAGES)
            .map(path -> path.toAbsolutePath().normalize().toString())
            .orElse(before.folder()),
        flags.get(TrainFlags.HOLDOUT, before.holdout()),
        before.sha256());
  }

  /** The settings of a run on images, with the changes by flags. */
  RunSettings.Images images(RunSettings.Images base, ImageReference images) {
    return new RunSettings.Images(
        base.recipe(), model(base.model()), training(base.training()), images);
  }

  /** Creates the event files of a run, if they are asked for. */
  RunEvents events(Trainer<?> run, Console console) {
    if (!flags.has(TrainFlags.TENSORBOARD)) {
      return RunEvents.none();
    }
    RunEvents events =
        RunEvents.begin(
            folder,
            run.task().settings(),
            run.progress().step(),
            run.graph(),
            flags.get(TrainFlags.HISTOGRAMS, 0),
            console::note);
    console.note("to look at it: tensorboard --logdir " + folder.resolve(RunEvents.FOLDER));
    return events;
  }
}
