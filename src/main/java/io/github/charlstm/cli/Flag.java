package io.github.charlstm.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A flag of a command. Parsing, {@code --help}, config files, shell completion and the errors for
 * bad values all follow from this declaration.
 */
final class Flag<T> {
  /** What shells complete after a flag that takes a value. */
  enum Completion {
    NOTHING,
    FILES,
    DATA_SETS_AND_FILES
  }

  // A setting in a message, see inMessage().
  private static final Pattern SETTING = Pattern.compile("`([a-z][a-z0-9_]*)`");

  private final String name;
  private final Function<List<String>, T> parser;
  private String help;
  private boolean isSwitch;
  private boolean repeatable;
  private boolean closed; // whether the choices are all that the parser takes
  private List<String> choices = List.of();
  private Completion completion = Completion.NOTHING;
  private Function<T, String> writer = String::valueOf;
  private T fallback;

  private Flag(String name, String help, Function<List<String>, T> parser) {
    this.name = name;
    this.help = help;
    this.parser = parser;
  }

  private Flag<T> with(Consumer<Flag<T>> change) {
    Flag<T> flag = map(Function.identity());
    flag.isSwitch = isSwitch;
    flag.repeatable = repeatable;
    flag.writer = writer;
    flag.fallback = fallback;
    change.accept(flag);
    return flag;
  }

  /** A flag without a value: true if it is given. */
  static Flag<Boolean> toggle(String name, String help) {
    Flag<Boolean> flag = new Flag<>(name, help, values -> true);
    flag.isSwitch = true;
    flag.fallback = false;
    return flag;
  }

  static Flag<String> text(String name, String help) {
    return of(name, value -> value, help);
  }

  static Flag<Path> path(String name, String help) {
    Flag<Path> flag = of(name, Flag::parsePath, help);
    flag.completion = Completion.FILES;
    return flag;
  }

  /** A text file, or the name of a data set that is a text. */
  static Flag<String> textSource(String name, String help) {
    Flag<String> flag = of(name, Flag::parseTextSource, help);
    flag.completion = Completion.DATA_SETS_AND_FILES;
    return flag;
  }

  /** As {@link #textSource}, given once or several times; empty if it is not given. */
  static Flag<List<String>> textSources(String name, String help) {
    Flag<List<String>> flag =
        repeatable(name, values -> values.stream().map(Flag::parseTextSource).toList(), help);
    flag.completion = Completion.DATA_SETS_AND_FILES;
    return flag;
  }

  private static String parseTextSource(String value) {
    if (value.isEmpty()) {
      throw expected("a text file or a data set's name", value);
    }
    parsePath(value);
    return value;
  }

  /** A whole number, both bounds included. */
  static Flag<Long> integer(String name, long least, long most, String help) {
    String range = "a whole number from " + least + " to " + most;
    return number(name, Long::parseLong, n -> n >= least && n <= most, range, help);
  }

  static Flag<Integer> integer(String name, int least, int most, String help) {
    return integer(name, (long) least, (long) most, help).map(Math::toIntExact);
  }

  /** A number that is finite as a float; {@code range} says in words what {@code allowed} tests. */
  static Flag<Double> number(String name, DoublePredicate allowed, String range, String help) {
    return number(
        name,
        Double::parseDouble,
        n -> Float.isFinite(n.floatValue()) && allowed.test(n),
        range,
        help);
  }

  private static <N extends Number> Flag<N> number(
      String name, Function<String, N> parser, Predicate<N> allowed, String range, String help) {
    return of(
        name,
        value -> {
          try {
            N number = parser.apply(value);
            if (allowed.test(number)) {
              return number;
            }
          } catch (NumberFormatException e) {
            // the error below is for both
          }
          throw expected(range, value);
        },
        help);
  }

  /** One of a few values, each written as a word. */
  static <T> Flag<T> oneOf(String name, List<T> values, Function<T, String> word, String help) {
    List<String> words = values.stream().map(word).toList();
    Flag<T> flag =
        of(
            name,
            value -> {
              if (!words.contains(value)) {
                throw expected("one of " + String.join(", ", words), value);
              }
              return values.get(words.indexOf(value));
            },
            help);
    flag.choices = words;
    flag.closed = true;
    flag.writer = word;
    return flag;
  }

  static Flag<String> oneOf(String name, List<String> words, String help) {
    return oneOf(name, words, word -> word, help);
  }

  /** The parser throws IllegalArgumentException, whose message follows the flag's name. */
  static <T> Flag<T> of(String name, Function<String, T> parser, String help) {
    return new Flag<>(name, help, values -> parser.apply(values.get(0)));
  }

