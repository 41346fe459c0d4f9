package io.github.charlstm.cli;

import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.train.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Says where the values of a command with a {@code --config} come from. */
final class FlagSources {
  private static final Set<String> NO_SETTINGS =
      Set.of(ConfigFile.NAME, "quiet", "json", "verbose");
  private static final int LONGEST = 40;

  private FlagSources() {}

  /** One line: what the command line says, what the file says, and who says the rest. */
  static String of(Flags flags, ConfigFile file, Command command) {
    Map<String, List<String>> typed = new LinkedHashMap<>();
    Map<String, List<String>> read = new LinkedHashMap<>();
    flags
        .values()
        .forEach((flag, values) -> (file.gave(flag, flags) ? read : typed).put(flag, values));
    typed.keySet().removeAll(NO_SETTINGS);
    String passedOver =
        file.values().keySet().stream()
            .filter(flag -> !file.gave(flag, flags))
            .map(flag -> "--" + flag)
            .collect(Collectors.joining(", "));
    return "from the command line: "
        + words(typed)
        + "; from "
        + file.path()
        + ": "
        + words(read)
        + (passedOver.isEmpty() ? "" : " (not " + passedOver + ", which the command line says)")
        + "; "
        + command.otherwise(flags);
  }

  /** What a recipe says of how a run is trained, but for what flags say. */
  static String byRecipe(Recipe recipe, Flags flags) {
    TrainingSettings training = recipe.training();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("epochs", training.epochs());
    settings.put("batch-size", training.batchSize());
    settings.put("num-steps", training.numSteps());
    settings.put("lstm-size", recipe.model().apply(1).units());
    settings.put("num-layers", recipe.model().apply(1).numLayers());
    settings.put("learning-rate", training.learningRate());
    settings.put("grad-clip", training.gradClip());
    settings.put("keep-prob", training.keepProb());
    settings.put("validation", training.validation());
    settings.put("save-every", training.saveEvery());
    settings.put("max-to-keep", training.maxToKeep());
    settings.put("seed", training.seed());
    return "by recipe "
        + recipe.name()
        + ": "
        + settings.entrySet().stream()
            .filter(setting -> !flags.has(setting.getKey()))
            .map(setting -> setting.getKey() + " " + setting.getValue())
            .collect(Collectors.joining(", "));
  }

  private static String words(Map<String, List<String>> given) {
    if (given.isEmpty()) {
      return "nothing";
    }
    return given.entrySet().stream()
        .map(
            flag ->
                "--"
                    + flag.getKey()
                    + flag.getValue().stream()
                        .map(value -> " " + shortened(value))
                        .collect(Collectors.joining()))
        .collect(Collectors.joining(", "));
  }

  private static String shortened(String value) {
    String line = value.replaceAll("\\p{Cntrl}", " ");
    int end = line.offsetByCodePoints(0, Math.min(LONGEST, line.codePointCount(0, line.length())));
    return end < line.length() ? line.substring(0, end) + "..." : line;
  }
}
