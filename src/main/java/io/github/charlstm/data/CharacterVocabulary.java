package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A vocabulary of code points, with or without an unknown before them. */
final class CharacterVocabulary extends Vocabulary {

  private final List<String> symbols;
  private final boolean hasUnknown;
  private final Map<Integer, Integer> numbers = new HashMap<>(); // by code point

  /** The order is that of the numbers, which begin at 0, or at 1 after the unknown. */
  private CharacterVocabulary(int[] distinct, boolean hasUnknown) {
    this.hasUnknown = hasUnknown;
    List<String> all = new ArrayList<>(hasUnknown ? List.of(UNKNOWN) : List.of());
    for (int codePoint : distinct) {
      numbers.put(codePoint, all.size());
      all.add(Character.toString(codePoint));
    }
    symbols = List.copyOf(all);
  }

  static CharacterVocabulary ascending(CharacterText text) {
    return new CharacterVocabulary(distinct(text).sorted().toArray(), false);
  }

  static CharacterVocabulary byOccurrence(CharacterText text) {
    return new CharacterVocabulary(distinct(text).toArray(), true);
  }

  static CharacterVocabulary ordered(List<String> symbols) {
    if (symbols.isEmpty()) {
      throw new InvalidDataException("a vocabulary needs at least one symbol, found none");
    }
    Map<String, Integer> numbers = new HashMap<>();
    for (int number = 0; number < symbols.size(); number++) {
      String symbol = symbols.get(number);
      if (!Characters.isOneCharacter(symbol)) {
        throw new InvalidDataException(
            "expected symbol " + number + " (from 0) to be one character, found " + quote(symbol));
      }
      Integer before = numbers.put(symbol, number);
      if (before != null) {
        throw InvalidDataException.of(
            "symbols %s and %s (from 0) are the same, %s",
            before, number, Characters.describe(symbol.codePointAt(0)));
      }
    }
    return ofDistinct(symbols, false);
  }

  private static String quote(String text) {
    return "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "...") + "'";
  }

  /** Whether the symbols are in the order of their code points, without an unknown. */
  boolean isAscending() {
    return !hasUnknown
        && IntStream.range(1, symbols.size())
            .allMatch(k -> symbols.get(k).codePointAt(0) > symbols.get(k - 1).codePointAt(0));
  }

  /** Of symbols that the caller has checked to be distinct and one code point each. */
  static CharacterVocabulary ofDistinct(List<String> characters, boolean hasUnknown) {
    int[] distinct = characters.stream().mapToInt(symbol -> symbol.codePointAt(0)).toArray();
    return new CharacterVocabulary(distinct, hasUnknown);
  }

  private static IntStream distinct(CharacterText text) {
    if (text.isEmpty()) {
      throw new InvalidDataException("cannot make a vocabulary of an empty text");
    }
    return text.distinct().peek(CharacterVocabulary::requireNoSurrogate);
  }

  private static void requireNoSurrogate(int codePoint) {
    if (Characters.isLoneSurrogate(codePoint)) {
      throw InvalidDataException.of(
          "the text holds %s, half of a UTF-16 pair; remove it from the text",
          Characters.describe(codePoint));
    }
  }

  @Override
  public boolean contains(String symbol) {
    return symbol.codePointCount(0, symbol.length()) == 1
        && numbers.containsKey(symbol.codePointAt(0));
  }

  @Override
  public OptionalInt unknown() {
    return hasUnknown ? OptionalInt.of(0) : OptionalInt.empty();
  }

  @Override
  public String separator() {
    return "";
  }

  @Override
  public EncodedText encode(CharacterText text) {
    int[] codes = text.characters();
    for (int k = 0; k < codes.length; k++) {
      Integer number = numbers.get(codes[k]);
      int position = number == null && !hasUnknown ? text.indexOf(k) : -1;
      if (position >= 0) {
        throw InvalidDataException.of(
            "character %s at position %s (in characters, from 0) is not in the vocabulary of"
                + " %s symbols; remove or replace it",
            Characters.describe(codes[k]), position, size());
      }
      codes[k] = number == null ? 0 : number;
    }
    return text.encode(codes);
  }

  @Override
  List<String> symbols() {
    return symbols;
  }
}
