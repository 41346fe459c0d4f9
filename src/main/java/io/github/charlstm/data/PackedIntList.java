package io.github.charlstm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A long list of numbers of 0 or more, in blocks of one, two or four bytes per number, as its
 * largest number needs. When it grows, only the newest block is copied.
 */
final class PackedIntList {

  private static final int BLOCK_BITS = 20;
  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int FIRST_CAPACITY = 4096;
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  // Each a byte[], a char[] or an int[].
  private final List<Object> blocks = new ArrayList<>();
  private Object newest = new byte[0];
  private int inNewest;
  private int capacity;
  private int length;

  int length() {
    return length;
  }

  /** Bytes that the numbers take in memory. */
  long bytes() {
    return blocks.stream().mapToLong(block -> (long) sizeOf(block) * widthOf(block)).sum();
  }

  /**
   * @throws InvalidDataException if the list has the maximum length
   */
  void add(int number) {
    if (inNewest == capacity) {
      grow();
    }
    store(number);
    inNewest++;
    length++;
  }

  /** Frees the unused part of the newest block. */
  PackedIntList trimmed() {
    if (!blocks.isEmpty() && inNewest < capacity) {
      resizeNewest(inNewest);
    }
    return this;
  }

  int get(int position) {
    Objects.checkIndex(position, length);
    return at(blocks.get(position >>> BLOCK_BITS), position & BLOCK - 1);
  }

  private void grow() {
    if (length >= MAX_LENGTH) {
      throw new InvalidDataException(
          "the text is too long: at most "
              + MAX_LENGTH
              + " characters can be read; use a part of it");
    }
    if (inNewest < BLOCK && !blocks.isEmpty()) {
      resizeNewest(Math.min(BLOCK, capacity * 2));
      return;
    }
    capacity = blocks.isEmpty() ? FIRST_CAPACITY : BLOCK;
    inNewest = 0;
    newest = new byte[capacity];
    blocks.add(newest);
  }

  private void resizeNewest(int size) {
    if (newest instanceof byte[] bytes) {
      replaceNewest(Arrays.copyOf(bytes, size));
    } else if (newest instanceof char[] chars) {
      replaceNewest(Arrays.copyOf(chars, size));
    } else {
      replaceNewest(Arrays.copyOf((int[]) newest, size));
    }
    capacity = size;
  }

  private void store(int number) {
    if (newest instanceof byte[] bytes) {
      if (number <= 0xFF) {
        bytes[inNewest] = (byte) number;
        return;
      }
      widen(number);
    }
    if (newest instanceof char[] chars) {
      if (number <= 0xFFFF) {
        chars[inNewest] = (char) number;
        return;
      }
      widen(number);
    }
    ((int[]) newest)[inNewest] = number;
  }

  private void widen(int number) {
    if (number <= 0xFFFF) {
      char[] wide = new char[capacity];
      for (int k = 0; k < inNewest; k++) {
        wide[k] = (char) at(newest, k);
      }
      replaceNewest(wide);
    } else {
      int[] wide = new int[capacity];
      for (int k = 0; k < inNewest; k++) {
        wide[k] = at(newest, k);
      }
      replaceNewest(wide);
    }
  }

  private void replaceNewest(Object block) {
    newest = block;
    blocks.set(blocks.size() - 1, block);
  }

  private static int at(Object block, int index) {
    if (block instanceof byte[] bytes) {
      return bytes[index] & 0xFF;
    }
    return block instanceof char[] chars ? chars[index] : ((int[]) block)[index];
  }

  private static int sizeOf(Object block) {
    if (block instanceof byte[] bytes) {
      return bytes.length;
    }
    return block instanceof char[] chars ? chars.length : ((int[]) block).length;
  }

  private static int widthOf(Object block) {
    return block instanceof byte[] ? 1 : block instanceof char[] ? 2 : 4;
  }
}
