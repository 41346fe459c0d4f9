package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.OptimizerKind;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingSettings;
import io.github.charlstm.train.TrainingSettings.Builder;
import io.github.charlstm.train.TrainingSettings.Schedule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The flags of {@code charlstm train}, and the settings that they change. */
final class TrainFlags {
  private static final List<String> RECIPES =
      Stream.concat(Recipes.all().stream().map(Recipe::name), Stream.of(Recipes.MNIST.recipe()))
          .toList();
  static final Flag<String> RECIPE =
      Flag.of(
              "recipe",
              TrainFlags::recipe,
              "see charlstm recipes (default: best where --data names a text, else demo)")
          .suggest(RECIPES);
  static final Flag<Boolean> AS_PRINTED =
      Flag.toggle("as-printed", "the model that the book's page really runs");
  static final Flag<Path> RUN =
      Flag.path("run", "the run's folder (default: checkpoints/<recipe>)");
  static final Flag<Path> INIT_FROM =
      Flag.path("init-from", "another run, or checkpoint, whose weights this one begins with");
  static final Flag<Boolean> RESUME =
      Flag.toggle("resume", "go on from the newest checkpoint of " + RUN);
  static final Flag<Long> STEPS =
      Flag.integer("steps", 1, Long.MAX_VALUE, "stop once so many steps are done in all");
  static final Flag<Double> MINUTES =
      Flag.number(
          "minutes",
          value -> value > 0,
          "a number above 0",
          "recipe best: how long to train; the model's size follows (default: 10)");
  static final Flag<Integer> EPOCHS = count("epochs", "passes over the text");
  static final Flag<Integer> BATCH_SIZE =
      Flag.integer("batch-size", 1, 1_000_000, "sequences side by side");
  static final Flag<Integer> NUM_STEPS = Flag.integer("num-steps", 1, 100_000, "symbols a window");
  static final Flag<Integer> LSTM_SIZE = Flag.integer("lstm-size", 1, 65_536, "units a layer");
  static final Flag<Integer> NUM_LAYERS =
      Flag.integer("num-layers", 1, 64, "layers on top of each other");
  static final Flag<Float> LEARNING_RATE = positive("learning-rate", "of the optimizer");
  static final Flag<Float> GRAD_CLIP = positive("grad-clip", "bound of the gradients' global norm");
  static final Flag<Float> KEEP_PROB = share("keep-prob", "share of values that dropout keeps");
  static final Flag<OptimizerKind> OPTIMIZER =
      Flag.oneOf(
          "optimizer",
          List.of(OptimizerKind.values()),
          OptimizerKind::text,
          "what updates the weights");
  static final Flag<Float> MOMENTUM =
      belowOne("momentum", "of optimizer momentum").map(Double::floatValue);
  static final Flag<Float> WEIGHT_DECAY =
      belowOne("weight-decay", "decoupled, of kernels and embeddings").map(Double::floatValue);
  static final Flag<Schedule> SCHEDULE =
      Flag.oneOf(
          "schedule",
          List.of(Schedule.values()),
          schedule -> schedule.name().toLowerCase(Locale.ROOT),
          "of the learning rate, from the warm-up to the last step");
  static final Flag<Long> WARMUP_STEPS =
      Flag.integer(
          "warmup-steps", 0L, Long.MAX_VALUE, "steps in which the learning rate rises from 0");
  static final Flag<Float> MIN_LEARNING_RATE =
      Flag.number(
              "min-learning-rate",
              value -> value >= 0,
              "a number of at least 0",
              "at the end of the schedule")
          .map(Double::floatValue);
  static final Flag<Double> DECAY_RATE =
      Flag.number(
          "learning-rate-decay",
          value -> value > 0 && value <= 1,
          "a number above 0 and at most 1",
          "factor of the learning rate, from epoch to epoch");
  static final Flag<Integer> DECAY_AFTER =
      count("decay-after", "epochs before the first such factor");
  static final Flag<Integer> DECAY_EVERY =
      count("decay-every", "epochs from one such factor to the next");
  static final Flag<Float> INPUT_KEEP_PROB =
      share("input-keep-prob", "share of inputs that dropout keeps");
  static final Flag<Float> RECURRENT_KEEP_PROB =
      share("recurrent-keep-prob", "share of the state that dropout keeps from step to step");
  static final Flag<Boolean> VARIATIONAL =
      Flag.toggle("variational-dropout", "one dropout mask for all steps of a window");
  static final Flag<Double> RESET_PROBABILITY =
      Flag.number(
          "reset-probability",
          value -> value >= 0 && value <= 1,
          "a number from 0 to 1",
          "of a row's state becoming zeros before a window");
  static final Flag<Float> WEIGHT_KEEP_PROB =
      share("weight-keep-prob", "share of recurrent weights that weight dropout keeps");
  static final Flag<Double> AVERAGE_DECAY =
      belowOne("average-decay", "of the weights' moving averages, which sample and evaluate take");
  static final Flag<Integer> PATIENCE =
      Flag.integer(
          "patience", 0, Integer.MAX_VALUE, "stop after so many validations without a new minimum");
  static final Flag<RnnLanguageModel.Cell> CELL =
      Flag.oneOf(
          "cell",
          List.of(RnnLanguageModel.Cell.values()),
          RnnLanguageModel.Cell::text,
          "class of the layers' cells");
  static final Flag<Integer> EMBEDDING_SIZE =
      Flag.integer(
          "embedding-size", 1, ModelSettings.MOST_UNITS, "numbers that stand for a symbol");
  static final Flag<Boolean> TIED_WEIGHTS =
      Flag.toggle("tied-weights", "the embedding is the softmax's matrix too");
  static final Flag<HeldOutPart> VALIDATION =
      HeldOutPart.flag(
          "validation", "share of the text, at its end, to hold out and score, or a text file");
  static final Flag<HeldOutPart> TEST =
      HeldOutPart.flag(
          "test", "share of the text to hold out for evaluate --split test, or a text file");
  static final Flag<Division> DOCUMENTS =
      Flag.oneOf(
          "documents",
          List.of(Division.values()),
          division -> division.name().toLowerCase(Locale.ROOT),
          "what is read from a state of zeros: each line, or each block between blank lines");
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
  static final Flag<LastTarget> LAST_TARGET =
      Flag.oneOf(
          "last-target",
          List.of(LastTarget.NEXT_CHARACTER, LastTarget.FIRST_INPUT),
          TrainFlags::word,
          "of a window: the text's next one, or the window's first input, as the books have it");
  private static final String BFLOAT16 = "bfloat16";
  static final Flag<String> PRECISION =
      Flag.oneOf("precision", List.of("float32", BFLOAT16), "of the fused loop").orElse("float32");
  static final Flag<Boolean> DETERMINISTIC =
      Flag.toggle("deterministic", "the same numbers on any number of processors; slower");
  static final Flag<Integer> LOG_EVERY =
      count("log-every", "steps between log lines (default: the recipe's)");

