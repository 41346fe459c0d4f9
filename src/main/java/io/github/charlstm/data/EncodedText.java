package io.github.charlstm.data;

import java.util.Objects;

/**
 * A text in the numbers of a vocabulary, immutable. It takes one byte a symbol as long as the text
 * has at most 256 different ones, then two, beyond 65,536 four; a text of a {@link CharacterText}
 * is a view of that, so it takes no more.
 */
public final class EncodedText {

  private final PackedIntList numbers;
  // What each of the numbers stands for; null where they are the symbols themselves.
  private final int[] meanings;
  private final int from;
  private final int length;

  EncodedText(PackedIntList numbers, int[] meanings, int from, int length) {
    this.numbers = numbers;
    this.meanings = meanings;
    this.from = from;
    this.length = length;
  }

  /**
   * Keeps symbol numbers.
   *
   * @param symbols each 0 or more, copied
   * @return a text of as many symbols
   * @throws InvalidDataException if a number is below 0
   */
  public static EncodedText of(int... symbols) {
    PackedIntList numbers = new PackedIntList();
    for (int symbol : symbols) {
      if (symbol < 0) {
        throw new InvalidDataException("a symbol's number is 0 or more, found " + symbol);
      }
      numbers.add(symbol);
    }
    return new EncodedText(numbers.trimmed(), null, 0, symbols.length);
  }

  /** {@return the number of symbols} */
  public int length() {
    return length;
  }

  /**
   * Looks up one symbol's number.
   *
   * @param position from 0, less than {@link #length()}
   * @return 0 or more
   * @throws IndexOutOfBoundsException if there is none
   */
  public int get(int position) {
    Objects.checkIndex(position, length);
    int number = numbers.get(from + position);
    return meanings == null ? number : meanings[number];
  }

  /**
   * Copies symbols in a row.
   *
   * @param position of the first
   * @param target where they go
   * @param at index of the first there
   * @param count how many
   * @throws IndexOutOfBoundsException if there are not so many, or no place for them
   */
  public void copyTo(int position, int[] target, int at, int count) {
    Objects.checkFromIndexSize(position, count, length);
    Objects.checkFromIndexSize(at, count, target.length);
    for (int k = 0; k < count; k++) {
      target[at + k] = get(position + k);
    }
  }

  /** {@return all of them, four bytes each} */
  public int[] toArray() {
    int[] all = new int[length];
    copyTo(0, all, 0, length);
    return all;
  }
}
