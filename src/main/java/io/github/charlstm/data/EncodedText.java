package io.github.charlstm.data;

import java.util.Objects;

/**
 * A text as numbers of a vocabulary's symbols, immutable. It takes one byte per symbol if the text
 * has at most 256 distinct symbols, two up to 65,536, otherwise four; an encoded {@link
 * CharacterText} is a view and takes no memory of its own.
 */
public final class EncodedText {

  private final PackedIntList numbers;
  // The symbol for each number of the list; null if they are the same.
  private final int[] symbols;
  private final int from;
  private final int length;

  EncodedText(PackedIntList numbers, int[] symbols, int from, int length) {
    this.numbers = numbers;
    this.symbols = symbols;
    this.from = from;
    this.length = length;
  }

  /** {@return a text of these symbols; an InvalidDataException if one is below 0} */
  public static EncodedText of(int... symbols) {
    PackedIntList numbers = new PackedIntList();
    for (int symbol : symbols) {
      if (symbol < 0) {
        throw new InvalidDataException("symbols: expected numbers of 0 or more, found " + symbol);
      }
      numbers.add(symbol);
    }
    return new EncodedText(numbers.trimmed(), null, 0, symbols.length);
  }

  /** {@return the number of symbols} */
  public int length() {
    return length;
  }

  /** {@return the number of one symbol} */
  public int get(int position) {
    Objects.checkIndex(position, length);
    int number = numbers.get(from + position);
    return symbols == null ? number : symbols[number];
  }

  /** Copies {@code count} symbols from a position on to a part of an array. */
  public void copyTo(int position, int[] target, int at, int count) {
    Objects.checkFromIndexSize(position, count, length);
    Objects.checkFromIndexSize(at, count, target.length);
    for (int k = 0; k < count; k++) {
      target[at + k] = get(position + k);
    }
  }

  /** {@return all symbols} */
  public int[] toArray() {
    int[] all = new int[length];
    copyTo(0, all, 0, length);
    return all;
  }
}
