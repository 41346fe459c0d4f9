package io.github.charlstm.reproduce;

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
    ANNA("anna"),
    SHAKESPEARE("shakespeare"),
    MNIST("mnist");

    private final String flag;

    Data(String flag) {
      this.flag = flag;
    }

    /** The flag that names its place. */
    public String flag() {
      return flag;
    }
  }

  public Experiment {
    Objects.requireNonNull(data, "data");
    words = List.copyOf(words);
    if (name.isBlank() || words.isEmpty() || quickSteps < 1 || steps < quickSteps) {
      throw new IllegalArgumentException(
          "an experiment has a name, a command and at least as many steps as its quick form; found"
              + " '%s', %s, %d and %d steps".formatted(name, words, steps, quickSteps));
    }
  }

  /**
   * Its command line, without the program's name.
   *
   * @param run the run's folder
   * @param place of the data, if the user named one
   * @param resume whether the folder holds the run's beginning
   * @param end the last step
   */
  public List<String> command(Path run, Optional<Path> place, boolean resume, long end) {
    List<String> all = new ArrayList<>();
    all.addAll(resume ? List.of(words.get(0), "--resume") : words);
    place.ifPresent(path -> all.addAll(List.of("--data", path.toString())));
    all.addAll(List.of("--run", run.toString(), "--steps", String.valueOf(end)));
    return all;
  }
}
