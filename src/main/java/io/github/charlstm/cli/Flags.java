package io.github.charlstm.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;

/** The flags of a parsed command line, as values; a bad one is named in the error. */
final class Flags {
  /** The one flag that may be given several times. */
  static final String MAP = "map";

  private final CommandLine line;

  Flags(CommandLine line) {
    this.line = line;
    Set<String> seen = new HashSet<>();
    for (Option option : line.getOptions()) {
      if (!seen.add(option.getLongOpt()) && !MAP.equals(option.getLongOpt())) {
        throw new UsageException("--" + option.getLongOpt() + " is given twice");
      }
    }
  }

  /** The words that are no flags. */
  List<String> words() {
    return line.getArgList();
  }

  boolean has(String flag) {
    return line.hasOption(flag);
  }

  Optional<String> text(String flag) {
    return Optional.ofNullable(line.getOptionValue(flag));
  }

  /** Every value of a flag that may be repeated. */
  List<String> all(String flag) {
    String[] values = line.getOptionValues(flag);
    return values == null ? List.of() : List.of(values);
  }

  Optional<Path> path(String flag) {
    return text(flag).map(value -> asPath(flag, value));
  }

  /** A flag's value that is a path. */
  static Path asPath(String flag, String value) {
    try {
      if (!value.isEmpty()) {
        return Path.of(value);
      }
    } catch (InvalidPathException e) {
      throw bad(flag, value, "a path");
    }
    throw bad(flag, value, "a path");
  }

  /** A word that is a path. */
  static Path wordAsPath(String word) {
    try {
      return Path.of(word);
    } catch (InvalidPathException e) {
      throw new UsageException("expected a path, found '" + word + "'");
    }
  }

  /** A whole number in a range, both ends included. */
  OptionalInt integer(String flag, int least, int most) {
    OptionalLong value = longInteger(flag, least, most);
    return value.isPresent()
        ? OptionalInt.of(Math.toIntExact(value.getAsLong()))
        : OptionalInt.empty();
  }

  /** A whole number in a range, both ends included. */
  OptionalLong longInteger(String flag, long least, long most) {
    String given = line.getOptionValue(flag);
    if (given == null) {
      return OptionalLong.empty();
    }
    String allowed = "a whole number from " + least + " to " + most;
    try {
      long value = Long.parseLong(given);
      if (value < least || value > most) {
        throw bad(flag, given, allowed);
      }
      return OptionalLong.of(value);
    } catch (NumberFormatException e) {
      throw bad(flag, given, allowed);
    }
  }

  /** A finite number that holds a condition. */
  Optional<Double> number(String flag, DoublePredicate holds, String allowed) {
    return text(flag)
        .map(
            given -> {
              try {
                double value = Double.parseDouble(given);
                if (Double.isFinite((float) value) && holds.test(value)) {
                  return value;
                }
              } catch (NumberFormatException e) {
                throw bad(flag, given, allowed);
              }
              throw bad(flag, given, allowed);
            });
  }

  /** One of a few words; the flag must be given. */
  String oneOf(String flag, List<String> allowed) {
    if (!has(flag)) {
      throw new UsageException("--" + flag + ": name one of " + String.join(", ", allowed));
    }
    return oneOf(flag, allowed, null);
  }

  /** One of a few words, or the default. */
  String oneOf(String flag, List<String> allowed, String otherwise) {
    String given = text(flag).orElse(otherwise);
    if (!allowed.contains(given)) {
      throw bad(flag, given, "one of " + String.join(", ", allowed));
    }
    return given;
  }

  private static UsageException bad(String flag, String given, String allowed) {
    return new UsageException("--" + flag + ": expected " + allowed + ", found '" + given + "'");
  }
}
