package io.github.charlstm.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Which symbols of one vocabulary another one has too. */
public final class VocabularyMapping {
  /** The number of a symbol that the other vocabulary lacks. */
  public static final int NONE = -1;

  private VocabularyMapping() {}

  /**
   * {@return for each symbol of a vocabulary its number in another one, or {@link #NONE}} Symbols
   * are the same if they have the same text; the mark of documents is the other's mark, the unknown
   * the other's unknown. A word is never a character, nor a character a byte, but for the bytes of
   * ASCII.
   */
  public static int[] of(Vocabulary vocabulary, Vocabulary other) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int number = other.size() - 1; number >= 0; number--) {
      if (isPlain(other, number)) {
        numbers.put(other.symbol(number), number); // of equal ones the first
      }
    }
    int[] mapping = new int[vocabulary.size()];
    Arrays.fill(mapping, NONE);
    for (int number = 0; number < mapping.length; number++) {
      if (isPlain(vocabulary, number) && areSame(vocabulary, other, vocabulary.symbol(number))) {
        mapping[number] = numbers.getOrDefault(vocabulary.symbol(number), NONE);
      }
    }
    if (vocabulary.documentMark().isPresent()) {
      mapping[vocabulary.documentMark().getAsInt()] = other.documentMark().orElse(NONE);
    }
    if (vocabulary.unknown().isPresent()) {
      mapping[vocabulary.unknown().getAsInt()] = other.unknown().orElse(NONE);
    }
    return mapping;
  }

  private static boolean isPlain(Vocabulary vocabulary, int number) {
    return number != vocabulary.documentMark().orElse(NONE)
        && number != vocabulary.unknown().orElse(NONE);
  }

  private static boolean areSame(Vocabulary vocabulary, Vocabulary other, String symbol) {
    return vocabulary.unit().equals(other.unit())
        || vocabulary.separator().equals(other.separator()) && symbol.codePointAt(0) < 0x80;
  }
}
