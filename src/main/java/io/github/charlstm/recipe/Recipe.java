package io.github.charlstm.recipe;

import io.github.charlstm.train.TrainingSettings;
import java.util.Objects;
import java.util.Optional;

/**
 * A model of a book, ready to train.
 *
 * @param name as {@code --recipe} takes it
 * @param description one line: what it is and where it comes from
 * @param dataSet name of the text in the catalogue of data sets
 * @param lstmSize units a layer
 * @param numLayers cells on top of each other
 * @param asPrinted see {@link io.github.charlstm.model.CharLstmSettings}
 * @param training run settings
 * @param logEvery steps between log lines; the book prints every step
 * @param book what the book prints, if it prints losses
 */
public record Recipe(
    String name,
    String description,
    String dataSet,
    int lstmSize,
    int numLayers,
    boolean asPrinted,
    TrainingSettings training,
    int logEvery,
    Optional<BookLosses> book) {

  public Recipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(dataSet, "dataSet");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(book, "book");
  }
}
