package io.github.charlstm.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the vocabulary of a model that another program trained. By the file's ending:
 *
 * <ul>
 *   <li>{@code .json}: ours; or a list of characters in the order of their numbers; or a map from
 *       character to number, or from number to character
 *   <li>{@code .pkl}, {@code .pickle}: a Python pickle, see {@link PickledVocabulary}
 *   <li>anything else: a text, whose distinct characters in order are the vocabulary (Python:
 *       {@code sorted(set(text))})
 * </ul>
 */
public final class VocabularyFile {
  private VocabularyFile() {}

  /**
   * Reads a file; a text is UTF-8.
   *
   * @param file its ending says its format, as above
   * @return its symbols, numbered
   * @throws InvalidDataException if it cannot be read or holds no vocabulary; the message names it
   */
  public static Vocabulary read(Path file) {
    return read(file, TextFormat.UTF_8);
  }

  /**
   * Reads a file.
   *
   * @param file its ending says its format, as above
   * @param format of a text; JSON is always UTF-8
   * @return its symbols, numbered
   * @throws InvalidDataException if it cannot be read or holds no vocabulary; the message names it
   */
  public static Vocabulary read(Path file, TextFormat format) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".pkl") || name.endsWith(".pickle")) {
      return PickledVocabulary.read(file);
    }
    if (!name.endsWith(".json")) {
      return Vocabulary.of(TextFile.load(file, format));
    }
    JsonNode root = parsed(TextFile.read(file), file);
    if (root.path("format").isTextual()) {
      return Vocabulary.readJson(file);
    }
    try {
      return Vocabulary.inOrder(root.isArray() ? list(root) : inverted(root));
    } catch (InvalidDataException e) {
      throw new InvalidDataException(file + " is not a vocabulary: " + e.getMessage(), e);
    }
  }

  private static JsonNode parsed(String text, Path file) {
    try {
      return JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidDataException(
          file
              + " is not a vocabulary: broken JSON: "
              + String.valueOf(e.getOriginalMessage()).replaceAll("\\s*\\R\\s*", " "),
          e);
    }
  }

  private static List<String> list(JsonNode array) {
    List<String> symbols = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw new InvalidDataException(
            "expected a list of characters, found " + element + " at number " + symbols.size());
      }
      symbols.add(element.textValue());
    }
    return symbols;
  }

  private static List<String> inverted(JsonNode map) {
    if (!map.isObject() || map.isEmpty()) {
      throw new InvalidDataException("expected a list of characters, or characters with numbers");
    }
    String[] symbols = new String[map.size()];
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      boolean numberFirst = entry.getValue().isTextual();
      String symbol = numberFirst ? entry.getValue().textValue() : entry.getKey();
      String number = numberFirst ? entry.getKey() : entry.getValue().asText();
      int index = number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : -1;
      if (index < 0 || index >= symbols.length || symbols[index] != null) {
        throw new InvalidDataException(
            String.format(
                "expected the numbers 0 to %s, each once, found %s for '%s'",
                symbols.length - 1, number, symbol));
      }
      symbols[index] = symbol;
    }
    return Arrays.asList(symbols);
  }
}
