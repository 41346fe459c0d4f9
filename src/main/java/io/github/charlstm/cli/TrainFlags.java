package io.github.charlstm.cli;

import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.ShakespeareLstm;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** The flags of {@code charlstm train}, and what they change. */
final class TrainFlags {
  private static final int LARGEST_BATCH = 1_000_000;
  private static final int LARGEST_WINDOW = 100_000;
  private static final int LARGEST_SIZE = 65_536;
  private static final int MOST_LAYERS = 64;

  /** Flags that change how a run is trained, not its model. */
  static final List<String> RUN_SETTINGS =
      List.of(
          "epochs",
          "batch-size",
          "num-steps",
          "learning-rate",
          "grad-clip",
          "keep-prob",
          "validation",
          "save-every",
          "max-to-keep",
          "seed");

  private TrainFlags() {}

  static Options options() {
    Options options = new Options();
    options.addOption(null, "recipe", true, "which recipe: see charlstm recipes (default: demo)");
    options.addOption(null, "as-printed", false, "the model that the book's page really runs");
    options.addOption(null, "data", true, "a text file, or the name of a data set");
    TextFlags.add(options);
    options.addOption(null, "run", true, "the run's folder (default: checkpoints/<recipe>)");
    options.addOption(null, "resume", false, "go on from the newest checkpoint of --run");
    options.addOption(null, "steps", true, "stop once so many steps are done in all");
    options.addOption(null, "epochs", true, "passes over the text");
    options.addOption(null, "batch-size", true, "sequences side by side");
    options.addOption(null, "num-steps", true, "characters a window");
    options.addOption(null, "lstm-size", true, "units a layer");
    options.addOption(null, "num-layers", true, "LSTMs on top of each other");
    options.addOption(null, "learning-rate", true, "of Adam");
    options.addOption(null, "grad-clip", true, "bound of the gradients' global norm");
    options.addOption(null, "keep-prob", true, "share of values that dropout keeps");
    options.addOption(null, "validation", true, "share of the text, at its end, to hold out");
    options.addOption(null, "save-every", true, "steps between checkpoints");
    options.addOption(null, "max-to-keep", true, "checkpoints to keep");
    options.addOption(null, "seed", true, "of initial values and of dropout");
    options.addOption(null, "loop", true, "over time: fused (default), dynamic or unrolled");
    options.addOption(null, "precision", true, "of the fused loop: float32 (default) or bfloat16");
    options.addOption(
        null, "deterministic", false, "the same numbers on any number of processors; slower");
    options.addOption(null, "log-every", true, "steps between log lines (default: the recipe's)");
    TensorBoardFlags.add(options);
    return options;
  }

  /** How the cells run over time; a choice of each start, not kept in checkpoints. */
  static RnnImplementation loop(Flags flags) {
    List<RnnImplementation> loops =
        List.of(RnnImplementation.FUSED, RnnImplementation.DYNAMIC, RnnImplementation.UNROLLED);
    List<String> known = loops.stream().map(RnnImplementation::text).toList();
    RnnImplementation loop =
        loops.get(known.indexOf(flags.oneOf("loop", known, RnnImplementation.FUSED.text())));
    if (flags.oneOf("precision", List.of("float32", "bfloat16"), "float32").equals("float32")) {
      return loop;
    }
    if (loop != RnnImplementation.FUSED) {
      throw new UsageException(
          "--precision bfloat16 is for the fused loop; found --loop " + loop.text());
    }
    RnnImplementation.FUSED_BFLOAT16
        .missing()
        .ifPresent(
            reason -> {
              throw new UsageException(
                  "--precision "
                      + reason
                      + "; train in float32: leave --precision out, also where --resume goes on");
            });
    return RnnImplementation.FUSED_BFLOAT16;
  }

  static Recipe recipe(Flags flags) {
    if (flags.text("recipe").filter(ClassifyCommand.RECIPE::equals).isPresent()) {
      throw new UsageException(
          "--recipe mnist tells images, not texts, and has flags of its own: charlstm classify");
    }
    Recipe recipe = Recipes.named(flags.text("recipe").orElse(Recipes.DEMO.name()));
    return flags.has("as-printed") ? Recipes.asPrinted(recipe) : recipe;
  }

