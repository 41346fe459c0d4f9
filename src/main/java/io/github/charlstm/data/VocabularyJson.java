package io.github.charlstm.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The file format of a {@link Vocabulary}; everything unexpected is an error. Version 1 has
 * ascending characters. Version 2 has a kind: words or characters, both with the unknown first, or
 * ordered, characters in a given order.
 */
final class VocabularyJson {
  private static final String FORMAT = "charlstm-vocabulary";
  private static final int NEWEST_VERSION = 2;
  private static final String CHARACTERS = "characters";
  private static final String WORDS = "words";
  private static final String ORDERED = "ordered";
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String sourceName;

  private VocabularyJson(String sourceName) {
    this.sourceName = sourceName;
  }

  static String write(Vocabulary vocabulary) {
    ObjectNode root = MAPPER.createObjectNode().put("format", FORMAT);
    if (vocabulary instanceof CharacterVocabulary characters && characters.isAscending()) {
      root.put("version", 1);
    } else {
      root.put("version", 2).put("kind", kind(vocabulary));
    }
    vocabulary.symbols().forEach(root.putArray("symbols")::add);
    return root.toString();
  }

  private static String kind(Vocabulary vocabulary) {
    if (vocabulary instanceof WordVocabulary) {
      return WORDS;
    }
    return vocabulary.unknown().isPresent() ? CHARACTERS : ORDERED;
  }

  static Vocabulary read(String json, String sourceName) {
    return new VocabularyJson(sourceName).read(json);
  }

  private Vocabulary read(String json) {
    JsonNode root = parse(json);
    require(root.isObject(), "expected a JSON object, found " + describe(root));
    JsonNode format = root.path("format");
    require(
        format.isTextual() && format.textValue().equals(FORMAT),
        "expected \"format\" to be \"" + FORMAT + "\", found " + describe(format));
    checkVersion(root.path("version"));
    JsonNode symbols = root.path("symbols");
    if (root.path("version").intValue() == 1) {
      checkKeys(root, List.of("format", "version", "symbols"));
      return ascending(symbols);
    }
    checkKeys(root, List.of("format", "version", "kind", "symbols"));
    JsonNode kind = root.path("kind");
    return switch (kind.isTextual() ? kind.textValue() : "") {
      case ORDERED -> ordered(symbols);
      case CHARACTERS -> CharacterVocabulary.ofDistinct(afterUnknown(symbols, false), true);
      case WORDS -> {
        List<String> all = new ArrayList<>(List.of(Vocabulary.UNKNOWN));
        all.addAll(afterUnknown(symbols, true));
        yield WordVocabulary.ofSymbols(all);
      }
      default ->
          throw invalid(
              "expected \"kind\" to be \"characters\", \"words\" or \"ordered\", found "
                  + describe(kind));
    };
  }

  private JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException failure) {
      String place =
          failure.getLocation() == null
              ? ""
              : String.format(
                  " (line %s, column %s)",
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

  // Before the keys, since a newer version may have others.
  private void checkVersion(JsonNode version) {
    require(
        version.isIntegralNumber() && version.bigIntegerValue().signum() > 0,
        "expected \"version\" to be a whole number from 1, found " + describe(version));
    if (!version.canConvertToInt() || version.intValue() > NEWEST_VERSION) {
      throw InvalidDataException.of(
          "%s is a vocabulary of version %s, this program reads up to version %s; use a newer"
              + " charlstm",
          sourceName, version.asText(), NEWEST_VERSION);
    }
  }

  private void checkKeys(JsonNode root, List<String> allowed) {
    int last = allowed.size() - 1;
    String list = String.join(", ", allowed.subList(0, last)) + " and " + allowed.get(last);
    root.fieldNames()
        .forEachRemaining(
            name ->
                require(
                    allowed.contains(name), "unknown key \"" + name + "\", allowed are " + list));
  }

  private Vocabulary ascending(JsonNode array) {
    List<String> symbols = characters(array);
    for (int number = 1; number < symbols.size(); number++) {
      int before = symbols.get(number - 1).codePointAt(0);
      int symbol = symbols.get(number).codePointAt(0);
      require(
          symbol > before,
          String.format(
              "symbols must ascend by code point, but symbol %s (from 0), %s, follows %s",
              number, Characters.describe(symbol), Characters.describe(before)));
    }
    return CharacterVocabulary.ofDistinct(symbols, false);
  }

  private Vocabulary ordered(JsonNode array) {
    try {
      return Vocabulary.inOrder(characters(array));
    } catch (InvalidDataException e) {
      throw new InvalidDataException(sourceName + " is not a vocabulary: " + e.getMessage(), e);
    }
  }

  private List<String> characters(JsonNode array) {
    require(
        array.isArray() && !array.isEmpty(),
        "expected \"symbols\" to be a list of at least one character, found " + describe(array));
    List<String> symbols = new ArrayList<>();
    for (JsonNode element : array) {
      symbols.add(symbol(element, symbols.size(), false));
    }
    return symbols;
  }

  private List<String> afterUnknown(JsonNode array, boolean words) {
    require(
        array.isArray() && array.path(0).asText().equals(Vocabulary.UNKNOWN),
        "expected \"symbols\" to be a list that starts with \"unknown\", found " + describe(array));
    Set<String> symbols = new LinkedHashSet<>();
    for (int number = 1; number < array.size(); number++) {
      JsonNode element = array.get(number);
      require(
          symbols.add(symbol(element, number, words)),
          "symbol " + number + " (from 0), " + describe(element) + ", was there before");
    }
    return List.copyOf(symbols);
  }

  private String symbol(JsonNode element, int number, boolean word) {
    String text = element.isTextual() ? element.textValue() : "";
    require(
        word ? WordVocabulary.isWord(text) : Characters.isOneCharacter(text),
        String.format(
            "expected symbol %s (from 0) to be one %s, found %s",
            number, word ? "word" : "character", describe(element)));
    return text;
  }

  private static String describe(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    String text = node.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      throw invalid(complaint);
    }
  }

  private InvalidDataException invalid(String complaint) {
    return new InvalidDataException(sourceName + " is not a vocabulary: " + complaint);
  }
}
