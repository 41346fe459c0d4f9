package io.github.charlstm.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Set;

/** The file format of a {@link Vocabulary}; everything unexpected is refused. */
final class VocabularyJson {

  private static final String FORMAT = "charlstm-vocabulary";
  private static final int VERSION = 1;
  private static final Set<String> KEYS = Set.of("format", "version", "symbols");

  private VocabularyJson() {}

  static String write(int[] symbols) {
    ObjectNode root = mapper().createObjectNode().put("format", FORMAT).put("version", VERSION);
    ArrayNode array = root.putArray("symbols");
    for (int symbol : symbols) {
      array.add(Character.toString(symbol));
    }
    return root.toString();
  }

  static int[] read(String json, String sourceName) {
    JsonNode root = parse(json, sourceName);
    require(root.isObject(), sourceName, "expected a JSON object, found " + describe(root));
    JsonNode format = root.path("format");
    require(
        format.isTextual() && format.textValue().equals(FORMAT),
        sourceName,
        "expected \"format\" to be \"" + FORMAT + "\", found " + describe(format));
    checkVersion(root.path("version"), sourceName);
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      require(
          KEYS.contains(name),
          sourceName,
          "unknown key \"" + name + "\", allowed are format, version and symbols");
    }
    return symbols(root.path("symbols"), sourceName);
  }

  private static JsonNode parse(String json, String sourceName) {
    try {
      return mapper().readTree(json);
    } catch (JsonProcessingException failure) {
      String place =
          failure.getLocation() == null
              ? ""
              : String.format(
                  " (line %d, column %d)",
                  failure.getLocation().getLineNr(), failure.getLocation().getColumnNr());
      throw new InvalidDataException(
          sourceName
              + " is not a vocabulary: broken JSON"
              + place
              + ": "
              + FileFailures.oneLine(failure.getOriginalMessage()),
          failure);
    }
  }

  // The version is judged before the keys, since a newer version may well have other keys.
  private static void checkVersion(JsonNode version, String sourceName) {
    require(
        version.isIntegralNumber() && version.bigIntegerValue().signum() > 0,
        sourceName,
        "expected \"version\" to be a whole number from 1, found " + describe(version));
    if (!version.canConvertToInt() || version.intValue() > VERSION) {
      throw new InvalidDataException(
          String.format(
              "%s is a vocabulary of version %s, this program reads up to version %d; use a newer"
                  + " charlstm",
              sourceName, version.asText(), VERSION));
    }
  }

  private static int[] symbols(JsonNode array, String sourceName) {
    require(
        array.isArray() && !array.isEmpty(),
        sourceName,
        "expected \"symbols\" to be a list of at least one character, found " + describe(array));
    int[] symbols = new int[array.size()];
    for (int i = 0; i < symbols.length; i++) {
      JsonNode element = array.get(i);
      require(
          isOneCharacter(element),
          sourceName,
          "expected symbol " + i + " (from 0) to be one character, found " + describe(element));
      symbols[i] = element.textValue().codePointAt(0);
      if (i > 0 && symbols[i] <= symbols[i - 1]) {
        throw new InvalidDataException(
            String.format(
                "%s is not a vocabulary: symbols must ascend by code point, but symbol %d (from 0),"
                    + " %s, follows %s",
                sourceName,
                i,
                Characters.describe(symbols[i]),
                Characters.describe(symbols[i - 1])));
      }
    }
    return symbols;
  }

  private static boolean isOneCharacter(JsonNode element) {
    if (!element.isTextual()) {
      return false;
    }
    String text = element.textValue();
    return !text.isEmpty()
        && text.codePointCount(0, text.length()) == 1
        && !Characters.isLoneSurrogate(text.codePointAt(0));
  }

  private static String describe(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    String text = node.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  private static void require(boolean holds, String sourceName, String complaint) {
    if (!holds) {
      throw new InvalidDataException(sourceName + " is not a vocabulary: " + complaint);
    }
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
