package io.github.charlstm.recipe;

import io.github.charlstm.recipe.Experiment.Data;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The runs of {@code charlstm reproduce}. */
public final class Experiments {
  /** Digits with the dynamic loop. */
  public static final String MNIST = "mnist";

  /** Digits with the unrolled loop. */
  public static final String MNIST_UNROLLED = "mnist-unrolled";

  // 5 epochs of 198 batches, 10 of 949, 10 of 181
  private static final long ANNA_STEPS = 990;
  private static final long CHARACTER_STEPS = 9490;
  private static final long WORD_STEPS = 1810;
  private static final long DIGIT_STEPS = 2000;

  private Experiments() {}

  /**
   * {@return all experiments, in the order of the results page} The quick runs together take about
   * ten minutes on two cores.
   */
  public static List<Experiment> all() {
    return List.of(
        text(Recipes.ANNA, Data.ANNA, ANNA_STEPS, 100),
        text(Recipes.ANNA_AS_PRINTED, Data.ANNA, ANNA_STEPS, 150),
        text(Recipes.SHAKESPEARE, Data.SHAKESPEARE, CHARACTER_STEPS, 600),
        text(Recipes.SHAKESPEARE_SHARED, Data.SHAKESPEARE, CHARACTER_STEPS, 600),
        text(Recipes.SHAKESPEARE_WORDS, Data.SHAKESPEARE, WORD_STEPS, 200),
        digits(MNIST, "loop", "dynamic"),
        digits(MNIST_UNROLLED, "loop", "unrolled"),
        digits("mnist-1-layer", "num_layers", "1"),
        digits("mnist-3-layers", "num_layers", "3"),
        digits("mnist-1-layer-both-ways", "num_layers", "1", "bidirectional", "true"),
        digits("mnist-2-layers-both-ways", "bidirectional", "true"));
  }

  private static Experiment text(Recipe recipe, Data data, long steps, long quickSteps) {
    return new Experiment(recipe.name(), data, Map.of("recipe", recipe.name()), steps, quickSteps);
  }

  private static Experiment digits(String name, String... namesAndValues) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int k = 0; k < namesAndValues.length; k += 2) {
      settings.put(namesAndValues[k], namesAndValues[k + 1]);
    }
    return new Experiment(name, Data.MNIST, settings, DIGIT_STEPS, 200);
  }
}
