package io.github.charlstm.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.StrictJson;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Reads the vocabulary of a model that a Python program trained. By the file's extension:
 *
 * <ul>
 *   <li>{@code .json}: a vocabulary of this library; or a list of characters or words in the order
 *       of their numbers; or a map from symbol to number, or from number to symbol
 *   <li>{@code .pkl}, {@code .pickle}, {@code .p}: a Python pickle of such a list (or tuple, or
 *       string) or dict, or of a tuple or list that has several of them, as {@code chars_vocab.pkl}
 *       of char-rnn-tensorflow, {@code preprocess.p} of Udacity's TV scripts and the cookbook's
 *       {@code vocab.pkl}
 *   <li>anything else: a text, whose distinct characters in order are the vocabulary (Python:
 *       {@code sorted(set(text))})
 * </ul>
 *
 * <p>Symbols such as {@code <unk>} are described at {@link Vocabulary#ofSymbols}.
 */
public final class VocabularyFile {
  private VocabularyFile() {}

  /**
   * Reads a file.
   *
   * @param file its extension gives its format, as above. In a pickle of Python 2, bytes beyond
   *     ASCII are those of UTF-8 ({@link Vocabulary#ofBytes}) if they can be, else Latin-1
   * @param format of a text; JSON is always UTF-8
   * @throws InvalidDataException if it cannot be read or holds no vocabulary; the message names it
   */
  public static Vocabulary read(Path file, TextFormat format) {
    if (hasExtension(file, "pkl|pickle|p")) {
      return of(PickleFile.read(file));
    }
    if (!isList(file)) {
      return Vocabulary.of(TextFile.load(file, format));
    }
    Object root = parsed(file);
    if (root instanceof Map<?, ?> map) {
      return map.get("format") instanceof String
          ? Vocabulary.readJson(file)
          : of(file, () -> numbered(map.entrySet().stream().map(VocabularyFile::json).toList()));
    }
    return of(file, () -> listed(root instanceof String ? Map.of() : root));
  }

  /** {@return whether the file's name is that of JSON or a pickle, not of a text} */
  public static boolean isList(Path file) {
    return hasExtension(file, "json|pkl|pickle|p");
  }

  private static boolean hasExtension(Path file, String extensions) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.matches(".*\\.(" + extensions + ")");
  }

  static Vocabulary of(PickleFile pickle) {
    return of(pickle.file(), () -> symbols(pickle.value()), pickle.nonAsciiBytes());
  }

  private static Vocabulary of(Path file, Supplier<List<String>> symbols) {
    return of(file, symbols, false);
  }

  private static Vocabulary of(Path file, Supplier<List<String>> source, boolean bytes) {
    try {
      List<String> symbols = source.get();
      return bytes && areOfUtf8(symbols)
          ? Vocabulary.ofBytes(symbols)
          : Vocabulary.ofSymbols(symbols);
    } catch (InvalidDataException e) {
      throw new InvalidDataException(file + " is no vocabulary: " + e.getMessage(), e);
    }
  }

  // First bytes of characters and later ones, and none that UTF-8 never has (RFC 3629); a text in
  // Latin-1 has hardly any from 0x80 to 0x9F.
  private static boolean areOfUtf8(List<String> symbols) {
    return symbols.stream().allMatch(symbol -> symbol.matches("(?s)[\\x00-\\xBF\\xC2-\\xF4]"))
        && symbols.stream().anyMatch(symbol -> symbol.matches("[\\x80-\\x9F]"))
        && symbols.stream().anyMatch(symbol -> symbol.matches("[\\xC2-\\xF4]"));
  }

  private static Object parsed(Path file) {
    try {
      return StrictJson.MAPPER.readValue(TextFile.read(file), Object.class);
    } catch (JsonProcessingException e) {
      throw new InvalidDataException(file + " is no vocabulary: " + StrictJson.problem(e), e);
    }
  }

  /** An entry of a JSON map, whose keys are strings, also those that are numbers. */
  private static Map.Entry<?, ?> json(Map.Entry<?, ?> entry) {
    String key = (String) entry.getKey();
    return entry.getValue() instanceof String symbol && key.matches("[0-9]{1,9}")
        ? Map.entry(Integer.valueOf(key), symbol)
        : entry;
  }

  private static List<String> symbols(Object value) {
    List<?> parts = value instanceof Object[] tuple ? Arrays.asList(tuple) : List.of();
    if (value instanceof List<?> list) {
      parts = list;
    }
    // without dicts that number nothing, such as the TV scripts' names of punctuation
    List<Map<?, ?>> dicts = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof Map<?, ?> dict && (dicts.isEmpty() || !isOfStrings(dict))) {
        dicts.add(dict);
      }
    }
    if (dicts.isEmpty()) {
      return value instanceof Map<?, ?> map ? numbered(map.entrySet()) : listed(value);
    }
    List<String> symbols = numbered(dicts.get(0).entrySet());
    Object first = parts.get(0);
    boolean isText =
        first instanceof List<?> list && list.stream().allMatch(Number.class::isInstance);
    if (!(first instanceof Map || isText) && !listed(first).equals(symbols)
        || !dicts.stream().allMatch(dict -> numbered(dict.entrySet()).equals(symbols))) {
      throw new InvalidDataException("its characters and its dict of numbers do not agree");
    }
    return symbols;
  }

  private static boolean isOfStrings(Map<?, ?> dict) {
    return dict.entrySet().stream()
        .allMatch(entry -> entry.getKey() instanceof String && entry.getValue() instanceof String);
  }

  private static List<String> listed(Object value) {
    if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    List<?> list = value instanceof Object[] tuple ? Arrays.asList(tuple) : List.of();
    if (value instanceof List<?> plain) {
      list = plain;
    } else if (!(value instanceof Object[])) {
      throw new InvalidDataException(
          "expected a list of characters, or characters with numbers, found "
              + PickleFile.describe(value));
    }
    List<String> symbols = new ArrayList<>();
    for (Object symbol : list) {
      symbols.add(symbol(symbol, symbols.size()));
    }
    return symbols;
  }

  /**
   * The symbols of entries from symbol to number, or from number to symbol. In the cookbook's the
   * number of the word "unknown" may be missing, since its program replaces it by 0.
   */
  private static List<String> numbered(Collection<? extends Map.Entry<?, ?>> entries) {
    int count = entries.size();
    if (count > 0
        && entries.stream().noneMatch(entry -> isNumber(entry, 0))
        && entries.stream().anyMatch(entry -> isNumber(entry, count))) {
      // Keras' Tokenizer, and textgenrnn, number from 1 and keep 0 for padding
      List<Map.Entry<?, ?>> all = new ArrayList<>(entries);
      all.add(Map.entry("<pad>", 0));
      return numbered(all, new String[all.size()]);
    }
    boolean mayMissOne =
        entries.stream()
            .anyMatch(
                entry ->
                    Set.of(Vocabulary.UNKNOWN, 0)
                        .containsAll(List.of(entry.getKey(), entry.getValue())));
    String[] symbols = new String[entries.size()];
    if (mayMissOne && entries.stream().anyMatch(entry -> isNumber(entry, symbols.length))) {
      List<Map.Entry<?, ?>> all = new ArrayList<>(entries);
      OptionalInt missing =
          IntStream.range(0, symbols.length)
              .filter(number -> entries.stream().noneMatch(entry -> isNumber(entry, number)))
              .findFirst();
      all.add(Map.entry("<spare" + missing.orElseThrow() + ">", missing.orElseThrow()));
      return numbered(all, new String[all.size()]);
    }
    return numbered(entries, symbols);
  }

  private static boolean isNumber(Map.Entry<?, ?> entry, Integer number) {
    return number.equals(entry.getKey()) || number.equals(entry.getValue());
  }

  private static List<String> numbered(
      Collection<? extends Map.Entry<?, ?>> entries, String[] symbols) {
    for (Map.Entry<?, ?> entry : entries) {
      boolean numberFirst = entry.getKey() instanceof Number;
      Object number = numberFirst ? entry.getKey() : entry.getValue();
      Object symbol = numberFirst ? entry.getValue() : entry.getKey();
      long index =
          number instanceof Integer || number instanceof Long ? ((Number) number).longValue() : -1;
      if (index < 0 || index >= symbols.length || symbols[(int) index] != null) {
        throw InvalidDataException.of(
            "expected the numbers 0 to %s, each once, found %s for %s",
            symbols.length - 1, PickleFile.describe(number), PickleFile.describe(symbol));
      }
      symbols[(int) index] = symbol(symbol, index);
    }
    return Arrays.asList(symbols);
  }

  private static String symbol(Object value, long index) {
    if (value instanceof String text) {
      return text;
    }
    throw InvalidDataException.of(
        "expected symbol %s (from 0) to be one character or word, found %s",
        index, PickleFile.describe(value));
  }
}
