package io.github.charlstm.cli;

import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.ShakespeareLstm;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The flags of {@code charlstm train}, and the settings that they change. */
final class TrainFlags {
  static final Flag<Recipe> RECIPE =
      Flag.of("recipe", TrainFlags::recipe, "which recipe: see charlstm recipes (default: demo)")
          .suggest(Recipes.all().stream().map(Recipe::name).toList());
  static final Flag<Boolean> AS_PRINTED =
      Flag.toggle("as-printed", "the model that the book's page really runs");
  static final Flag<Path> RUN =
      Flag.path("run", "the run's folder (default: checkpoints/<recipe>)");
  static final Flag<Boolean> RESUME =
      Flag.toggle("resume", "go on from the newest checkpoint of " + RUN);
  static final Flag<Long> STEPS =
      Flag.integer("steps", 1, Long.MAX_VALUE, "stop once so many steps are done in all");
  static final Flag<Integer> EPOCHS = count("epochs", "passes over the text");
  static final Flag<Integer> BATCH_SIZE =
      Flag.integer("batch-size", 1, 1_000_000, "sequences side by side");
  static final Flag<Integer> NUM_STEPS =
      Flag.integer("num-steps", 1, 100_000, "characters a window");
  static final Flag<Integer> LSTM_SIZE = Flag.integer("lstm-size", 1, 65_536, "units a layer");
  static final Flag<Integer> NUM_LAYERS =
      Flag.integer("num-layers", 1, 64, "LSTMs on top of each other");
  static final Flag<Float> LEARNING_RATE = positive("learning-rate", "of Adam");
  static final Flag<Float> GRAD_CLIP = positive("grad-clip", "bound of the gradients' global norm");
  static final Flag<Float> KEEP_PROB =
      Flag.number(
              "keep-prob",
              probability -> (float) probability > 0 && probability <= 1,
              "a number above 0 and at most 1",
              "share of values that dropout keeps")
          .map(Double::floatValue);
  static final Flag<Double> VALIDATION =
      Flag.number(
          "validation",
          share -> share >= 0 && share < 1,
          "a number from 0 to below 1",
          "share of the text, at its end, to hold out");
  static final Flag<Integer> SAVE_EVERY = count("save-every", "steps between checkpoints");
  static final Flag<Integer> MAX_TO_KEEP = count("max-to-keep", "checkpoints to keep");
  static final Flag<Long> SEED =
      Flag.integer("seed", 0L, Integer.MAX_VALUE, "of initial values and of dropout");
  static final Flag<RnnImplementation> LOOP =
      Flag.oneOf(
              "loop",
              List.of(
                  RnnImplementation.FUSED, RnnImplementation.DYNAMIC, RnnImplementation.UNROLLED),
              RnnImplementation::text,
              "over time")
          .orElse(RnnImplementation.FUSED);
  private static final String BFLOAT16 = "bfloat16";
  static final Flag<String> PRECISION =
      Flag.oneOf("precision", List.of("float32", BFLOAT16), "of the fused loop").orElse("float32");
  static final Flag<Boolean> DETERMINISTIC =
      Flag.toggle("deterministic", "the same numbers on any number of processors; slower");
  static final Flag<Integer> LOG_EVERY =
      count("log-every", "steps between log lines (default: the recipe's)");

  /** What each flag of a run's training changes, in the order of the help. */
  private static final Map<Flag<?>, Function<TrainingSettings, Object>> SETTINGS = settings();

  private TrainFlags() {}

  private static Map<Flag<?>, Function<TrainingSettings, Object>> settings() {
    Map<Flag<?>, Function<TrainingSettings, Object>> settings = new LinkedHashMap<>();
    settings.put(EPOCHS, TrainingSettings::epochs);
    settings.put(BATCH_SIZE, TrainingSettings::batchSize);
    settings.put(NUM_STEPS, TrainingSettings::numSteps);
    settings.put(LEARNING_RATE, TrainingSettings::learningRate);
    settings.put(GRAD_CLIP, TrainingSettings::gradClip);
    settings.put(KEEP_PROB, TrainingSettings::keepProb);
    settings.put(VALIDATION, TrainingSettings::validation);
    settings.put(SAVE_EVERY, TrainingSettings::saveEvery);
    settings.put(MAX_TO_KEEP, TrainingSettings::maxToKeep);
    settings.put(SEED, TrainingSettings::seed);
    return settings;
  }

  static List<Flag<?>> all() {
    return List.of(
        RECIPE,
        AS_PRINTED,
        TextFlags.DATA,
        TextFlags.ENCODING,
        TextFlags.ON_MALFORMED,
        RUN,
        RESUME,
        STEPS,
        EPOCHS,
        BATCH_SIZE,
        NUM_STEPS,
        LSTM_SIZE,
        NUM_LAYERS,
        LEARNING_RATE,
        GRAD_CLIP,
        KEEP_PROB,
        VALIDATION,
        SAVE_EVERY,
        MAX_TO_KEEP,
        SEED,
        LOOP,
        PRECISION,
        DETERMINISTIC,
        LOG_EVERY,
        TensorBoardFlags.TENSORBOARD,
        TensorBoardFlags.HISTOGRAMS);
  }

  /** Flags that change how a run is trained, not its model. */
  static List<Flag<?>> ofTraining() {
    return List.copyOf(SETTINGS.keySet());
  }

  private static Flag<Integer> count(String name, String help) {
    return Flag.integer(name, 1, Integer.MAX_VALUE, help);
  }

  private static Flag<Float> positive(String name, String help) {
    String range = "a number above 0, from 1e-45 to 3.4e38";
    return Flag.number(name, value -> (float) value > 0, range, help).map(Double::floatValue);
  }

