package io.github.charlstm.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * The command line's settings.
 *
 * @param help whether to list the flags and end
 * @param only names of workloads and groups; empty for all
 * @param contenders names; empty for all
 * @param plan rounds and steps
 * @param python interpreter with TensorFlow, if one is named
 * @param page file for the page, if one is to be written
 * @param json file for the raw numbers, if one is to be written
 */
record BenchFlags(
    boolean help,
    List<String> only,
    List<String> contenders,
    Competitor.Plan plan,
    Optional<Path> python,
    Optional<Path> page,
    Optional<Path> json) {

  static Options options() {
    Options options = new Options();
    options.addOption(null, "only", true, "workloads, with commas between (default: all)");
    options.addOption(
        null,
        "contenders",
        true,
        "charlstm,pytorch,pytorch-passive,dl4j,python,product (default: all)");
    options.addOption(null, "rounds", true, "turns of each (default: 5)");
    options.addOption(null, "steps", true, "steps of a turn, at least (default: 3)");
    options.addOption(null, "seconds", true, "a turn lasts, at least (default: 2)");
    options.addOption(null, "warm-up", true, "steps before the first that counts (default: 3)");
    options.addOption(null, "python", true, "a Python with tensorflow (default: python3)");
    options.addOption(null, "out", true, "write a page, for instance docs/bench.md");
    options.addOption(null, "json", true, "write the raw numbers");
    options.addOption("h", "help", false, "list the flags and the workloads");
    return options;
  }

  /**
   * @throws IllegalArgumentException if a flag is unknown or its value wrong
   */
  static BenchFlags parse(String[] arguments) {
    CommandLine line;
    try {
      line =
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .build()
              .parse(options(), arguments);
    } catch (ParseException e) {
      throw new IllegalArgumentException(e.getMessage() + "; --help lists the flags", e);
    }
    if (!line.getArgList().isEmpty()) {
      throw new IllegalArgumentException(
          "expected flags only, found '" + line.getArgList().get(0) + "'; --help lists them");
    }
    return new BenchFlags(
        line.hasOption("help"),
        names(line, "only"),
        names(line, "contenders"),
        new Competitor.Plan(
            (int) number(line, "rounds", 5, 1, 10_000),
            (int) number(line, "steps", 3, 1, 10_000),
            (int) number(line, "warm-up", 3, 1, 10_000),
            number(line, "seconds", 2, 0, 3_600)),
        path(line, "python"),
        path(line, "out"),
        path(line, "json"));
  }

  private static List<String> names(CommandLine line, String flag) {
    String value = line.getOptionValue(flag);
    return value == null ? List.of() : List.of(value.split(",", -1));
  }

  private static Optional<Path> path(CommandLine line, String flag) {
    return Optional.ofNullable(line.getOptionValue(flag)).map(Path::of);
  }

  private static double number(CommandLine line, String flag, long normal, long least, long most) {
    String value = line.getOptionValue(flag);
    if (value == null) {
      return normal;
    }
    try {
      long found = Long.parseLong(value);
      if (found >= least && found <= most) {
        return found;
      }
    } catch (NumberFormatException e) {
      // The same error as for a number out of range.
    }
    throw new IllegalArgumentException(
        "--" + flag + " must be a whole number from " + least + " to " + most + ", found " + value);
  }
}
