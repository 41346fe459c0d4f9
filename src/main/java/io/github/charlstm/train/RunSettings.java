package io.github.charlstm.train;

import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.ModelSettings;
import java.util.Objects;

/**
 * All that a checkpoint says about the run that wrote it.
 *
 * @param recipe name of the recipe it began as
 * @param model structural settings; a resumed run takes them from here
 * @param preparation what is done with the text before
 * @param training run settings; a resumed run takes them from here unless told otherwise
 * @param text the text it learns
 */
public record RunSettings(
    String recipe,
    ModelSettings model,
    TextPreparation preparation,
    TrainingSettings training,
    TextReference text) {

  /**
   * Refuses null.
   *
   * @param recipe name of the recipe it began as
   * @param model structural settings
   * @param preparation what is done with the text before
   * @param training run settings
   * @param text the text it learns
   */
  public RunSettings {
    Objects.requireNonNull(recipe, "recipe");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(preparation, "preparation");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(text, "text");
  }
}
