package io.github.charlstm.interop;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Vocabularies in Python pickles: {@code chars_vocab.pkl} of char-rnn-tensorflow, which is a tuple
 * of the characters and of a dict from character to number; or one of the two alone; or a dict from
 * number to character. Numbers stay as they are.
 */
public final class PickledVocabulary {
  private PickledVocabulary() {}

  /**
   * Reads a vocabulary.
   *
   * @param file a pickle of any protocol, of Python 2 or 3. Byte strings of Python 2 that go beyond
   *     ASCII are taken byte by byte, each as the character of the same number
   * @return its symbols, numbered
   * @throws InvalidDataException if it cannot be read, or holds anything else; the message names
   *     the file
   */
  public static Vocabulary read(Path file) {
    return of(PickleFile.read(file));
  }

  static Vocabulary of(PickleFile pickle) {
    try {
      return Vocabulary.inOrder(symbols(pickle.value()));
    } catch (InvalidDataException e) {
      throw new InvalidDataException(
          pickle.file() + " is no vocabulary of characters: " + e.getMessage(), e);
    }
  }

  private static List<String> symbols(Object value) {
    if (value instanceof Object[] pair && pair.length == 2 && pair[1] instanceof Map<?, ?> map) {
      List<String> symbols = listed(pair[0]);
      if (!symbols.equals(mapped(map))) {
        throw new InvalidDataException("its characters and its dict of numbers do not agree");
      }
      return symbols;
    }
    return value instanceof Map<?, ?> map ? mapped(map) : listed(value);
  }

  private static List<String> listed(Object value) {
    if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    List<?> list =
        value instanceof Object[] tuple
            ? Arrays.asList(tuple)
            : value instanceof List<?> plain ? plain : List.of();
    if (list.isEmpty()) {
      throw new InvalidDataException(
          "expected characters and their numbers, found "
              + (value instanceof List<?> || value instanceof Object[]
                  ? "an empty list"
                  : PickleFile.describe(value)));
    }
    List<String> symbols = new ArrayList<>();
    list.forEach(element -> symbols.add(text(element)));
    return symbols;
  }

  // From character to number, or from number to character.
  private static List<String> mapped(Map<?, ?> map) {
    String[] symbols = new String[map.size()];
    map.forEach(
        (key, value) -> {
          boolean numberFirst = key instanceof Number;
          int number = number(numberFirst ? key : value, symbols.length);
          String symbol = text(numberFirst ? value : key);
          if (symbols[number] != null) {
            throw new InvalidDataException("two characters have the number " + number);
          }
          symbols[number] = symbol;
        });
    return List.of(symbols);
  }

  private static int number(Object value, int size) {
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= 0
        && ((Number) value).longValue() < size) {
      return ((Number) value).intValue();
    }
    throw new InvalidDataException(
        "expected numbers from 0 to " + (size - 1) + ", found " + PickleFile.describe(value));
  }

  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new InvalidDataException(
        "expected each symbol to be one character, found " + PickleFile.describe(value));
  }
}
