package io.github.charlstm.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The file format of a {@link Vocabulary}; everything unexpected is refused. Version 1 holds
 * ascending characters. Version 2 names its kind: words or characters, whose first symbol is the
 * unknown, or ordered, characters in an order of their own.
 */
final class VocabularyJson {

  private static final String FORMAT = "charlstm-vocabulary";
  private static final int NEWEST_VERSION = 2;
  private static final String CHARACTERS = "characters";
  private static final String WORDS = "words";
  private static final String ORDERED = "ordered";

  private VocabularyJson() {}

  static String write(Vocabulary vocabulary) {
    ObjectNode root = mapper().createObjectNode().put("format", FORMAT);
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
    JsonNode root = parse(json, sourceName);
    require(root.isObject(), sourceName, "expected a JSON object, found " + describe(root));
    JsonNode format = root.path("format");
    require(
        format.isTextual() && format.textValue().equals(FORMAT),
        sourceName,
        "expected \"format\" to be \"" + FORMAT + "\", found " + describe(format));
    checkVersion(root.path("version"), sourceName);
    boolean hasKind = root.path("version").intValue() >= 2;
    checkKeys(
        root,
        hasKind
            ? List.of("format", "version", "kind", "symbols")
            : List.of("format", "version", "symbols"),
        sourceName);
    if (!hasKind) {
      return ascending(root.path("symbols"), sourceName);
    }
    JsonNode kind = root.path("kind");
    require(
        kind.isTextual() && Set.of(CHARACTERS, WORDS, ORDERED).contains(kind.textValue()),
        sourceName,
        "expected \"kind\" to be \"characters\", \"words\" or \"ordered\", found "
            + describe(kind));
    if (kind.textValue().equals(ORDERED)) {
      return ordered(root.path("symbols"), sourceName);
    }
    return withUnknown(root.path("symbols"), kind.textValue().equals(WORDS), sourceName);
  }

  private static void checkKeys(JsonNode root, List<String> allowed, String sourceName) {
    int last = allowed.size() - 1;
    String list = String.join(", ", allowed.subList(0, last)) + " and " + allowed.get(last);
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      require(
          allowed.contains(name), sourceName, "unknown key \"" + name + "\", allowed are " + list);
    }
  }

  private static JsonNode parse(String json, String sourceName) {
    try {
      return mapper().readTree(json);
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

  // The version is judged before the keys, since a newer version may well have other keys.
  private static void checkVersion(JsonNode version, String sourceName) {
    require(
        version.isIntegralNumber() && version.bigIntegerValue().signum() > 0,
        sourceName,
        "expected \"version\" to be a whole number from 1, found " + describe(version));
    if (!version.canConvertToInt() || version.intValue() > NEWEST_VERSION) {
      throw new InvalidDataException(
          String.format(
              "%s is a vocabulary of version %s, this program reads up to version %s; use a newer"
                  + " charlstm",
              sourceName, version.asText(), NEWEST_VERSION));
    }
  }

  private static Vocabulary ascending(JsonNode array, String sourceName) {
    require(
        array.isArray() && !array.isEmpty(),
        sourceName,
        "expected \"symbols\" to be a list of at least one character, found " + describe(array));
    List<String> symbols = new ArrayList<>();
    for (JsonNode element : array) {
      requireCharacter(element, symbols.size(), sourceName);
      int symbol = element.textValue().codePointAt(0);
      int before = symbols.isEmpty() ? -1 : symbols.get(symbols.size() - 1).codePointAt(0);
      if (symbol <= before) {
        throw new InvalidDataException(
            String.format(
                "%s is not a vocabulary: symbols must ascend by code point, but symbol %s (from 0),"
                    + " %s, follows %s",
                sourceName,
                symbols.size(),
                Characters.describe(symbol),
                Characters.describe(before)));
      }
      symbols.add(element.textValue());
    }
    return CharacterVocabulary.ofDistinct(symbols, false);
  }

  private static Vocabulary ordered(JsonNode array, String sourceName) {
    require(
        array.isArray() && !array.isEmpty(),
        sourceName,
        "expected \"symbols\" to be a list of at least one character, found " + describe(array));
    List<String> symbols = new ArrayList<>();
    for (JsonNode element : array) {
      requireCharacter(element, symbols.size(), sourceName);
      symbols.add(element.textValue());
    }
    try {
      return Vocabulary.inOrder(symbols);
    } catch (InvalidDataException e) {
      throw new InvalidDataException(sourceName + " is not a vocabulary: " + e.getMessage(), e);
    }
  }

  private static Vocabulary withUnknown(JsonNode array, boolean words, String sourceName) {
    require(
        array.isArray() && array.path(0).asText().equals(Vocabulary.UNKNOWN),
        sourceName,
        "expected \"symbols\" to be a list that starts with \"unknown\", found " + describe(array));
    Set<String> symbols = new LinkedHashSet<>();
    for (int number = 1; number < array.size(); number++) {
      JsonNode element = array.get(number);
      if (words) {
        require(
            element.isTextual() && WordVocabulary.isWord(element.textValue()),
            sourceName,
            "expected symbol " + number + " (from 0) to be one word, found " + describe(element));
      } else {
        requireCharacter(element, number, sourceName);
      }
      require(
          symbols.add(element.textValue()),
          sourceName,
          "symbol " + number + " (from 0), " + describe(element) + ", was there before");
    }
    if (!words) {
      return CharacterVocabulary.ofDistinct(List.copyOf(symbols), true);
    }
    List<String> all = new ArrayList<>(List.of(Vocabulary.UNKNOWN));
    all.addAll(symbols);
    return WordVocabulary.ofSymbols(all);
  }

  private static void requireCharacter(JsonNode element, int number, String sourceName) {
    require(
        isOneCharacter(element),
        sourceName,
        "expected symbol " + number + " (from 0) to be one character, found " + describe(element));
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
