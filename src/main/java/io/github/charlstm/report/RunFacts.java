package io.github.charlstm.report;

import io.github.charlstm.report.Html.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@link RunReader} found in a run's folder; empty or 0 if unknown. No text is escaped.
 * Checkpoints and their samples come with the oldest first.
 *
 * @param summary the model and its data in a few words
 * @param problems what is damaged or missing, a sentence each
 * @param unit unit of a loss: {@code character}, {@code word} or {@code image}
 * @param learningRates learning rate of each step; empty if it is constant
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

  /** A checkpoint, by its folder or prefix; {@code problem} says why it cannot be used. */
  public record Checkpoint(
      String name, long step, long bytes, Instant written, Optional<String> problem) {
    Checkpoint damaged() {
      return new Checkpoint(name, step, bytes, written, Optional.of("damaged"));
    }
  }

  /** The prime and the text that a checkpoint generated. */
  public record Sample(long step, String text) {}

  public RunFacts {
    problems = List.copyOf(problems);
    settings = List.copyOf(settings);
    data = List.copyOf(data);
    provenance = List.copyOf(provenance);
    checkpoints = List.copyOf(checkpoints);
    samples = List.copyOf(samples);
  }
}
