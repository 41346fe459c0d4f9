package io.github.charlstm.cli;

import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;

final class RecipesCommand implements Command {
  private static final String ROW = "%-18s %-11s %-7s %-9s %-6s %-4s %-4s %-6s  %s%n";

  @Override
  public Usage usage() {
    return Usage.of("recipes", "list the recipes and their settings").examples("recipes");
  }

  @Override
  public void run(Flags flags, Console console) {
    List<Line> lines = new ArrayList<>(Recipes.all().stream().map(Line::of).toList());
    lines.add(Line.of(Recipes.MNIST));
    console.result(
        () -> Json.object().put("recipes", lines.stream().map(Line::json).toList()),
        () -> {
          console.print(
              ROW, "recipe", "data", "lstm", "batch", "rate", "keep", "clip", "epochs", "what");
          lines.forEach(line -> console.print(ROW, line.columns()));
          console.print("* planned by the text and the time%n");
        });
  }

  private record Line(
      String recipe,
      String data,
      int numLayers,
      int units,
      TrainingSettings training,
      boolean isOfText,
      boolean isPlanned,
      String description) {

    static Line of(Recipe recipe) {
      ModelSettings model = recipe.model().apply(1);
      TrainingSettings training = recipe.training();
      return new Line(
          recipe.name(),
          recipe.dataSet(),
          model.numLayers(),
          model.units(),
          recipe.asPrinted() ? training.toBuilder().keepProb(1).build() : training,
          true,
          recipe.equals(Recipes.BEST),
          recipe.description());
    }

    static Line of(RunSettings.Images run) {
      return new Line(
          run.recipe(),
          run.recipe(),
          run.model().numLayers(),
          run.model().units(),
          run.training(),
          false,
          false,
          "digits by rows, " + run.training().steps() + " steps (charlstm classify)");
    }

    Json json() {
      Json json = Json.object().put("recipe", recipe).put("data", data);
      if (isPlanned) {
        return json.put("grad_clip", training.gradClip()).put("description", description);
      }
      json.put("num_layers", numLayers)
          .put("lstm_size", units)
          .put("batch_size", training.batchSize());
      if (isOfText) {
        json.put("num_steps", training.numSteps())
            .put("grad_clip", training.gradClip())
            .put("epochs", training.epochs());
      } else {
        json.put("steps", training.steps());
      }
      return json.put("learning_rate", training.learningRate())
          .put("keep_prob", training.keepProb())
          .put("description", description);
    }

    Object[] columns() {
      if (isPlanned) {
        String clip = String.valueOf(training.gradClip());
        return new Object[] {recipe, "yours", "*", "*", "*", "*", clip, "*", description};
      }
      return new Object[] {
        recipe,
        data,
        numLayers + " x " + units,
        training.batchSize() + (isOfText ? " x " + training.numSteps() : ""),
        training.learningRate(),
        training.keepProb() == 1 ? "-" : training.keepProb(),
        isOfText ? training.gradClip() : "-",
        isOfText ? training.epochs() : "-",
        description
      };
    }
  }
}
