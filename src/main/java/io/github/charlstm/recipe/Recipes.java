package io.github.charlstm.recipe;

import io.github.charlstm.train.TrainingSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All recipes. */
public final class Recipes {
  /** The recipe that {@code charlstm train} runs when it is not told which. */
  public static final Recipe DEMO =
      new Recipe(
          "demo",
          "a small stack on the Macbeth that comes with the program: minutes, no download",
          "macbeth",
          128,
          2,
          false,
          new TrainingSettings(32, 50, 60, 0.004f, 5f, 0.9f, 500, 100, 20180501L, 0),
          50,
          Optional.empty());

  /** The book's Anna Karenina, as its page describes it. */
  public static final Recipe ANNA =
      new Recipe(
          "anna",
          "Anna Karenina, two stacked LSTMs with dropout (Deep Learning by Example, ch. 10)",
          "anna",
          512,
          2,
          false,
          anna(),
          1,
          Optional.of(annaLosses()));

  /** The book's Anna Karenina, as its page really runs it. */
  public static final Recipe ANNA_AS_PRINTED =
      new Recipe(
          "anna-as-printed",
          "the same as the page's code runs it: one LSTM, no dropout",
          "anna",
          512,
          1,
          true,
          anna(),
          1,
          Optional.of(annaLosses()));

  private Recipes() {}

  /** Every recipe, in the order of a reader's way. */
  public static List<Recipe> all() {
    return List.of(DEMO, ANNA, ANNA_AS_PRINTED);
  }

  /** The recipe of that name, if there is one. */
  public static Optional<Recipe> find(String name) {
    return all().stream().filter(recipe -> recipe.name().equals(name)).findFirst();
  }

  /**
   * @throws IllegalArgumentException if there is no recipe of that name; the message lists them
   */
  public static Recipe named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--recipe: there is no recipe '"
                        + name
                        + "'; there are "
                        + all().stream().map(Recipe::name).collect(Collectors.joining(", "))));
  }

  /**
   * The variant of a recipe that the book's page really runs.
   *
   * @throws IllegalArgumentException if the recipe has none
   */
  public static Recipe asPrinted(Recipe recipe) {
    if (recipe.asPrinted()) {
      return recipe;
    }
    return all().stream()
        .filter(other -> other.asPrinted() && other.dataSet().equals(recipe.dataSet()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--as-printed: recipe '" + recipe.name() + "' has no such variant"));
  }

  private static BookLosses annaLosses() {
    return new BookLosses(
        978,
        List.of(
            1.7151, 1.7428, 1.7151, 1.7236, 1.7314, 1.7369, 1.7075, 1.7304, 1.7128, 1.7107, 1.7351,
            1.7260, 1.7144));
  }

  // batch_size 100, num_steps 100, learning_rate 0.001, keep_probability 0.5, epochs 5,
  // save_every_n 100, max_to_keep 100, as the book prints them
  private static TrainingSettings anna() {
    return new TrainingSettings(100, 100, 5, 0.001f, 5f, 0.5f, 100, 100, 20180501L, 0);
  }
}
