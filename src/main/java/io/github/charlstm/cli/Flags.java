package io.github.charlstm.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;

/** The flags of a parsed command line, as values; a bad one is named in the error. */
final class Flags {
  /** Flags that may be given several times. */
  static final String MAP = "map";

  static final String CELL = "cell";
  private static final Set<String> REPEATABLE = Set.of(MAP, CELL);

  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final List<String> words;
  private final Optional<ConfigFile> config;

  Flags(CommandLine line) {
    this(line, Optional.empty());
  }

  /** What the command line says, and what a file says of the flags that it leaves out. */
  Flags(CommandLine line, Optional<ConfigFile> config) {
    this.words = line.getArgList();
    this.config = config;
    for (Option option : line.getOptions()) {
      String name = option.getLongOpt();
      if (values.containsKey(name) && !isRepeatable(name)) {
        throw new UsageException("--" + name + " is given twice");
      }
      values.computeIfAbsent(name, key -> new ArrayList<>()).addAll(option.getValuesList());
    }
    config.ifPresent(file -> file.values().forEach(values::putIfAbsent));
  }

  /** Names of the flags that may be given several times. */
  static Set<String> repeatable() {
    return REPEATABLE;
  }

  static boolean isRepeatable(String flag) {
    return REPEATABLE.contains(flag);
  }

  /** The words that are no flags. */
  List<String> words() {
    return words;
  }

  /** The flags that are given, with their values; none for switches. */
  Map<String, List<String>> values() {
    return Collections.unmodifiableMap(values);
  }

  /** The file that gave flags. */
  Optional<ConfigFile> config() {
    return config;
  }

  boolean has(String flag) {
    return values.containsKey(flag);
  }

  Optional<String> text(String flag) {
    return all(flag).stream().findFirst();
  }

  /** Every value of a flag that may be repeated. */
  List<String> all(String flag) {
    return values.getOrDefault(flag, List.of());
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
      throw new UsageException(refusal(flag, value, "a path"));
    }
    throw new UsageException(refusal(flag, value, "a path"));
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
    Optional<String> text = text(flag);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    String given = text.get();
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

  private UsageException bad(String flag, String given, String allowed) {
    String place = config.filter(file -> file.gave(flag, this)).map(ConfigFile::place).orElse("");
    return new UsageException(place + refusal(flag, given, allowed));
  }

  private static String refusal(String flag, String given, String allowed) {
    return "--" + flag + ": expected " + allowed + ", found '" + given + "'";
  }
}
