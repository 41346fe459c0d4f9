package io.github.charlstm.cli;

import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingSettings;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;

/** {@code charlstm recipes}. */
final class RecipesCommand implements Command {
  private static final String ROW = "%-18s %-11s %-7s %-9s %-6s %-4s %-4s %-6s  %s%n";

  @Override
  public String name() {
    return "recipes";
  }

  @Override
  public String summary() {
    return "list the recipes and their settings";
  }

  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public List<String> examples() {
    return List.of("recipes");
  }

  @Override
  public void run(Flags flags, Console console) {
    console
        .out()
        .printf(ROW, "recipe", "data", "lstm", "batch", "rate", "keep", "clip", "epochs", "what");
    for (Recipe recipe : Recipes.all()) {
      TrainingSettings training = recipe.training();
      console
          .out()
          .printf(
              Locale.ROOT,
              ROW,
              recipe.name(),
              recipe.dataSet(),
              recipe.model().apply(1).numLayers() + " x " + recipe.model().apply(1).units(),
              training.batchSize() + " x " + training.numSteps(),
              training.learningRate(),
              recipe.asPrinted() || training.keepProb() == 1
                  ? "-"
                  : String.valueOf(training.keepProb()),
              training.gradClip(),
              training.epochs(),
              recipe.description());
    }
    console.out().printf(ROW, ClassifyCommand.row());
  }
}
