package io.github.charlstm.doctor;

import java.util.regex.Pattern;

/**
 * The result of one check; {@code topic} is a group such as "java". The advice is empty if, and
 * only if, the status is {@code OK}.
 */
public record CheckResult(String topic, String name, Status status, String found, String advice) {
  // Names of accounts that do not identify a person.
  private static final Pattern ANONYMOUS = Pattern.compile("|root|user|\\?|nobody|runner");

  /** Outcome of a check. */
  public enum Status {
    /** Nothing to do. */
    OK,
    /** Works, with limits. */
    WARNING,
    /** Something does not work. */
    PROBLEM
  }

  public CheckResult {
    if ((status == Status.OK) != advice.isEmpty()) {
      throw new IllegalArgumentException(
          "expected advice for a warning or a problem only, found %s of %s with advice '%s'"
              .formatted(status, name, advice));
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

  /** A warning with the advice if a condition holds, else {@code OK}. */
  static CheckResult warningIf(
      boolean bad, String topic, String name, String found, String advice) {
    return bad ? warning(topic, name, found, advice) : ok(topic, name, found);
  }

  /** A problem with the advice if a condition holds, else {@code OK}. */
  static CheckResult problemIf(
      boolean bad, String topic, String name, String found, String advice) {
    return bad ? problem(topic, name, found, advice) : ok(topic, name, found);
  }

  /** {@return a copy with the user's home folder as {@code ~} and the user's name as "USER"} */
  public CheckResult redacted() {
    String home = System.getProperty("user.home", "");
    String user = System.getProperty("user.name", "");
    return new CheckResult(
        topic, name, status, redact(found, home, user), redact(advice, home, user));
  }

  static String redact(String text, String home, String user) {
    String redacted = text;
    if (home.length() > 1) {
      redacted = redacted.replaceAll(Pattern.quote(home) + "(?![\\w.-])", "~");
    }
    return ANONYMOUS.matcher(user).matches()
        ? redacted
        : redacted.replaceAll("(?<![\\w])" + Pattern.quote(user) + "(?![\\w])", "USER");
  }
}
