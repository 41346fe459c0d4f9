package io.github.charlstm.cli;

import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingSettings;
import java.util.List;
import java.util.stream.Stream;

/** {@code charlstm recipes}. */
final class RecipesCommand implements Command {
  private static final String ROW = "%-18s %-11s %-7s %-9s %-6s %-4s %-4s %-6s  %s%n";

  @Override
  public Usage usage() {
    return Usage.of("recipes", "list the recipes and their settings").examples("recipes");
  }

  private static Json json(Recipe recipe) {
    TrainingSettings training = recipe.training();
    return Json.object()
        .put("recipe", recipe.name())
        .put("data", recipe.dataSet())
        .put("num_layers", recipe.model().apply(1).numLayers())
        .put("lstm_size", recipe.model().apply(1).units())
        .put("batch_size", training.batchSize())
        .put("num_steps", training.numSteps())
        .put("learning_rate", training.learningRate())
        .put("keep_prob", recipe.asPrinted() ? 1 : training.keepProb())
        .put("grad_clip", training.gradClip())
        .put("epochs", training.epochs())
        .put("description", recipe.description());
  }

  @Override
  public void run(Flags flags, Console console) {
    if (console.json()) {
      List<Json> recipes =
          Stream.concat(
                  Recipes.all().stream().map(RecipesCommand::json),
                  Stream.of(ClassifyCommand.json()))
              .toList();
      console.result(Json.object().put("recipes", recipes));
      return;
    }
    console.print(ROW, "recipe", "data", "lstm", "batch", "rate", "keep", "clip", "epochs", "what");
    for (Recipe recipe : Recipes.all()) {
      TrainingSettings training = recipe.training();
      console.print(
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
    console.print(ROW, ClassifyCommand.row());
  }
}
