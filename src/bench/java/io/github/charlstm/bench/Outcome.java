package io.github.charlstm.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a contender did in a workload.
 *
 * @param contender its name
 * @param title as shown in tables
 * @param description name and version as the contender reports them; empty if it never ran
 * @param rounds seconds of each step, by round
 * @param loss of its last step; empty for sampling and products
 * @param memory peak resident bytes; empty where the system does not report them
 * @param failure why it did not finish; empty if it did
 */
record Outcome(
    String contender,
    String title,
    String description,
    List<List<Double>> rounds,
    OptionalDouble loss,
    OptionalLong memory,
    Optional<String> failure) {

  Outcome {
    rounds = rounds.stream().map(List::copyOf).toList();
  }

  static Outcome missing(Contender contender, String reason) {
    return new Outcome(
        contender.name(),
        contender.title(),
        "",
        List.of(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.of(reason));
  }

  /** Whether it has measured any step. */
  boolean measured() {
    return !rounds.isEmpty();
  }

  /** Median of all steps, in seconds. */
  double median() {
    return Statistics.median(Statistics.all(rounds));
  }
}
