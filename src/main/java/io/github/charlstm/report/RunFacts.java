package io.github.charlstm.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a run, as {@link RunPage} shows it. All texts may hold anything.
 *
 * @param name of its folder
 * @param summary the model and what it learns, in a few words; empty if not known
 * @param problems what is damaged or missing, a sentence each
 * @param settings as the run keeps them
 * @param data facts of what it learns
 * @param symbols the vocabulary, written out; empty if there is none or it is not known
 * @param surroundings what it ran on, where that was kept
 * @param unit what a loss is of: {@code character}, {@code word} or {@code image}
 * @param unitsAStep so many of them a training step, or 0 if not known
 * @param metrics what was measured at each step, if any of it can be read
 * @param learningRates where they change, empty where the run keeps one
 * @param checkpoints those in its folder, oldest first
 * @param samples what they write, oldest first
 */
public record RunFacts(
    String name,
    String summary,
    List<String> problems,
    List<Entry> settings,
    List<Entry> data,
    String symbols,
    List<Entry> surroundings,
    String unit,
    long unitsAStep,
    Optional<MetricsFile> metrics,
    Optional<LossSeries> learningRates,
    List<Checkpoint> checkpoints,
    List<Sample> samples) {

  /**
   * A checkpoint.
   *
   * @param name of its folder or file
   * @param step training steps that it has done
   * @param bytes on the disk, all files
   * @param written when
   * @param problem why it cannot be used, if so
   */
  public record Checkpoint(
      String name, long step, long bytes, Instant written, Optional<String> problem) {
    /**
     * Checks that all are there.
     *
     * @param name not null
     * @param step 0 or more
     * @param bytes 0 or more
     * @param written not null
     * @param problem empty if it is whole
     */
    public Checkpoint {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(written, "written");
      Objects.requireNonNull(problem, "problem");
    }
  }

  /**
   * What a checkpoint writes.
   *
   * @param step the checkpoint's
   * @param text the prime and what came after it
   */
  public record Sample(long step, String text) {
    /**
     * Checks that the text is there.
     *
     * @param step 0 or more
     * @param text not null
     */
    public Sample {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * Copies the lists.
   *
   * @param name not null
   * @param summary not null
   * @param problems empty if there are none
   * @param settings empty if not known
   * @param data empty if not known
   * @param symbols not null
   * @param surroundings empty if not known
   * @param unit not null
   * @param unitsAStep 0 or more
   * @param metrics empty if none can be read
   * @param learningRates empty where the run keeps one
   * @param checkpoints oldest first
   * @param samples oldest first
   */
  public RunFacts {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(summary, "summary");
    Objects.requireNonNull(symbols, "symbols");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(learningRates, "learningRates");
    problems = List.copyOf(problems);
    settings = List.copyOf(settings);
    data = List.copyOf(data);
    surroundings = List.copyOf(surroundings);
    checkpoints = List.copyOf(checkpoints);
    samples = List.copyOf(samples);
  }
}
