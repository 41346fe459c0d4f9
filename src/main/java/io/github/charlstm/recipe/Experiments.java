package io.github.charlstm.recipe;

import io.github.charlstm.recipe.Experiment.Data;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The models that {@code charlstm reproduce} trains. */
public final class Experiments {
  /** The tutorial's classifier of digits. */
  public static final String MNIST = "mnist";

  // 5 epochs of 198 batches, 10 of 949, 10 of 181
  private static final long ANNA_STEPS = 990;
  private static final long CHARACTER_STEPS = 9490;
  private static final long WORD_STEPS = 1810;
  private static final long DIGIT_STEPS = 2000;

  private Experiments() {}

  /**
   * {@return all experiments, in the order of the results page} The quick runs together take less
   * than ten minutes on two cores.
   */
  public static List<Experiment> all() {
    return List.of(
        text(Recipes.ANNA, Data.ANNA, ANNA_STEPS, 100, 3),
        text(Recipes.ANNA_AS_PRINTED, Data.ANNA, ANNA_STEPS, 100, 3),
        new Experiment(
            "anna-1-layer",
            Data.ANNA,
            settings("recipe", Recipes.ANNA.name(), "num_layers", "1"),
            ANNA_STEPS,
            100,
            3),
        text(Recipes.SHAKESPEARE, Data.SHAKESPEARE, CHARACTER_STEPS, 300, 3),
        text(Recipes.SHAKESPEARE_SHARED, Data.SHAKESPEARE, CHARACTER_STEPS, 300, 1),
        text(Recipes.SHAKESPEARE_WORDS, Data.SHAKESPEARE, WORD_STEPS, 40, 1),
        digits(MNIST, 5),
        digits("mnist-dynamic", 1, "loop", "dynamic"),
        digits("mnist-unrolled", 1, "loop", "unrolled"),
        digits("mnist-1-layer", 1, "num_layers", "1"),
        digits("mnist-3-layers", 1, "num_layers", "3"),
        digits("mnist-1-layer-both-ways", 1, "num_layers", "1", "bidirectional", "true"),
        digits("mnist-2-layers-both-ways", 1, "bidirectional", "true"));
  }

  private static Experiment text(Recipe recipe, Data data, long steps, long quickSteps, int seeds) {
    return new Experiment(
        recipe.name(), data, Map.of("recipe", recipe.name()), steps, quickSteps, seeds);
  }

  private static Experiment digits(String name, int seeds, String... namesAndValues) {
    return new Experiment(name, Data.MNIST, settings(namesAndValues), DIGIT_STEPS, 200, seeds);
  }

  private static Map<String, String> settings(String... namesAndValues) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int k = 0; k < namesAndValues.length; k += 2) {
      settings.put(namesAndValues[k], namesAndValues[k + 1]);
    }
    return settings;
  }
}