  /** The recipe's run settings, or the checkpoint's, changed by the flags that are given. */
  static TrainingSettings override(Flags flags, TrainingSettings base) {
    return new TrainingSettings(
        flags.integer("batch-size", 1, LARGEST_BATCH).orElse(base.batchSize()),
        flags.integer("num-steps", 1, LARGEST_WINDOW).orElse(base.numSteps()),
        flags.integer("epochs", 1, Integer.MAX_VALUE).orElse(base.epochs()),
        positive(flags, "learning-rate", base.learningRate()),
        positive(flags, "grad-clip", base.gradClip()),
        base.decayRate(),
        flags
            .number("keep-prob", p -> (float) p > 0 && p <= 1, "a number above 0 and at most 1")
            .map(Double::floatValue)
            .orElse(base.keepProb()),
        base.inputKeepProb(),
        flags.integer("save-every", 1, Integer.MAX_VALUE).orElse(base.saveEvery()),
        flags.integer("max-to-keep", 1, Integer.MAX_VALUE).orElse(base.maxToKeep()),
        flags.longInteger("seed", 0, Integer.MAX_VALUE).orElse(base.seed()),
        flags
            .number("validation", share -> share >= 0 && share < 1, "a number from 0 to below 1")
            .orElse(base.validation()),
        base.lastTarget(),
        flags.has("deterministic") && !base.deterministic()
            ? TrainingOptions.DETERMINISTIC_LANES
            : base.lanes());
  }

  /** What the flags changed, a line each: {@code --learning-rate 0.001 -> 0.0005}. */
  static List<String> changes(TrainingSettings before, TrainingSettings now) {
    List<String> changes = new ArrayList<>();
    compare(changes, "epochs", before.epochs(), now.epochs());
    compare(changes, "batch-size", before.batchSize(), now.batchSize());
    compare(changes, "num-steps", before.numSteps(), now.numSteps());
    compare(changes, "learning-rate", before.learningRate(), now.learningRate());
    compare(changes, "grad-clip", before.gradClip(), now.gradClip());
    compare(changes, "keep-prob", before.keepProb(), now.keepProb());
    compare(changes, "save-every", before.saveEvery(), now.saveEvery());
    compare(changes, "max-to-keep", before.maxToKeep(), now.maxToKeep());
    compare(changes, "deterministic", before.deterministic(), now.deterministic());
    return changes;
  }

  private static void compare(List<String> changes, String flag, Object before, Object now) {
    if (!before.equals(now)) {
      changes.add("--" + flag + " " + before + " -> " + now);
    }
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
          .rnnSize(flags.integer("lstm-size", 1, LARGEST_SIZE).orElse(cookbook.rnnSize()))
          .numLayers(flags.integer("num-layers", 1, MOST_LAYERS).orElse(cookbook.numLayers()))
          .sharedCell(cookbook.sharedCell())
          .build();
    }
    for (String flag : List.of("as-printed", "lstm-size", "num-layers")) {
      if (flags.has(flag)) {
        throw new UsageException(
            "--" + flag + ": an imported run keeps its model, " + base.describe());
      }
    }
    return base;
  }

  private static CharLstm.Settings override(Flags flags, CharLstm.Settings base) {
    int numLayers = flags.integer("num-layers", 1, MOST_LAYERS).orElse(base.numLayers());
    boolean asPrinted = base.asPrinted() || flags.has("as-printed");
    if (asPrinted && flags.has("num-layers") && numLayers != 1) {
      throw new UsageException(
          "--num-layers: the model as printed has one layer, found '" + numLayers + "'");
    }
    return CharLstm.Settings.builder(base.vocabularySize())
        .lstmSize(flags.integer("lstm-size", 1, LARGEST_SIZE).orElse(base.lstmSize()))
        .numLayers(numLayers)
        .asPrinted(asPrinted)
        .build();
  }

  /** Checks the model's flags before any text is read or fetched. */
  static void checkModel(Flags flags, Recipe recipe) {
    model(flags, recipe, 1);
  }

  private static float positive(Flags flags, String flag, float base) {
    return flags
        .number(flag, value -> (float) value > 0, "a number above 0, from 1e-45 to 3.4e38")
        .map(Double::floatValue)
        .orElse(base);
  }
}
