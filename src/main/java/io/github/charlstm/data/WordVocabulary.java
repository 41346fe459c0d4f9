package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.StringTokenizer;
import java.util.stream.IntStream;

/** A vocabulary whose symbols are the unknown and words. */
final class WordVocabulary extends Vocabulary {

  private final List<String> symbols;
  private final Map<String, Integer> numbers = new HashMap<>();

  private WordVocabulary(List<String> symbols) {
    this.symbols = List.copyOf(symbols);
    for (int number = 0; number < symbols.size(); number++) {
      numbers.putIfAbsent(symbols.get(number), number);
    }
  }

  static WordVocabulary of(String text, int minWordFreq) {
    if (minWordFreq < 0) {
      throw new InvalidDataException(
          "the least frequency of a word must be 0 or more, found " + minWordFreq);
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (StringTokenizer words = words(text); words.hasMoreTokens(); ) {
      counts.merge(words.nextToken(), 1, Integer::sum);
    }
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

  /** The caller has checked that the symbols are {@link #UNKNOWN} and distinct words. */
  static WordVocabulary ofSymbols(List<String> symbols) {
    return new WordVocabulary(symbols);
  }

  static boolean isWord(String text) {
    return words(text).hasMoreTokens() && words(text).nextToken().equals(text);
  }

  private static StringTokenizer words(String text) {
    return new StringTokenizer(text, " \t\n\r\f");
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
  public int[] encode(String text) {
    IntStream.Builder encoded = IntStream.builder();
    for (StringTokenizer words = words(text); words.hasMoreTokens(); ) {
      encoded.add(numbers.getOrDefault(words.nextToken(), 0));
    }
    return encoded.build().toArray();
  }

  @Override
  List<String> symbols() {
    return symbols;
  }
}
