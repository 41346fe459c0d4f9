package io.github.charlstm.doctor;

import java.util.Objects;

/**
 * One thing that was looked at.
 *
 * @param topic what it belongs to: "java"
 * @param name what was looked at: "version"
 * @param status how it is
 * @param found what was found
 * @param advice what to do about it; empty where it is well
 */
public record CheckResult(String topic, String name, Status status, String found, String advice) {

  /** How a thing is. */
  public enum Status {
    /** As it should be, or of no weight. */
    OK,
    /** Works, but not as well as it might. */
    WARNING,
    /** Something does not work. */
    PROBLEM
  }

  /**
   * Checks that there is advice where, and only where, it is needed.
   *
   * @param topic as above
   * @param name as above
   * @param status as above
   * @param found as above
   * @param advice as above
   */
  public CheckResult {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(found, "found");
    if ((status == Status.OK) != advice.isEmpty()) {
      throw new IllegalArgumentException(
          "advice goes with a warning or a problem: "
              + name
              + ", "
              + status
              + ", '"
              + advice
              + "'");
    }
  }

  static CheckResult ok(String topic, String name, String found) {
    return new CheckResult(topic, name, Status.OK, found, "");
  }

  static CheckResult warning(String topic, String name, String found, String advice) {
    return new CheckResult(topic, name, Status.WARNING, found, advice);
  }

  static CheckResult problem(String topic, String name, String found, String advice) {
    return new CheckResult(topic, name, Status.PROBLEM, found, advice);
  }
}
