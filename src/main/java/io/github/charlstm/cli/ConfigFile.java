package io.github.charlstm.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A file of {@code --config}: one JSON object whose names are flags without dashes. A switch is
 * true or false, a flag that may be repeated a list of texts, any other flag a text or a number.
 */
final class ConfigFile {
  static final Flag<Path> FLAG =
      Flag.path("config", "a JSON file of flags; those of the command line come first");
  private static final int LONGEST_VALUE = 40;
  private static final JsonFactory PARSERS =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path path;
  private final String command;
  private final List<Flag<?>> flags;
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private ConfigFile(Path path, String command, List<Flag<?>> flags) {
    this.path = path;
    this.command = command;
    this.flags = flags;
  }

  /** Reads a file for a command with these flags; a UsageException names the file and the line. */
  static ConfigFile read(Path path, String command, List<Flag<?>> flags) {
    ConfigFile file = new ConfigFile(path, command, flags);
    try (JsonParser parser = PARSERS.createParser(new StringReader(text(path)))) {
      file.readObject(parser);
    } catch (JsonParseException e) {
      throw file.bad(e.getLocation(), reason(e.getOriginalMessage()));
    } catch (IOException e) {
      throw unreadable(path, FileFailures.reason(e));
    }
    return file;
  }

  Path path() {
    return path;
  }

  /** Its flags with their values; switches have none, and those that are off are left out. */
  Map<String, List<String>> values() {
    return values;
  }

  /** Whether a flag's value comes from this file, not from the command line. */
  boolean gave(String flag, Flags parsed) {
    return values.containsKey(flag) && parsed.values().get(flag) == values.get(flag);
  }

  /** One line that says where each value comes from: command line, file, or the command. */
  String sources(Flags parsed, Command of) {
    String overridden =
        values.keySet().stream()
            .filter(flag -> !gave(flag, parsed))
            .map(flag -> "--" + flag)
            .collect(Collectors.joining(", "));
    return "from the command line: "
        + shown(parsed, flag -> mayHold(flag) && !gave(flag, parsed))
        + "; from "
        + path
        + ": "
        + shown(parsed, flag -> gave(flag, parsed))
        + (overridden.isEmpty() ? "" : " (not " + overridden + ", given on the command line)")
        + "; "
        + of.defaultsNote(parsed);
  }

  private static String shown(Flags parsed, Predicate<String> wanted) {
    String shown =
        parsed.values().entrySet().stream()
            .filter(flag -> wanted.test(flag.getKey()))
            .map(
                flag ->
                    flag.getValue().stream()
                        .map(value -> " " + shortened(value))
                        .collect(Collectors.joining("", "--" + flag.getKey(), "")))
            .collect(Collectors.joining(", "));
    return shown.isEmpty() ? "nothing" : shown;
  }

  private static String shortened(String value) {
    String line = value.replaceAll("\\p{Cntrl}", " ");
    int length = line.codePointCount(0, line.length());
    return length <= LONGEST_VALUE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_VALUE)) + "...";
  }

  private static boolean mayHold(String flag) {
    return !flag.equals(FLAG.name()) && Flags.named(flag, Flags.COMMON).isEmpty();
  }

  private void readObject(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw bad(parser, "expected an object, such as {\"steps\": 500}");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Flag<?> flag = flag(parser, parser.currentName());
      parser.nextToken();
      read(parser, flag).ifPresent(found -> values.put(flag.name(), found));
    }
    if (parser.nextToken() != null) {
      throw bad(parser, "expected nothing after the object");
    }
  }

  private Flag<?> flag(JsonParser parser, String name) {
    if (!mayHold(name)) {
      throw bad(parser, "\"" + name + "\" belongs on the command line, as --" + name);
    }
    if (name.startsWith("-")) {
      throw bad(parser, "\"" + name + "\": names have no dashes in front here");
    }
    Optional<Flag<?>> flag = Flags.named(name, flags);
    if (flag.isPresent()) {
      return flag.get();
    }
    String meant = name.replace('_', '-');
    String reason =
        Flags.named(meant, flags).isPresent()
            ? "charlstm %s calls \"%s\" \"%s\""
            : "charlstm %s has no flag \"%s\"; see charlstm %1$s %4$s";
    throw bad(parser, String.format(Locale.ROOT, reason, command, name, meant, Flags.HELP));
  }

  private Optional<List<String>> read(JsonParser parser, Flag<?> flag) throws IOException {
    JsonToken token = parser.currentToken();
    if (flag.isSwitch()) {
      if (!token.isBoolean()) {
        throw wrong(parser, flag, "true or false");
      }
      return token == JsonToken.VALUE_TRUE ? Optional.of(List.of()) : Optional.empty();
    }
    if (token == JsonToken.START_ARRAY && flag.isRepeatable()) {
      List<String> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(parser, flag));
      }
      return Optional.of(list).filter(some -> !some.isEmpty());
    }
    return Optional.of(List.of(value(parser, flag)));
  }

  private String value(JsonParser parser, Flag<?> flag) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
      return parser.getText();
    }
    throw wrong(
        parser, flag, flag.isRepeatable() ? "a text or a list of texts" : "a text or a number");
  }

  private UsageException wrong(JsonParser parser, Flag<?> flag, String expected) {
    String found =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY, END_ARRAY -> "a list";
          case VALUE_NULL -> "null";
          case VALUE_TRUE, VALUE_FALSE -> "true or false";
          case VALUE_STRING -> "a text";
          default -> "a number";
        };
    return bad(parser, "\"" + flag.name() + "\": expected " + expected + ", found " + found);
  }

  private UsageException bad(JsonParser parser, String reason) {
    return bad(parser.currentTokenLocation(), reason);
  }

  private UsageException bad(JsonLocation location, String reason) {
    return new UsageException(path + ", line " + location.getLineNr() + ": " + reason);
  }

  private static UsageException unreadable(Path path, String reason) {
    return new UsageException(FLAG + ": cannot read " + path + ": " + reason);
  }

  // Jackson puts the place on a second line, and its own configuration in brackets.
  private static String reason(String message) {
    String duplicate = "Duplicate field ";
    if (message.startsWith(duplicate)) {
      String name = message.substring(duplicate.length()).replace('\'', '"');
      return name + " is there twice";
    }
    return "no JSON: " + message.lines().findFirst().orElse("").replaceAll(" \\(.*", "");
  }

  private static String text(Path path) {
    if (Files.isDirectory(path)) {
      throw unreadable(path, "it is a folder");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
          .toString()
          .replaceFirst("^\\uFEFF", "");
    } catch (CharacterCodingException e) {
      throw unreadable(path, "it is not UTF-8");
    } catch (IOException e) {
      throw unreadable(path, FileFailures.reason(e));
    }
  }
}