  /** A flag that may be given several times, which parses all its values together. */
  static <T> Flag<T> repeatable(String name, Function<List<String>, T> parser, String help) {
    Flag<T> flag = new Flag<>(name, help, parser);
    flag.repeatable = true;
    flag.fallback = parser.apply(List.of());
    return flag;
  }

  /** The same flag with its value converted; it has no default. */
  <R> Flag<R> map(Function<T, R> function) {
    Flag<R> flag = new Flag<>(name, help, values -> function.apply(parser.apply(values)));
    flag.choices = choices;
    flag.closed = closed;
    flag.completion = completion;
    return flag;
  }

  /** The same flag with a default, which the help shows. */
  Flag<T> orElse(T value) {
    return with(flag -> flag.fallback = value);
  }

  /** The same flag with the help of another command. */
  Flag<T> help(String text) {
    return with(flag -> flag.help = text);
  }

  /** The same flag with words that shells complete; its parser may take others. */
  Flag<T> suggest(List<String> words) {
    return with(flag -> flag.choices = words);
  }

  /** Its name without dashes, as in config files. */
  String name() {
    return name;
  }

  /** What {@code --help} says of it: what it is for, its choices and its default. */
  String help() {
    String base = Optional.ofNullable(fallback).map(writer).orElse("");
    if (isSwitch || repeatable) {
      return help;
    } else if (!closed) {
      return base.isEmpty() ? help : help + " (default: " + base + ")";
    }
    String words =
        choices.stream()
            .map(word -> word.equals(base) ? word + " (default)" : word)
            .collect(Collectors.joining(", "));
    return help + ": " + words.replaceFirst(", ([^,]*)$", " or $1");
  }

  boolean isSwitch() {
    return isSwitch;
  }

  boolean isRepeatable() {
    return repeatable;
  }

  /** Words that shells complete; empty if its value may be anything. */
  List<String> choices() {
    return choices;
  }

  Completion completion() {
    return completion;
  }

  /** The error for a flag without a default that is not given. */
  UsageException missing() {
    String wanted = closed ? "expected one of " + String.join(", ", choices) : help;
    return new UsageException(this + " is missing: " + wanted);
  }

  Optional<T> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** Parses the values as they are typed; at least one, unless this is a switch. */
  T parse(List<String> values) {
    try {
      return parser.apply(values);
    } catch (IllegalArgumentException e) {
      throw new UsageException(this + ": " + e.getMessage());
    }
  }

  /** The words of a command line that set it; none for a switch that is off. */
  List<String> words(Object value) {
    String text = value.toString();
    if (isSwitch) {
      return Boolean.parseBoolean(text) ? List.of(toString()) : List.of();
    }
    return List.of(toString(), text);
  }

  /** Turns settings, values by their names, into the words of a command line. */
  static List<String> words(Map<String, String> settings, List<Flag<?>> flags) {
    return settings.entrySet().stream()
        .flatMap(
            setting ->
                ofSetting(setting.getKey(), flags)
                    .orElseThrow(() -> new IllegalStateException("no flag for " + setting))
                    .words(setting.getValue())
                    .stream())
        .toList();
  }

  private static Optional<Flag<?>> ofSetting(String setting, List<Flag<?>> flags) {
    return Flags.named(setting.replace('_', '-'), flags);
  }

  /** As on a command line, with dashes. */
  @Override
  public String toString() {
    return "--" + name;
  }

  /**
   * A message of another package, as a user of the command line reads it. Other packages do not
   * know flags: they write a setting's name between backticks, as in "lower `batch_size`". It
   * becomes the flag of this setting if there is one, and stays without the backticks otherwise.
   */
  static String inMessage(String message, List<Flag<?>> flags) {
    return SETTING
        .matcher(message)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    ofSetting(found.group(1), flags).map(Flag::toString).orElse(found.group(1))));
  }

  /** A path; throws {@link #expected} if it is none. */
  static Path parsePath(String value) {
    if (value.matches("(?i)(https?|ftp|file)://.*")) {
      throw expected("a path (download the file and give its path)", value);
    }
    try {
      if (!value.isEmpty()) {
        return Path.of(value);
      }
    } catch (InvalidPathException e) {
      // the error below is for both
    }
    throw expected("a path", value);
  }

  /** The error for a value that is not allowed. */
  static IllegalArgumentException expected(String allowed, String found) {
    return new IllegalArgumentException("expected " + allowed + ", found '" + found + "'");
  }
}
