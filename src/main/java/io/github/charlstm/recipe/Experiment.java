package io.github.charlstm.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One run of the page.
 *
 * @param name of its folder, and its row in the tables
 * @param data what it learns from
 * @param words of its command line, without the program, the run's folder, the data and the steps
 * @param steps of a full run
 * @param quickSteps of a quick one
 */
public record Experiment(String name, Data data, List<String> words, long steps, long quickSteps) {

  /** What an experiment learns from. */
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

    /** {@return the flag that names its place} */
    public String flag() {
      return flag;
    }
  }

  /**
   * Copies the words and checks the steps.
   *
   * @param name not blank
   * @param data not null
   * @param words at least one
   * @param steps at least as many as a quick run has
   * @param quickSteps at least 1
   * @throws IllegalArgumentException if one is not so
   */
  public Experiment {
    Objects.requireNonNull(data, "data");
    words = List.copyOf(words);
    if (name.isBlank() || words.isEmpty() || quickSteps < 1 || steps < quickSteps) {
      throw new IllegalArgumentException(
          "an experiment has a name, a command and at least as many steps as its quick form; found"
              + " '%s', %s, %s and %s steps".formatted(name, words, steps, quickSteps));
    }
  }

  /**
   * Puts together its command line.
   *
   * @param run the run's folder
   * @param place of the data, if the user named one
   * @param resume whether the folder holds the run's beginning
   * @param end the last step
   * @return the words behind the program's name
   */
  public List<String> command(Path run, Optional<Path> place, boolean resume, long end) {
    List<String> all = new ArrayList<>();
    all.addAll(resume ? List.of(words.get(0), "--resume") : words);
    place.ifPresent(path -> all.addAll(List.of("--data", path.toString())));
    all.addAll(List.of("--run", run.toString(), "--steps", String.valueOf(end)));
    return all;
  }
}
