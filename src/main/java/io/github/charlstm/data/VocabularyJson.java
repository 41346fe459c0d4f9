package io.github.charlstm.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The file format of a {@link Vocabulary}; everything unexpected is an error. Version 1 has
 * ascending characters. Version 2 has a kind: words or characters, both with the unknown first, or
 * ordered, characters in a given order. Version 3 has the kinds words and ordered, and its symbols
 * may be special tokens ({@link Vocabulary#ofSymbols}). Version 4 has the kind bytes. Version 5 has
 * any kind, and the number of the mark of documents, whose symbol is empty.
 */
final class VocabularyJson {
  private static final String FORMAT = "charlstm-vocabulary";
  private static final int NEWEST_VERSION = 5;
  private static final String CHARACTERS = "characters";
  private static final String WORDS = "words";
  private static final String ORDERED = "ordered";
  private static final String BYTES = "bytes";
  private static final String DOCUMENT_MARK = "document_mark";

  private VocabularyJson() {}

  static String write(Vocabulary vocabulary) {
    ObjectNode root = StrictJson.MAPPER.createObjectNode().put("format", FORMAT);
    if (vocabulary.documentMark().isPresent()) {
      root.put("version", 5).put("kind", kind(vocabulary));
    } else if (vocabulary instanceof CharacterVocabulary characters && characters.isAscending()) {
      root.put("version", 1);
    } else if (vocabulary instanceof ByteVocabulary) {
      root.put("version", 4).put("kind", BYTES);
    } else {
      root.put("version", isWithTokens(vocabulary) ? 3 : 2).put("kind", kind(vocabulary));
    }
    vocabulary.symbols().forEach(root.putArray("symbols")::add);
    vocabulary.documentMark().ifPresent(mark -> root.put(DOCUMENT_MARK, mark));
    return root.toString();
  }

  private static boolean startsWithUnknown(Vocabulary vocabulary) {
    return vocabulary.unknown().orElse(-1) == 0 && vocabulary.symbol(0).equals(Vocabulary.UNKNOWN);
  }

  private static boolean isWithTokens(Vocabulary vocabulary) {
    boolean starts = startsWithUnknown(vocabulary);
    return vocabulary instanceof WordVocabulary
        ? !starts || !vocabulary.symbols().stream().allMatch(WordVocabulary::isWord)
        : vocabulary.special().size() > (starts ? 1 : 0);
  }

  private static String kind(Vocabulary vocabulary) {
    if (vocabulary instanceof WordVocabulary) {
      return WORDS;
    }
    if (vocabulary instanceof ByteVocabulary) {
      return BYTES;
    }
    return isWithTokens(vocabulary) || !startsWithUnknown(vocabulary) ? ORDERED : CHARACTERS;
  }

  static Vocabulary read(String json, String source) {
    JsonNode root;
    try {
      root = StrictJson.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw invalid(source, StrictJson.problem(e), e);
    }
    // Before the keys, since a newer version may have others.
    BigInteger version = root.path("version").bigIntegerValue();
    if (isFormat(root) && version.compareTo(BigInteger.valueOf(NEWEST_VERSION)) > 0) {
      throw InvalidDataException.of(
          "%s is a vocabulary of version %s, this program reads up to version %s; use a newer"
              + " charlstm",
          source, version, NEWEST_VERSION);
    }
    try {
      return vocabulary(root);
    } catch (InvalidDataException e) {
      throw invalid(source, e.getMessage(), e);
    }
  }

  private static InvalidDataException invalid(String source, String problem, Exception cause) {
    return new InvalidDataException(source + " is not a vocabulary: " + problem, cause);
  }

  private static boolean isFormat(JsonNode root) {
    return FORMAT.equals(root.path("format").textValue());
  }

  private static Vocabulary vocabulary(JsonNode root) {
    require(root.isObject(), "expected a JSON object, found %s", root);
    require(
        isFormat(root),
        "expected \"format\" to be \"" + FORMAT + "\", found %s",
        root.path("format"));
    JsonNode version = root.path("version");
    require(
        version.isIntegralNumber() && version.bigIntegerValue().signum() > 0,
        "expected \"version\" to be a whole number from 1, found %s",
        version);
    JsonNode symbols = root.path("symbols");
    if (version.intValue() == 1) {
      requireKeys(root, List.of("format", "version", "symbols"));
      return ascending(characters(symbols));
    }
    if (version.intValue() == 5) {
      requireKeys(root, List.of("format", "version", "kind", "symbols", DOCUMENT_MARK));
      return marked(root);
    }
    requireKeys(root, List.of("format", "version", "kind", "symbols"));
    if (version.intValue() == 4) {
      require(
          root.path("kind").asText().equals(BYTES),
          "expected \"kind\" to be \"bytes\", found %s",
          root.path("kind"));
      return ByteVocabulary.ordered(characters(symbols));
    }
    if (version.intValue() == 3) {
      return ofSymbols(root.path("kind").asText(), symbols);
    }
    return switch (root.path("kind").asText()) {
      case ORDERED -> Vocabulary.inOrder(characters(symbols));
      case CHARACTERS -> CharacterVocabulary.ofDistinct(afterUnknown(symbols, false), true);
      case WORDS -> {
        List<String> all = new ArrayList<>(List.of(Vocabulary.UNKNOWN));
        all.addAll(afterUnknown(symbols, true));
        yield WordVocabulary.ofDistinct(all);
      }
      default ->
          throw InvalidDataException.of(
              "expected \"kind\" to be \"characters\", \"words\" or \"ordered\", found %s",
              describe(root.path("kind")));
    };
  }

  private static Vocabulary marked(JsonNode root) {
    List<String> symbols = strings(root.path("symbols"));
    JsonNode mark = root.path(DOCUMENT_MARK);
    require(
        mark.isInt()
            && mark.intValue() >= 0
            && mark.intValue() < symbols.size()
            && symbols.get(mark.intValue()).isEmpty(),
        "expected \"document_mark\" to be the number of an empty symbol, found %s",
        mark);
    List<String> others = new ArrayList<>(symbols);
    others.remove(mark.intValue());
    Vocabulary unmarked =
        switch (root.path("kind").asText()) {
          case BYTES -> ByteVocabulary.ordered(others);
          case CHARACTERS, ORDERED -> CharacterVocabulary.withSpecial(others);
          case WORDS ->
              !others.isEmpty()
                      && others.get(0).equals(Vocabulary.UNKNOWN)
                      && others.stream().allMatch(WordVocabulary::isWord)
                  ? WordVocabulary.ofDistinct(others)
                  : WordVocabulary.listed(others);
          default ->
              throw InvalidDataException.of(
                  "expected \"kind\" to be \"characters\", \"words\", \"ordered\" or \"bytes\","
                      + " found %s",
                  describe(root.path("kind")));
        };
    return unmarked.marked(symbols, mark.intValue());
  }

  private static Vocabulary ofSymbols(String kind, JsonNode array) {
    require(
        kind.equals(WORDS) || kind.equals(ORDERED),
        "expected \"kind\" to be \"words\" or \"ordered\", found %s",
        kind);
    List<String> symbols = strings(array);
    return kind.equals(WORDS)
        ? WordVocabulary.listed(symbols)
        : CharacterVocabulary.withSpecial(symbols);
  }

  private static List<String> strings(JsonNode array) {
    require(
        array.isArray() && !array.isEmpty(),
        "expected \"symbols\" to be a list of at least one symbol, found %s",
        array);
    List<String> symbols = new ArrayList<>();
    for (JsonNode element : array) {
      require(
          element.isTextual(),
          "expected symbol %s (from 0) to be a string, found %s",
          symbols.size(),
          element);
      symbols.add(element.textValue());
    }
    return symbols;
  }

  private static void requireKeys(JsonNode root, List<String> allowed) {
    int last = allowed.size() - 1;
    String list = String.join(", ", allowed.subList(0, last)) + " and " + allowed.get(last);
    root.fieldNames()
        .forEachRemaining(
            name ->
                require(allowed.contains(name), "unknown key \"%s\", allowed are %s", name, list));
  }

  private static Vocabulary ascending(List<String> symbols) {
    for (int number = 1; number < symbols.size(); number++) {
      int before = symbols.get(number - 1).codePointAt(0);
      int symbol = symbols.get(number).codePointAt(0);
      require(
          symbol > before,
          "symbols must ascend by code point, but symbol %s (from 0), %s, follows %s",
          number,
          Characters.describe(symbol),
          Characters.describe(before));
    }
    return CharacterVocabulary.ofDistinct(symbols, false);
  }

  private static List<String> characters(JsonNode array) {
    require(
        array.isArray() && !array.isEmpty(),
        "expected \"symbols\" to be a list of at least one character, found %s",
        array);
    List<String> symbols = new ArrayList<>();
    array.forEach(element -> symbols.add(symbol(element, symbols.size(), false)));
    return symbols;
  }

  private static List<String> afterUnknown(JsonNode array, boolean words) {
    require(
        array.isArray() && array.path(0).asText().equals(Vocabulary.UNKNOWN),
        "expected \"symbols\" to be a list that starts with \"unknown\", found %s",
        array);
    Set<String> symbols = new LinkedHashSet<>();
    for (int number = 1; number < array.size(); number++) {
      require(
          symbols.add(symbol(array.get(number), number, words)),
          "symbol %s (from 0), %s, was there before",
          number,
          array.get(number));
    }
    return List.copyOf(symbols);
  }

  private static String symbol(JsonNode element, int number, boolean word) {
    String text = element.isTextual() ? element.textValue() : "";
    require(
        word ? WordVocabulary.isWord(text) : Characters.isOneCharacter(text),
        "expected symbol %s (from 0) to be one %s, found %s",
        number,
        word ? "word" : "character",
        element);
    return text;
  }

  private static void require(boolean holds, String format, Object... arguments) {
    if (!holds) {
      throw InvalidDataException.of(
          format, Stream.of(arguments).map(VocabularyJson::describe).toArray());
    }
  }

  // A value of the file is cut short.
  private static Object describe(Object argument) {
    if (!(argument instanceof JsonNode node)) {
      return argument;
    }
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
