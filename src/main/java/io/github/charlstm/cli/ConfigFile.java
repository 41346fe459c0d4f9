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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * A file of {@code --config}: one JSON object whose names are flags without dashes. A switch is
 * true or false, any other flag a text or a number, a flag that may be repeated a list of texts.
 */
final class ConfigFile {
  static final String NAME = "config";
  private static final Set<String> NOT_HERE = Set.of(NAME, "help", "verbose", "quiet", "json");
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path path;
  private final String command;
  private final Options options;
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private ConfigFile(Path path, String command, Options options) {
    this.path = path;
    this.command = command;
    this.options = options;
  }

  /**
   * @param command whose flags they are
   * @throws UsageException if the file cannot be read or says something that is no flag's; it names
   *     the file and the line
   */
  static ConfigFile read(Path path, String command, Options options) {
    ConfigFile file = new ConfigFile(path, command, options);
    try (JsonParser parser = JSON.createParser(new StringReader(text(path)))) {
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

  /**
   * Its flags, with their values; switches that are on have none, those that are off are left out.
   */
  Map<String, List<String>> values() {
    return values;
  }

  /** Whether a flag's value comes from here, not from the command line before. */
  boolean gave(String flag, Flags flags) {
    return values.containsKey(flag) && flags.values().get(flag) == values.get(flag);
  }

  /** How errors about its values begin. */
  String place() {
    return path + ": ";
  }

  private void readObject(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw bad(parser, "expected an object, such as {\"steps\": 500}");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Option option = option(parser, parser.currentName());
      parser.nextToken();
      read(parser, option).ifPresent(found -> values.put(option.getLongOpt(), found));
    }
    if (parser.nextToken() != null) {
      throw bad(parser, "expected nothing after the object");
    }
  }

  private Option option(JsonParser parser, String name) {
    if (NOT_HERE.contains(name)) {
      throw bad(parser, "\"" + name + "\" belongs on the command line, as --" + name);
    }
    if (name.startsWith("-")) {
      throw bad(parser, "\"" + name + "\": names have no dashes in front here");
    }
    Option option = name.length() > 1 ? options.getOption(name) : null;
    String meant = name.replace('_', '-');
    if (option == null && options.hasLongOption(meant)) {
      throw bad(parser, "charlstm " + command + " calls \"" + name + "\" \"" + meant + "\"");
    }
    if (option == null) {
      throw bad(
          parser,
          "charlstm "
              + command
              + " has no flag \""
              + name
              + "\"; see charlstm "
              + command
              + " --help");
    }
    return option;
  }

  private Optional<List<String>> read(JsonParser parser, Option option) throws IOException {
    JsonToken token = parser.currentToken();
    if (!option.hasArg()) {
      if (!token.isBoolean()) {
        throw wrong(parser, option, "true or false");
      }
      return token == JsonToken.VALUE_TRUE ? Optional.of(List.of()) : Optional.empty();
    }
    if (token == JsonToken.START_ARRAY && Flags.isRepeatable(option.getLongOpt())) {
      List<String> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(parser, option));
      }
      return Optional.of(list).filter(some -> !some.isEmpty());
    }
    return Optional.of(List.of(value(parser, option)));
  }

  private String value(JsonParser parser, Option option) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
      return parser.getText();
    }
    boolean list = Flags.isRepeatable(option.getLongOpt());
    throw wrong(parser, option, list ? "a text or a list of texts" : "a text or a number");
  }

  private UsageException wrong(JsonParser parser, Option option, String expected) {
    String found =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY, END_ARRAY -> "a list";
          case VALUE_NULL -> "null";
          case VALUE_TRUE, VALUE_FALSE -> "true or false";
          case VALUE_STRING -> "a text";
          default -> "a number";
        };
    return bad(
        parser, "\"" + option.getLongOpt() + "\": expected " + expected + ", found " + found);
  }

  private UsageException bad(JsonParser parser, String reason) {
    return bad(parser.currentTokenLocation(), reason);
  }

  private UsageException bad(JsonLocation location, String reason) {
    return new UsageException(path + ", line " + location.getLineNr() + ": " + reason);
  }

  private static UsageException unreadable(Path path, String reason) {
    return new UsageException("--" + NAME + ": cannot read " + path + ": " + reason);
  }

  // Jackson says where in a second line, and how it was built in brackets.
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
