package io.github.charlstm.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One run of {@code charlstm reproduce}.
 *
 * @param name of its folder, not blank
 * @param data training data
 * @param words command line without the program, the run's folder, the data and the steps; at least
 *     one
 * @param steps training steps of a full run, at least {@code quickSteps}
 * @param quickSteps training steps of a quick run, at least 1
 */
public record Experiment(String name, Data data, List<String> words, long steps, long quickSteps) {

  /** Training data. */
  public enum Data {
    /** The text of Anna Karenina. */
    ANNA("anna"),
    /** Shakespeare's works. */
    SHAKESPEARE("shakespeare"),
    /** Images of digits. */
    MNIST("mnist");

    private final String flag;

    Data(String flag) {
      this.flag = flag;
    }

    /** {@return the name of the flag that gives its path} */
    public String flag() {
      return flag;
    }
  }

  public Experiment {
    Objects.requireNonNull(data, "data");
    words = List.copyOf(words);
    if (name.isBlank() || words.isEmpty() || quickSteps < 1 || steps < quickSteps) {
      throw new IllegalArgumentException(
          "expected a name, a command and at least as many steps as quick steps, found '%s', %s, %s"
                  .formatted(name, words, steps)
              + " and %s".formatted(quickSteps));
    }
  }

  /**
   * The command line.
   *
   * @param run the run's folder
   * @param place path of the data; empty for the default
   * @param resume whether to resume the run in the folder
   * @param end the last step
   * @return the words after the program's name
   */
  public List<String> command(Path run, Optional<Path> place, boolean resume, long end) {
    List<String> all = new ArrayList<>();
    all.addAll(resume ? List.of(words.get(0), "--resume") : words);
    place.ifPresent(path -> all.addAll(List.of("--data", path.toString())));
    all.addAll(List.of("--run", run.toString(), "--steps", String.valueOf(end)));
    return all;
  }
}
