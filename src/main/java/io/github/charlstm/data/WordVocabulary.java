package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A vocabulary of the unknown and words. */
final class WordVocabulary extends Vocabulary {

  // The delimiters of java.util.StringTokenizer.
  private static final String WHITE_SPACE = " \t\n\r\f";

  private final List<String> symbols;
  private final Map<String, Integer> numbers = new HashMap<>();

  private WordVocabulary(List<String> symbols) {
    this.symbols = List.copyOf(symbols);
    for (int number = 0; number < symbols.size(); number++) {
      numbers.putIfAbsent(symbols.get(number), number);
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
    return new WordVocabulary(symbols);
  }

  /** Of {@link #UNKNOWN} and words that the caller has checked to be distinct. */
  static WordVocabulary ofSymbols(List<String> symbols) {
    return new WordVocabulary(symbols);
  }

  static boolean isWord(String text) {
    return !text.isEmpty() && text.chars().noneMatch(unit -> WHITE_SPACE.indexOf(unit) >= 0);
  }

  @Override
  public boolean contains(String symbol) {
    return numbers.getOrDefault(symbol, 0) > 0;
  }

  @Override
  public OptionalInt unknown() {
    return OptionalInt.of(0);
  }

  @Override
  public String separator() {
    return " ";
  }

  @Override
  public EncodedText encode(CharacterText text) {
    PackedIntList encoded = new PackedIntList();
    forEachWord(text, word -> encoded.add(numbers.getOrDefault(word, 0)));
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
