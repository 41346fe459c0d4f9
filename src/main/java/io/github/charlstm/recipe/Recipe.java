package io.github.charlstm.recipe;

import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.train.TrainingSettings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A model of a book, ready to train.
 *
 * @param name as {@code --recipe} takes it
 * @param description one line: what it is and where it comes from
 * @param dataSet name of the text in the catalogue of data sets
 * @param model settings of the model for a vocabulary of a size
 * @param preparation what is done with the text before
 * @param training run settings
 * @param progress what is shown on the way
 * @param book what the book prints, if it prints losses
 */
public record Recipe(
    String name,
    String description,
    String dataSet,
    IntFunction<ModelSettings> model,
    TextPreparation preparation,
    TrainingSettings training,
    Progress progress,
    Optional<ReferenceLosses> book) {

  /**
   * What is shown while a recipe trains.
   *
   * @param line the status line
   * @param logEvery steps between status lines
   * @param sampleEvery steps between samples; 0 for none on the way
   * @param sampleLength symbols of each
   * @param primes the texts that samples begin with
   */
  public record Progress(
      StatusLine line, int logEvery, int sampleEvery, int sampleLength, List<String> primes) {
    /**
     * Copies the primes.
     *
     * @param line not null
     * @param logEvery steps
     * @param sampleEvery steps; 0 for no samples
     * @param sampleLength symbols
     * @param primes may be empty
     */
    public Progress {
      primes = List.copyOf(primes);
      Objects.requireNonNull(line, "line");
    }
  }

  /**
   * Refuses null.
   *
   * @param name as {@code --recipe} takes it
   * @param description one line
   * @param dataSet name of the text
   * @param model settings for a vocabulary of a size
   * @param preparation what is done with the text before
   * @param training run settings
   * @param progress what is shown on the way
   * @param book what the book prints
   */
  public Recipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(dataSet, "dataSet");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(preparation, "preparation");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(book, "book");
  }

  /** {@return whether it is the variant that the book's page really runs} */
  public boolean asPrinted() {
    return model.apply(1) instanceof CharLstm.Settings settings && settings.asPrinted();
  }
}
