package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The work that a contender's process does.
 *
 * @param kind of work
 * @param network that it computes; a product uses only {@code units}, its size
 */
record Task(Kind kind, Network network) {
  /** Characters that one step of {@link Kind#SAMPLE} writes. */
  static final int CHARACTERS = 100;

  enum Kind {
    /** Training steps. */
    TRAIN,
    /** Text, a character at a time, each drawn among the four likeliest. */
    SAMPLE,
    /** The product of two square matrices. */
    PRODUCT
  }

  /** The product of square matrices that is the reference for all speeds. */
  static Task product(int size) {
    return new Task(Kind.PRODUCT, new Network(Network.Input.ROWS, 1, 1, size, 1, 1, 1, 1f, 0f, 1f));
  }

  /** The last words of a contender's command line. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(kind.name().toLowerCase(Locale.ROOT));
    words.addAll(network.words());
    return words;
  }

  static Task of(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("expected train, sample or product, found nothing");
    }
    return new Task(
        Kind.valueOf(words.get(0).toUpperCase(Locale.ROOT)),
        Network.of(words.subList(1, words.size())));
  }
}
