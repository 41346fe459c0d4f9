package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A vocabulary of code points, with or without an unknown and other special tokens. */
final class CharacterVocabulary extends Vocabulary {

  private final List<String> symbols;
  private final int unknown; // -1 if there is none
  private final Map<Integer, Integer> numbers = new HashMap<>(); // by code point

  /**
   * @param symbols distinct: characters and special tokens in the order of their numbers
   */
  private CharacterVocabulary(List<String> symbols, int unknown, int documentMark) {
    super(documentMark);
    this.symbols = List.copyOf(symbols);
    this.unknown = unknown;
    for (int number = 0; number < symbols.size(); number++) {
      if (Characters.isOneCharacter(symbols.get(number))) {
        numbers.put(symbols.get(number).codePointAt(0), number);
      }
    }
  }

  static CharacterVocabulary ascending(CharacterText text) {
    return ofDistinct(distinct(text).sorted().mapToObj(Character::toString).toList(), false);
  }

  static CharacterVocabulary byOccurrence(CharacterText text) {
    return ofDistinct(distinct(text).mapToObj(Character::toString).toList(), true);
  }

  static CharacterVocabulary ordered(List<String> symbols) {
    requireDistinct(symbols, false);
    return ofDistinct(symbols, false);
  }

  static CharacterVocabulary withSpecial(List<String> symbols) {
    requireDistinct(symbols, true);
    return new CharacterVocabulary(symbols, indexOfUnknown(symbols), -1);
  }

  static void requireDistinct(List<String> symbols, boolean special) {
    if (symbols.isEmpty()) {
      throw new InvalidDataException("a vocabulary needs at least one symbol, found none");
    }
    Map<String, Integer> numbers = new HashMap<>();
    for (int number = 0; number < symbols.size(); number++) {
      String symbol = symbols.get(number);
      boolean isUnknown = number == 0 && symbol.equals(UNKNOWN);
      if (!Characters.isOneCharacter(symbol) && !(special && (isUnknown || isSpecial(symbol)))) {
        throw new InvalidDataException(
            "expected symbol " + number + " (from 0) to be one character, found " + quote(symbol));
      }
      Integer before = numbers.put(symbol, number);
      if (before != null) {
        throw InvalidDataException.of(
            "symbols %s and %s (from 0) are the same, %s",
            before,
            number,
            Characters.isOneCharacter(symbol)
                ? Characters.describe(symbol.codePointAt(0))
                : quote(symbol));
      }
    }
  }

  private static String quote(String text) {
    return "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "...") + "'";
  }

  /** Whether the symbols are in the order of their code points, without special tokens. */
  boolean isAscending() {
    return numbers.size() == symbols.size()
        && IntStream.range(1, symbols.size())
            .allMatch(k -> symbols.get(k).codePointAt(0) > symbols.get(k - 1).codePointAt(0));
  }

  /** Of symbols that the caller has checked to be distinct and one code point each. */
  static CharacterVocabulary ofDistinct(List<String> characters, boolean hasUnknown) {
    List<String> all = new ArrayList<>(hasUnknown ? List.of(UNKNOWN) : List.of());
    all.addAll(characters);
    return new CharacterVocabulary(all, hasUnknown ? 0 : -1, -1);
  }

  @Override
  Vocabulary marked(List<String> marked, int documentMark) {
    return new CharacterVocabulary(marked, unknown, documentMark);
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
    return unknown < 0 ? OptionalInt.empty() : OptionalInt.of(unknown);
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
      int position = number == null && unknown < 0 ? text.indexOf(k) : -1;
      if (position >= 0) {
        throw InvalidDataException.of(
            "character %s at position %s (in characters, from 0) is not in the vocabulary of"
                + " %s symbols; remove or replace it",
            Characters.describe(codes[k]), position, size());
      }
      codes[k] = number == null ? unknown : number;
    }
    return text.encode(codes);
  }

  @Override
  List<String> symbols() {
    return symbols;
  }
}
