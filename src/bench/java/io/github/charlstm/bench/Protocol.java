package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The messages between the parent and a contender, one per line.
 *
 * <p>The parent writes to the contender's standard input
 *
 * <pre>
 *   run 3      do three steps
 *   memory     asks for the peak memory
 *   quit
 * </pre>
 *
 * and reads from its standard output, where every line of ours begins with {@code bench}; libraries
 * may print others, which are ignored:
 *
 * <pre>
 *   bench ready PyTorch 2.7.1          once, when it is built; the words describe it
 *   bench steps 4.42 0.91 0.88 0.89    loss of the last step, then seconds of each
 *   bench memory 912345088             peak resident bytes, or unknown
 *   bench failed out of memory         instead of an answer; then it ends
 * </pre>
 *
 * A step is one training step, some characters, or one product, as the task says.
 */
final class Protocol {
  private static final String PREFIX = "bench ";

  private Protocol() {}

  /** What the parent asks for. */
  sealed interface Request {}

  /** Run this many steps, at least 1. */
  record Run(int steps) implements Request {
    Run {
      if (steps < 1) {
        throw new IllegalArgumentException("run needs at least 1 step, found " + steps);
      }
    }
  }

  /** Report the peak memory. */
  record AskMemory() implements Request {}

  /** End the process. */
  record Quit() implements Request {}

  /** What a contender answers. */
  sealed interface Reply {}

  /** The contender is ready. */
  record Ready(String description) implements Reply {}

  /** The steps are done. */
  record Steps(double loss, List<Double> seconds) implements Reply {
    Steps {
      seconds = List.copyOf(seconds);
    }
  }

  /** Peak resident memory in bytes; empty where the system does not report it. */
  record Memory(OptionalLong bytes) implements Reply {}

  /** The contender failed. */
  record Failed(String reason) implements Reply {}

  static String write(Request request) {
    if (request instanceof Run run) {
      return "run " + run.steps();
    }
    return request instanceof AskMemory ? "memory" : "quit";
  }

  /**
   * @throws IllegalArgumentException for any other line
   */
  static Request request(String line) {
    String[] words = line.strip().split(" +");
    if (words.length == 2 && words[0].equals("run")) {
      return new Run(Integer.parseInt(words[1]));
    }
    return switch (line.strip()) {
      case "memory" -> new AskMemory();
      case "quit" -> new Quit();
      default ->
          throw new IllegalArgumentException("expected run N, memory or quit, found: " + line);
    };
  }

  static String write(Reply reply) {
    if (reply instanceof Ready ready) {
      return PREFIX + "ready " + oneLine(ready.description());
    }
    if (reply instanceof Steps steps) {
      StringBuilder line = new StringBuilder(PREFIX + "steps " + steps.loss());
      steps.seconds().forEach(seconds -> line.append(' ').append(seconds));
      return line.toString();
    }
    if (reply instanceof Memory memory) {
      return PREFIX
          + "memory "
          + (memory.bytes().isPresent() ? memory.bytes().getAsLong() : "unknown");
    }
    return PREFIX + "failed " + oneLine(((Failed) reply).reason());
  }

  /**
   * What a line of a contender's output says.
   *
   * @return empty for a line that is not of this protocol
   * @throws IllegalArgumentException if it is of this protocol and wrong
   */
  static Optional<Reply> reply(String line) {
    if (!line.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = line.substring(PREFIX.length()).split(" ", 2);
    String rest = parts.length == 2 ? parts[1].strip() : "";
    try {
      return Optional.of(
          switch (parts[0]) {
            case "ready" -> new Ready(rest);
            case "steps" -> steps(rest);
            case "memory" ->
                new Memory(
                    rest.equals("unknown")
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(rest)));
            case "failed" -> new Failed(rest);
            default -> throw new IllegalArgumentException("unknown word");
          });
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a contender's line is not of the bench's protocol: " + line, e);
    }
  }

  private static Steps steps(String rest) {
    List<Double> numbers = new ArrayList<>();
    for (String word : rest.split(" +")) {
      numbers.add(number(word));
    }
    if (numbers.size() < 2) {
      throw new IllegalArgumentException("a loss and at least one time are expected");
    }
    return new Steps(numbers.get(0), numbers.subList(1, numbers.size()));
  }

  // Python writes nan and inf where Java has NaN and Infinity.
  private static double number(String word) {
    return switch (word) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(word);
    };
  }

  private static String oneLine(String words) {
    return words.replaceAll("\\s+", " ").strip();
  }
}