  /** Of runs on images. */
  static final Flag<Path> IMAGES =
      Flag.path(TextFlags.DATA.name(), "folder with MNIST's files (default: fetched)");

  static final Flag<Integer> HOLDOUT =
      Flag.integer("holdout", 1, 9_999, "use the test images only; test on the last so many");
  static final Flag<CrossEntropy> CROSS_ENTROPY =
      Flag.oneOf(
          "cross-entropy",
          List.of(CrossEntropy.values()),
          form -> form.name().toLowerCase(Locale.ROOT),
          "the loss, as the book prints it or as TensorFlow computes it");
  static final Flag<Boolean> BIDIRECTIONAL =
      Flag.toggle("bidirectional", "read the rows from both ends");

  static final Flag<Boolean> TENSORBOARD =
      Flag.toggle("tensorboard", "write the run for TensorBoard, to the folder tensorboard in it");
  static final Flag<Integer> HISTOGRAMS =
      Flag.integer(
          "histograms",
          1,
          Integer.MAX_VALUE,
          "with " + TENSORBOARD + ": variables and gradients every so many steps");

  /** A setting of a run's training, and the flag that changes it. */
  private record Setting<T>(
      Flag<T> flag, Function<TrainingSettings, T> value, BiFunction<Builder, T, Builder> change) {

    void apply(Flags flags, Builder settings) {
      flags.find(flag).ifPresent(given -> change.apply(settings, given));
    }
  }

