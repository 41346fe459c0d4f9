package io.github.charlstm.interop;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A text for {@link VocabularyRecovery}: its most frequent characters by frequency, and the text in
 * these. Blocks at even distances, at most a tenth of it, are held out of {@link #pairs} and {@link
 * #places}.
 *
 * @param characters code points, the most frequent first; at most as many as the model has numbers
 * @param counts how often each occurs
 * @param symbols the text as indices of {@code characters}; others are left out
 */
record OrderlessText(int[] characters, long[] counts, int[] symbols) {
  private static final int LEAST = 20_000;
  private static final int LONGEST_BLOCK = 300;

  static OrderlessText of(CharacterText text, int size) {
    Map<Integer, Long> counts = new HashMap<>();
    text.codePoints().forEach(character -> counts.merge(character, 1L, Long::sum));
    int[] characters =
        counts.keySet().stream()
            .sorted((a, b) -> counts.get(a).equals(counts.get(b)) ? a - b : more(counts, a, b))
            .limit(size)
            .mapToInt(Integer::intValue)
            .toArray();
    Map<Integer, Integer> indices = new HashMap<>();
    for (int k = 0; k < characters.length; k++) {
      indices.put(characters[k], k);
    }
    int[] symbols = text.codePoints().filter(indices::containsKey).map(indices::get).toArray();
    if (symbols.length < LEAST) {
      throw InvalidDataException.of(
          "a vocabulary is recovered from a text of at least %s characters; found %s",
          LEAST, symbols.length);
    }
    long[] ofEach = IntStream.of(characters).mapToLong(counts::get).toArray();
    return new OrderlessText(characters, ofEach, symbols);
  }

  private static int more(Map<Integer, Long> counts, int a, int b) {
    return Long.compare(counts.get(b), counts.get(a));
  }

  int distinct() {
    return characters.length;
  }

  int blocks() {
    return WindowScores.ROWS;
  }

  int blockStart(int block) {
    return block * (symbols.length / blocks());
  }

  int blockLength() {
    int tenth = symbols.length / blocks() / 10;
    return Math.min(LONGEST_BLOCK, tenth / WindowScores.STEPS * WindowScores.STEPS);
  }

  private boolean isHeldOut(int position) {
    return position % (symbols.length / blocks()) <= blockLength();
  }

  /** How often index b follows index a, {@code [size][size]}. */
  double[][] pairs(int size) {
    double[][] pairs = new double[size][size];
    for (int k = 0; k + 1 < symbols.length; k++) {
      if (!isHeldOut(k) && !isHeldOut(k + 1)) {
        pairs[symbols[k]][symbols[k + 1]]++;
      }
    }
    return pairs;
  }

  /**
   * Places of characters, at most so many of each, drawn evenly; with enough text on both sides for
   * a window.
   */
  List<Integer> places(boolean[] wanted, int most, Random random) {
    List<List<Integer>> ofEach = new ArrayList<>();
    IntStream.range(0, distinct()).forEach(a -> ofEach.add(new ArrayList<>()));
    int[] seen = new int[distinct()];
    int before = WindowScores.BEFORE;
    int after = WindowScores.STEPS;
    for (int k = before; k + after < symbols.length; k++) {
      int a = symbols[k];
      if (!wanted[a] || isHeldOut(k - before) || isHeldOut(k + after)) {
        continue;
      }
      seen[a]++;
      if (ofEach.get(a).size() < most) {
        ofEach.get(a).add(k);
      } else {
        int replaced = random.nextInt(seen[a]);
        if (replaced < most) {
          ofEach.get(a).set(replaced, k);
        }
      }
    }
    List<Integer> places = new ArrayList<>();
    ofEach.forEach(places::addAll);
    return places;
  }

  /** Nats per character of a model that knows frequencies only. */
  double entropyOfFrequencies() {
    double entropy = 0;
    for (long count : counts) {
      double share = (double) count / symbols.length;
      entropy -= share * Math.log(share);
    }
    return entropy;
  }
}
