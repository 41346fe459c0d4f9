package io.github.charlstm.recipe;

import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.train.TrainingSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A model with its hyper-parameters, a book's or one for a text of one's own.
 *
 * @param model settings of the model for a vocabulary size
 * @param book losses that the book prints; empty if it prints none
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

  /** Format of the status line that a book's program prints. */
  public enum StatusLine {
    /** {@code Epoch number: 1/5... Step: 1... loss: 4.4188... 0.342 sec/batch}. */
    DEEP_LEARNING_BY_EXAMPLE,
    /** {@code Iteration: 10, Epoch: 1, Batch: 10 out of 949, Loss: 9.96}. */
    COOKBOOK
  }

  /**
   * What is printed during training; {@code logEvery} and {@code sampleEvery} are steps, 0 for no
   * samples, {@code sampleLength} symbols; the samples begin with the primes, if any.
   */
  public record Progress(
      StatusLine line, int logEvery, int sampleEvery, int sampleLength, List<String> primes) {
    public Progress {
      primes = List.copyOf(primes);
    }
  }

  /** {@return whether it is the variant that the book's printed code runs} */
  public boolean asPrinted() {
    return model.apply(1) instanceof CharLstm.Settings settings && settings.asPrinted();
  }
}