  /** In the order of the help. */
  private static final List<Setting<?>> SETTINGS =
      List.of(
          new Setting<>(EPOCHS, TrainingSettings::epochs, Builder::epochs),
          new Setting<>(BATCH_SIZE, TrainingSettings::batchSize, Builder::batchSize),
          new Setting<>(NUM_STEPS, TrainingSettings::numSteps, Builder::numSteps),
          new Setting<>(LEARNING_RATE, TrainingSettings::learningRate, Builder::learningRate),
          new Setting<>(GRAD_CLIP, TrainingSettings::gradClip, Builder::gradClip),
          new Setting<>(KEEP_PROB, TrainingSettings::keepProb, Builder::keepProb),
          new Setting<>(OPTIMIZER, TrainingSettings::optimizer, Builder::optimizer),
          new Setting<>(MOMENTUM, TrainingSettings::momentum, Builder::momentum),
          new Setting<>(WEIGHT_DECAY, TrainingSettings::weightDecay, Builder::weightDecay),
          new Setting<>(SCHEDULE, TrainingSettings::schedule, Builder::schedule),
          new Setting<>(WARMUP_STEPS, TrainingSettings::warmupSteps, Builder::warmupSteps),
          new Setting<>(
              MIN_LEARNING_RATE, TrainingSettings::minLearningRate, Builder::minLearningRate),
          new Setting<>(DECAY_RATE, TrainingSettings::decayRate, Builder::decayRate),
          new Setting<>(DECAY_AFTER, TrainingSettings::decayAfter, Builder::decayAfter),
          new Setting<>(DECAY_EVERY, TrainingSettings::decayEvery, Builder::decayEvery),
          new Setting<>(INPUT_KEEP_PROB, TrainingSettings::inputKeepProb, Builder::inputKeepProb),
          new Setting<>(
              RECURRENT_KEEP_PROB, TrainingSettings::recurrentKeepProb, Builder::recurrentKeepProb),
          new Setting<>(
              VARIATIONAL, TrainingSettings::variationalDropout, Builder::variationalDropout),
          new Setting<>(
              RESET_PROBABILITY, TrainingSettings::resetProbability, Builder::resetProbability),
          new Setting<>(
              WEIGHT_KEEP_PROB, TrainingSettings::weightKeepProb, Builder::weightKeepProb),
          new Setting<>(AVERAGE_DECAY, TrainingSettings::averageDecay, Builder::averageDecay),
          new Setting<>(PATIENCE, TrainingSettings::patience, Builder::patience),
          new Setting<>(
              VALIDATION,
              settings -> HeldOutPart.share(settings.validation()),
              (builder, part) -> builder.validation(part.share())),
          new Setting<>(
              TEST,
              settings -> HeldOutPart.share(settings.test()),
              (builder, part) -> builder.test(part.share())),
          new Setting<>(DOCUMENTS, TrainingSettings::documents, Builder::documents),
          new Setting<>(LAST_TARGET, TrainingSettings::lastTarget, Builder::lastTarget),
          new Setting<>(SAVE_EVERY, TrainingSettings::saveEvery, Builder::saveEvery),
          new Setting<>(MAX_TO_KEEP, TrainingSettings::maxToKeep, Builder::maxToKeep),
          new Setting<>(SEED, TrainingSettings::seed, Builder::seed));

  /** Not listed among a recipe's settings where they have the default. */
  static final Set<Flag<?>> OPTIONAL =
      Set.of(
          OPTIMIZER,
          MOMENTUM,
          WEIGHT_DECAY,
          SCHEDULE,
          WARMUP_STEPS,
          MIN_LEARNING_RATE,
          DECAY_RATE,
          DECAY_AFTER,
          DECAY_EVERY,
          INPUT_KEEP_PROB,
          RECURRENT_KEEP_PROB,
          WEIGHT_KEEP_PROB,
          VARIATIONAL,
          RESET_PROBABILITY,
          AVERAGE_DECAY,
          TEST,
          DOCUMENTS,
          PATIENCE);

