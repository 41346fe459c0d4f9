package io.github.charlstm.report;

import io.github.charlstm.report.Html.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link RunReader} found in a run's folder. No text is escaped.
 *
 * @param name of the folder
 * @param summary the model and its data in a few words; empty if unknown
 * @param problems what is damaged or missing, a sentence each
 * @param settings as the run stores them; empty if unknown
 * @param data facts of the training data; empty if unknown
 * @param symbols the vocabulary; empty if there is none or it is unknown
 * @param provenance machine and commit, where they were recorded
 * @param unit unit of a loss: {@code character}, {@code word} or {@code image}
 * @param unitsPerStep units in a training step; 0 if unknown
 * @param metrics values of each step, if any can be read
 * @param learningRates learning rate of each step; empty if it is constant
 * @param checkpoints oldest first
 * @param samples a sample of each checkpoint, oldest first
 */
public record RunFacts(
    String name,
    String summary,
    List<String> problems,
    List<Entry> settings,
    List<Entry> data,
    String symbols,
    List<Entry> provenance,
    String unit,
    long unitsPerStep,
    Optional<MetricsFile> metrics,
    Optional<LossSeries> learningRates,
    List<Checkpoint> checkpoints,
    List<Sample> samples) {

  /**
   * A checkpoint.
   *
   * @param name of its folder, or of its files without their endings
   * @param bytes size of all its files
   * @param written time of last change
   * @param problem why it cannot be used; empty if it can
   */
  public record Checkpoint(
      String name, long step, long bytes, Instant written, Optional<String> problem) {
    Checkpoint damaged() {
      return new Checkpoint(name, step, bytes, written, Optional.of("damaged"));
    }
  }

  /**
   * A text that a checkpoint wrote.
   *
   * @param step training step of the checkpoint
   * @param text the prime and the generated text
   */
  public record Sample(long step, String text) {
    public Sample {
      Objects.requireNonNull(text, "text");
    }
  }

  public RunFacts {
    problems = List.copyOf(problems);
    settings = List.copyOf(settings);
    data = List.copyOf(data);
    provenance = List.copyOf(provenance);
    checkpoints = List.copyOf(checkpoints);
    samples = List.copyOf(samples);
  }
}