  private static Recipe recipe(String name) {
    if (name.equals(ClassifyCommand.RECIPE)) {
      throw new IllegalArgumentException(
          "mnist trains on images, not on texts, and has flags of its own: charlstm classify");
    }
    return Recipes.named(name);
  }

  /** How the cells run over time; a choice of each start, not kept in checkpoints. */
  static RnnImplementation loop(Flags flags) {
    RnnImplementation loop = flags.get(LOOP);
    if (!flags.get(PRECISION).equals(BFLOAT16)) {
      return loop;
    }
    if (loop != RnnImplementation.FUSED) {
      throw new UsageException(
          PRECISION + " bfloat16 is for the fused loop; found " + LOOP + " " + loop.text());
    }
    RnnImplementation.FUSED_BFLOAT16
        .missing()
        .ifPresent(
            reason -> {
              throw new UsageException(
                  String.format(
                      "%s %s; train in float32: leave %s out, also where %s goes on",
                      PRECISION, reason, PRECISION, RESUME));
            });
    return RnnImplementation.FUSED_BFLOAT16;
  }

  static Recipe recipe(Flags flags) {
    Recipe recipe = flags.get(RECIPE, Recipes.DEMO);
    return flags.has(AS_PRINTED) ? Recipes.asPrinted(recipe) : recipe;
  }

  /** The recipe's run settings, or the checkpoint's, changed by the flags that are given. */
  static TrainingSettings override(Flags flags, TrainingSettings base) {
    return base.toBuilder()
        .batchSize(flags.get(BATCH_SIZE, base.batchSize()))
        .numSteps(flags.get(NUM_STEPS, base.numSteps()))
        .epochs(flags.get(EPOCHS, base.epochs()))
        .learningRate(flags.get(LEARNING_RATE, base.learningRate()))
        .gradClip(flags.get(GRAD_CLIP, base.gradClip()))
        .keepProb(flags.get(KEEP_PROB, base.keepProb()))
        .saveEvery(flags.get(SAVE_EVERY, base.saveEvery()))
        .maxToKeep(flags.get(MAX_TO_KEEP, base.maxToKeep()))
        .seed(flags.get(SEED, base.seed()))
        .validation(flags.get(VALIDATION, base.validation()))
        .lanes(
            flags.has(DETERMINISTIC) && !base.deterministic()
                ? TrainingOptions.DETERMINISTIC_LANES
                : base.lanes())
        .build();
  }

  /** What the flags changed, a line each: {@code --learning-rate 0.001 -> 0.0005}. */
  static List<String> changes(TrainingSettings before, TrainingSettings now) {
    Map<Flag<?>, Function<TrainingSettings, Object>> settings = new LinkedHashMap<>(SETTINGS);
    settings.put(DETERMINISTIC, TrainingSettings::deterministic);
    return settings.entrySet().stream()
        .filter(setting -> !setting.getValue().apply(before).equals(setting.getValue().apply(now)))
        .map(
            setting ->
                String.format(
                    "%s %s -> %s",
                    setting.getKey(),
                    setting.getValue().apply(before),
                    setting.getValue().apply(now)))
        .toList();
  }

  /** The settings of a recipe that no flag changes, in one line. */
  static String byRecipe(Recipe recipe, Flags flags) {
    ModelSettings model = recipe.model().apply(1);
    Map<Flag<?>, Object> settings = new LinkedHashMap<>();
    SETTINGS.forEach((flag, setting) -> settings.put(flag, setting.apply(recipe.training())));
    settings.put(LSTM_SIZE, model.units());
    settings.put(NUM_LAYERS, model.numLayers());
    return "by recipe "
        + recipe.name()
        + ": "
        + all().stream()
            .filter(flag -> settings.containsKey(flag) && !flags.has(flag))
            .map(flag -> flag.name() + " " + settings.get(flag))
            .collect(Collectors.joining(", "));
  }

  static ModelSettings model(Flags flags, Recipe recipe, int vocabularySize) {
    return override(flags, recipe.model().apply(vocabularySize));
  }

  /** The checkpoint's structural settings, changed by the flags that are given. */
  static ModelSettings override(Flags flags, ModelSettings base) {
    if (base instanceof CharLstm.Settings book) {
      return override(flags, book);
    }
    if (base instanceof ShakespeareLstm.Settings cookbook) {
      return ShakespeareLstm.Settings.builder(base.vocabularySize())
          .rnnSize(flags.get(LSTM_SIZE, cookbook.rnnSize()))
          .numLayers(flags.get(NUM_LAYERS, cookbook.numLayers()))
          .sharedCell(cookbook.sharedCell())
          .build();
    }
    for (Flag<?> flag : List.of(AS_PRINTED, LSTM_SIZE, NUM_LAYERS)) {
      if (flags.has(flag)) {
        throw new UsageException(flag + ": an imported run keeps its model, " + base.describe());
      }
    }
    return base;
  }

  private static CharLstm.Settings override(Flags flags, CharLstm.Settings base) {
    int numLayers = flags.get(NUM_LAYERS, base.numLayers());
    boolean asPrinted = base.asPrinted() || flags.has(AS_PRINTED);
    if (asPrinted && flags.has(NUM_LAYERS) && numLayers != 1) {
      throw new UsageException(
          NUM_LAYERS + ": the model as printed has one layer, found '" + numLayers + "'");
    }
    return CharLstm.Settings.builder(base.vocabularySize())
        .lstmSize(flags.get(LSTM_SIZE, base.lstmSize()))
        .numLayers(numLayers)
        .asPrinted(asPrinted)
        .build();
  }

  /** Checks the model's flags before any text is read or fetched. */
  static void checkModel(Flags flags, Recipe recipe) {
    model(flags, recipe, 1);
  }
}