  /** What recipe {@code best} chooses. */
  private static final List<Flag<?>> PLANNED =
      List.of(
          EPOCHS,
          BATCH_SIZE,
          NUM_STEPS,
          LSTM_SIZE,
          NUM_LAYERS,
          EMBEDDING_SIZE,
          LEARNING_RATE,
          WARMUP_STEPS,
          KEEP_PROB,
          SAVE_EVERY);

  private TrainFlags() {}

  static List<Flag<?>> all() {
    return List.of(
        RECIPE,
        AS_PRINTED,
        TextFlags.DATA,
        TextFlags.ENCODING,
        TextFlags.ON_MALFORMED,
        RUN,
        INIT_FROM,
        RESUME,
        MINUTES,
        STEPS,
        EPOCHS,
        BATCH_SIZE,
        NUM_STEPS,
        LSTM_SIZE,
        NUM_LAYERS,
        CELL,
        EMBEDDING_SIZE,
        TIED_WEIGHTS,
        OPTIMIZER,
        LEARNING_RATE,
        MOMENTUM,
        WEIGHT_DECAY,
        SCHEDULE,
        WARMUP_STEPS,
        MIN_LEARNING_RATE,
        DECAY_RATE,
        DECAY_AFTER,
        DECAY_EVERY,
        GRAD_CLIP,
        KEEP_PROB,
        INPUT_KEEP_PROB,
        RECURRENT_KEEP_PROB,
        WEIGHT_KEEP_PROB,
        VARIATIONAL,
        RESET_PROBABILITY,
        AVERAGE_DECAY,
        DOCUMENTS,
        VALIDATION,
        TEST,
        PATIENCE,
        LAST_TARGET,
        SAVE_EVERY,
        MAX_TO_KEEP,
        SEED,
        LOOP,
        PRECISION,
        DETERMINISTIC,
        LOG_EVERY,
        HOLDOUT.help("recipe mnist: " + HOLDOUT.help()),
        CROSS_ENTROPY.help("recipe mnist: the loss, as printed or as TensorFlow computes it"),
        BIDIRECTIONAL.help("recipe mnist: " + BIDIRECTIONAL.help()),
        TENSORBOARD,
        HISTOGRAMS);
  }

  /** Flags that change how a run is trained, not its model. */
  static List<Flag<?>> ofTraining() {
    return SETTINGS.stream().<Flag<?>>map(Setting::flag).toList();
  }

