package io.github.charlstm.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
  private static final int BLOCK_SIZE = 1 << BLOCK_BITS;
  private static final int FIRST_CAPACITY = 4096;
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;
  private static final VarHandle CHARS =
      MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final List<Block> blocks = new ArrayList<>();
  private Block newest = new Block(new byte[0], 1);
  private int inNewest;
  private int length;

  private record Block(byte[] bytes, int width) {
    int capacity() {
      return bytes.length / width;
    }

    int get(int index) {
      return switch (width) {
        case 1 -> bytes[index] & 0xFF;
        case 2 -> (char) CHARS.get(bytes, 2 * index);
        default -> (int) INTS.get(bytes, 4 * index);
      };
    }

    void set(int index, int number) {
      switch (width) {
        case 1 -> bytes[index] = (byte) number;
        case 2 -> CHARS.set(bytes, 2 * index, (char) number);
        default -> INTS.set(bytes, 4 * index, number);
      }
    }

    Block resized(int capacity) {
      return new Block(Arrays.copyOf(bytes, capacity * width), width);
    }

    Block widened(int newWidth, int count) {
      Block wide = new Block(new byte[capacity() * newWidth], newWidth);
      for (int k = 0; k < count; k++) {
        wide.set(k, get(k));
      }
      return wide;
    }
  }

  int length() {
    return length;
  }

  /** Bytes that the numbers take in memory. */
  long bytes() {
    return blocks.stream().mapToLong(block -> block.bytes.length).sum();
  }

  void add(int number) {
    if (inNewest == newest.capacity()) {
      grow();
    }
    int width = number <= 0xFF ? 1 : number <= 0xFFFF ? 2 : 4;
    if (width > newest.width) {
      replaceNewest(newest.widened(width, inNewest));
    }
    newest.set(inNewest++, number);
    length++;
  }

  /** Frees the unused part of the newest block. */
  PackedIntList trimmed() {
    if (!blocks.isEmpty()) {
      replaceNewest(newest.resized(inNewest));
    }
    return this;
  }

  int get(int position) {
    Objects.checkIndex(position, length);
    return blocks.get(position >>> BLOCK_BITS).get(position & BLOCK_SIZE - 1);
  }

  private void grow() {
    if (length >= MAX_LENGTH) {
      throw new InvalidDataException(
          "the text is too long: at most " + MAX_LENGTH + " characters can be read; use a part");
    }
    if (inNewest < BLOCK_SIZE && !blocks.isEmpty()) {
      replaceNewest(newest.resized(Math.min(BLOCK_SIZE, inNewest * 2)));
      return;
    }
    newest = new Block(new byte[blocks.isEmpty() ? FIRST_CAPACITY : BLOCK_SIZE], 1);
    inNewest = 0;
    blocks.add(newest);
  }

  private void replaceNewest(Block block) {
    newest = block;
    blocks.set(blocks.size() - 1, block);
  }
}
