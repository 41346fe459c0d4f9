package io.github.charlstm.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a contender did in a workload.
 *
 * @param contender its name
 * @param title of it, for people
 * @param description as it gives of itself; empty if it never ran
 * @param rounds seconds of each step, by round
 * @param loss of its last step; not of sampling and products
 * @param memory resident bytes at most, where the system tells
 * @param failure why there is nothing, or nothing more
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

  /** Whether there are times. */
  boolean measured() {
    return !rounds.isEmpty();
  }

  /** Median of all steps, in seconds. */
  double median() {
    return Statistics.median(Statistics.all(rounds));
  }
}