  static String word(LastTarget target) {
    return target.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object word(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : value;
  }

  private static Flag<Integer> count(String name, String help) {
    return Flag.integer(name, 1, Integer.MAX_VALUE, help);
  }

  static Flag<Double> belowOne(String name, String help) {
    return Flag.number(name, value -> value >= 0 && value < 1, "a number from 0 to below 1", help);
  }

  private static Flag<Float> share(String name, String help) {
    return Flag.number(name, KeepProbs::isShare, "a number above 0 and at most 1", help)
        .map(Double::floatValue);
  }

  static Flag<Float> positive(String name, String help) {
    String range = "a number above 0, from 1e-45 to 3.4e38";
    return Flag.number(name, value -> (float) value > 0, range, help).map(Double::floatValue);
  }

  private static String recipe(String name) {
    if (!RECIPES.contains(name)) {
      throw new IllegalArgumentException(
          "there is no recipe '" + name + "'; there are " + String.join(", ", RECIPES));
    }
    return name;
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
                  "%s %s; train in float32: leave %1$s out, also where %3$s goes on",
                  PRECISION, reason, RESUME);
            });
    return RnnImplementation.FUSED_BFLOAT16;
  }

  /** The recipe of a run on a text where no flag names one. */
  static String defaultRecipe(Flags flags) {
    return (flags.has(TextFlags.DATA) ? Recipes.BEST : Recipes.DEMO).name();
  }

  static Recipe recipe(Flags flags) {
    Recipe recipe = Recipes.named(flags.get(RECIPE, defaultRecipe(flags)));
    return flags.has(AS_PRINTED) ? Recipes.asPrinted(recipe) : recipe;
  }

  /** The recipe's run settings, or the checkpoint's, changed by the flags that are given. */
  static TrainingSettings override(Flags flags, TrainingSettings base) {
    Builder changed = base.toBuilder();
    SETTINGS.forEach(setting -> setting.apply(flags, changed));
    if (flags.has(EPOCHS)) {
      changed.steps(0); // those that recipe best planned
    }
    if (flags.has(DETERMINISTIC) && !base.deterministic()) {
      changed.lanes(TrainingOptions.DETERMINISTIC_LANES);
    }
    TrainingSettings settings = changed.build();
    boolean decays = settings.decayRate() < 1;
    boolean schedules = settings.schedule() != Schedule.CONSTANT;
    boolean hasMomentum = settings.optimizer() == OptimizerKind.MOMENTUM;
    requireUsed(flags, MOMENTUM, hasMomentum, OPTIMIZER + " momentum");
    requireUsed(flags, MIN_LEARNING_RATE, schedules, SCHEDULE + " cosine or linear");
    requireUsed(flags, DECAY_AFTER, decays, DECAY_RATE + " below 1");
    requireUsed(flags, DECAY_EVERY, decays, DECAY_RATE + " below 1");
    return settings;
  }

  private static void requireUsed(Flags flags, Flag<?> flag, boolean used, String needed) {
    if (flags.has(flag) && !used) {
      throw new UsageException("%s changes nothing here: it needs %s", flag, needed);
    }
  }

  /** What the flags changed, a line each: {@code --learning-rate 0.001 -> 0.0005}. */
  static List<String> changes(TrainingSettings before, TrainingSettings now) {
    Map<Flag<?>, Object> then = values(before);
    Map<Flag<?>, Object> changed = values(now);
    then.put(DETERMINISTIC, before.deterministic());
    changed.put(DETERMINISTIC, now.deterministic());
    return changed.entrySet().stream()
        .filter(setting -> !setting.getValue().equals(then.get(setting.getKey())))
        .map(s -> "%s %s -> %s".formatted(s.getKey(), then.get(s.getKey()), s.getValue()))
        .toList();
  }

  private static Map<Flag<?>, Object> values(TrainingSettings settings) {
    Map<Flag<?>, Object> values = new LinkedHashMap<>();
    SETTINGS.forEach(setting -> values.put(setting.flag(), word(setting.value().apply(settings))));
    return values;
  }

  /** Where values come from that no flag gives; {@code otherwise} without a named recipe. */
  static String defaultsNote(Flags flags, String otherwise) {
    String recipe = flags.get(RECIPE, otherwise);
    if (flags.has(RESUME)) {
      return "by the run itself: all others";
    }
    return recipe.equals(Recipes.MNIST.recipe())
        ? "by recipe " + recipe + ": all others"
        : byRecipe(recipe(flags), flags);
  }

  /** The settings of a recipe that no flag changes, in one line, without those that do nothing. */
  private static String byRecipe(Recipe recipe, Flags flags) {
    ModelSettings model = recipe.model().apply(1);
    Map<Flag<?>, Object> settings = values(recipe.training());
    values(TrainingSettings.builder().batchSize(1).epochs(1).build()).entrySet().stream()
        .filter(setting -> OPTIONAL.contains(setting.getKey()))
        .forEach(setting -> settings.remove(setting.getKey(), setting.getValue()));
    settings.put(LSTM_SIZE, model.units());
    settings.put(NUM_LAYERS, model.numLayers());
    boolean isPlanned = recipe.equals(Recipes.BEST);
    if (isPlanned) {
      settings.keySet().removeAll(PLANNED);
    }
    return "by recipe "
        + recipe.name()
        + ": "
        + (isPlanned ? "by the text and the time " + names(PLANNED, flags) + "; " : "")
        + all().stream()
            .filter(flag -> settings.containsKey(flag) && !flags.has(flag))
            .map(flag -> flag.name() + " " + settings.get(flag))
            .collect(Collectors.joining(", "));
  }

  private static String names(List<Flag<?>> all, Flags flags) {
    return all.stream()
        .filter(flag -> !flags.has(flag))
        .map(Flag::name)
        .collect(Collectors.joining(", "));
  }
}
