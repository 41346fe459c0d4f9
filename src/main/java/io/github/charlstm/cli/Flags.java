package io.github.charlstm.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The values of a command's flags: from the command line first, then from a config file. */
final class Flags {
  static final Flag<Boolean> QUIET =
      Flag.toggle("quiet", "no notes and no progress: results and errors only");
  static final Flag<Boolean> JSON = Flag.toggle("json", "print JSON: see docs/json.md");
  static final Flag<Boolean> VERBOSE =
      Flag.toggle("verbose", "TensorFlow's own messages, and stack traces of errors");
  static final Flag<Boolean> HELP = Flag.toggle("help", "this text");
  static final String SHORT_HELP = "h";

  /** The flags of every command. A config file holds neither them nor {@link ConfigFile#FLAG}. */
  static final List<Flag<?>> COMMON = List.of(QUIET, JSON, VERBOSE, HELP);

  private final Command command;
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final List<Flag<?>> declared;
  private final List<String> words;
  private final Optional<ConfigFile> config;

  private Flags(Command command, List<Flag<?>> declared, CommandLine line) {
    this.command = command;
    this.declared = declared;
    this.words = line.getArgList();
    for (Option option : line.getOptions()) {
      Flag<?> flag = named(option.getLongOpt(), declared).orElseThrow();
      if (has(flag) && !flag.isRepeatable()) {
        throw new UsageException(flag + " is given twice");
      }
      values.computeIfAbsent(flag.name(), key -> new ArrayList<>()).addAll(option.getValuesList());
    }
    config =
        Optional.ofNullable(values.get(ConfigFile.FLAG.name()))
            .map(ConfigFile.FLAG::parse)
            .map(path -> ConfigFile.read(path, command.name(), declared));
    config.ifPresent(file -> file.values().forEach(values::putIfAbsent));
  }

  /** All flags of a command: its own, then those of every command. */
  static List<Flag<?>> of(Command command) {
    List<Flag<?>> own = command.flags();
    return join(own, own.isEmpty() ? own : List.of(ConfigFile.FLAG), COMMON);
  }

  @SafeVarargs
  static List<Flag<?>> join(List<Flag<?>>... lists) {
    List<Flag<?>> all = new ArrayList<>();
    for (List<Flag<?>> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  static Optional<Flag<?>> named(String name, List<Flag<?>> flags) {
    return flags.stream().filter(flag -> flag.name().equals(name)).findFirst();
  }

  /**
   * Reads a command line, and the file of its {@code --config}. Values are not checked yet.
   *
   * @throws UsageException if it has a flag that the command has not, or one without its value
   */
  static Flags parse(Command command, String... line) {
    List<Flag<?>> declared = of(command);
    try {
      // A value's own quotation marks are part of it.
      return new Flags(
          command,
          declared,
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .setStripLeadingAndTrailingQuotes(false)
              .build()
              .parse(options(declared), line));
    } catch (UnrecognizedOptionException e) {
      throw new UsageException(
          "charlstm %s has no flag %s; see charlstm %1$s %s", command.name(), e.getOption(), HELP);
    } catch (MissingArgumentException e) {
      throw new UsageException("--" + e.getOption().getLongOpt() + " needs a value");
    } catch (ParseException e) {
      throw new UsageException(e.getMessage());
    }
  }

  static Options options(List<Flag<?>> flags) {
    Options options = new Options();
    for (Flag<?> flag : flags) {
      String shortName = flag == HELP ? SHORT_HELP : null;
      options.addOption(shortName, flag.name(), !flag.isSwitch(), flag.help());
    }
    return options;
  }

  /** The words of the command line that are neither flags nor their values. */
  List<String> words() {
    return words;
  }

  /** The error for {@link #words} that the command does not take. */
  UsageException unexpectedWords(String expected) {
    return new UsageException(
        "charlstm %s: expected %s, found %s",
        command.name(), expected, words.isEmpty() ? "none" : "'" + String.join(" ", words) + "'");
  }

  /** The flags that are given, with their values as typed; none for switches. */
  Map<String, List<String>> values() {
    return Collections.unmodifiableMap(values);
  }

  Optional<ConfigFile> config() {
    return config;
  }

  /** Whether a flag is given; a switch that is off in the config file is not. */
  boolean has(Flag<?> flag) {
    return values.containsKey(flag.name());
  }

  /** The flag's value if it is given, without its default. */
  <T> Optional<T> find(Flag<T> flag) {
    if (!has(flag)) {
      return Optional.empty();
    }
    try {
      return Optional.of(flag.parse(values.get(flag.name())));
    } catch (UsageException e) {
      throw config
          .filter(file -> file.gave(flag.name(), this))
          .map(file -> new UsageException(file.path() + ": " + e.getMessage()))
          .orElse(e);
    }
  }

  /** The flag's value, or its default; a UsageException if it has neither. */
  <T> T get(Flag<T> flag) {
    return find(flag).or(flag::fallback).orElseThrow(flag::missing);
  }

  /** The flag's value, or another if it is not given. */
  <T> T get(Flag<T> flag, T otherwise) {
    return find(flag).orElse(otherwise);
  }

  /** Checks every value that is given; a UsageException names the first that is not allowed. */
  void check() {
    declared.forEach(this::find);
  }
}
