package io.github.charlstm.cli;

import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingSettings;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;

/** {@code charlstm recipes}. */
final class RecipesCommand implements Command {
  private static final String ROW = "%-16s %-8s %-9s %-9s %-7s %-7s %-6s %-6s  %s%n";

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
              recipe.numLayers() + " x " + recipe.lstmSize(),
              training.batchSize() + " x " + training.numSteps(),
              training.learningRate(),
              recipe.asPrinted() ? "-" : String.valueOf(training.keepProb()),
              training.gradClip(),
              training.epochs(),
              recipe.description());
    }
  }
}
