package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A vocabulary of words, with or without an unknown. */
final class WordVocabulary extends Vocabulary {

  // The delimiters of java.util.StringTokenizer.
  private static final String WHITE_SPACE = " \t\n\r\f";

  private final List<String> symbols;
  private final int unknown; // -1 if there is none
  private final Map<String, Integer> numbers = new HashMap<>();

  private WordVocabulary(List<String> symbols, int unknown, int documentMark) {
    super(documentMark);
    this.symbols = List.copyOf(symbols);
    this.unknown = unknown;
    for (int number = 0; number < symbols.size(); number++) {
      if (number != documentMark) {
        numbers.putIfAbsent(symbols.get(number), number);
      }
    }
  }

  static WordVocabulary of(CharacterText text, int minWordFreq) {
    if (minWordFreq < 0) {
      throw new InvalidDataException("min_word_freq: expected 0 or more, found " + minWordFreq);
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    forEachWord(text, word -> counts.merge(word, 1, Integer::sum));
    if (counts.isEmpty()) {
      throw new InvalidDataException("cannot make a vocabulary of a text without words");
    }
    List<String> symbols = new ArrayList<>(List.of(UNKNOWN));
    counts.forEach(
        (word, count) -> {
          if (count > minWordFreq) {
            symbols.add(word);
          }
        });
    return new WordVocabulary(symbols, 0, -1);
  }

  /** The words by descending count, equal ones by code points; {@code extra} last if it is new. */
  static WordVocabulary byCount(CharacterText text, String extra) {
    Map<String, Integer> counts = new HashMap<>();
    forEachWord(text, word -> counts.merge(word, 1, Integer::sum));
    if (counts.isEmpty()) {
      throw new InvalidDataException("cannot make a vocabulary of a text without words");
    }
    List<String> words = new ArrayList<>(counts.keySet());
    words.sort(
        Comparator.<String>comparingInt(word -> -counts.get(word))
            .thenComparing(word -> word.codePoints().toArray(), Arrays::compare));
    if (!counts.containsKey(extra)) {
      words.add(extra);
    }
    return listed(words);
  }

  /** Of {@link #UNKNOWN} and words that the caller has checked to be distinct. */
  static WordVocabulary ofDistinct(List<String> symbols) {
    return new WordVocabulary(symbols, 0, -1);
  }

  static WordVocabulary listed(List<String> symbols) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int number = 0; number < symbols.size(); number++) {
      String symbol = symbols.get(number);
      Integer before = numbers.put(symbol, number);
      if (before != null) {
        throw InvalidDataException.of(
            "words %s and %s (from 0) are the same, '%s'", before, number, symbol);
      }
    }
    return new WordVocabulary(symbols, indexOfUnknown(symbols), -1);
  }

  static boolean isWord(String text) {
    return !text.isEmpty() && text.chars().noneMatch(unit -> WHITE_SPACE.indexOf(unit) >= 0);
  }

  @Override
  Vocabulary marked(List<String> marked, int documentMark) {
    return new WordVocabulary(marked, unknown, documentMark);
  }

  @Override
  public boolean contains(String symbol) {
    return numbers.getOrDefault(symbol, unknown) != unknown;
  }

  @Override
  public OptionalInt unknown() {
    return unknown < 0 ? OptionalInt.empty() : OptionalInt.of(unknown);
  }

  @Override
  public String separator() {
    return " ";
  }

  @Override
  public EncodedText encode(CharacterText text) {
    PackedIntList encoded = new PackedIntList();
    forEachWord(
        text,
        word -> {
          int number = numbers.getOrDefault(word, unknown);
          if (number < 0) {
            throw InvalidDataException.of(
                "word '%s' at position %s (in words, from 0) is not in the vocabulary of %s words;"
                    + " remove or replace it",
                word, encoded.length(), size());
          }
          encoded.add(number);
        });
    return new EncodedText(encoded.trimmed(), null, 0, encoded.length());
  }

  private static void forEachWord(CharacterText text, Consumer<String> consumer) {
    StringBuilder word = new StringBuilder();
    text.forEach(
        character -> {
          if (WHITE_SPACE.indexOf(character) < 0) {
            word.appendCodePoint(character);
          } else if (!word.isEmpty()) {
            consumer.accept(word.toString());
            word.setLength(0);
          }
        });
    if (!word.isEmpty()) {
      consumer.accept(word.toString());
    }
  }

  @Override
  List<String> symbols() {
    return symbols;
  }
}
