package io.github.charlstm.data;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The characters (code points) of a text, immutable. They take one byte each if the text has at
 * most 256 distinct ones, two up to 65,536, otherwise four: a gigabyte for a text that takes six as
 * a {@code String} and an {@code int[]}.
 */
public final class CharacterText {

  private final PackedIntList numbers;
  // The code point for each number, by first occurrence in the whole text.
  private final int[] characters;
  private final int from;
  private final int length;
  private final String sha256;

  private CharacterText(
      PackedIntList numbers, int[] characters, int from, int length, String sha256) {
    this.numbers = numbers;
    this.characters = characters;
    this.from = from;
    this.length = length;
    this.sha256 = sha256;
  }

  static final class Builder implements IntConsumer {
    private static final int PAGE = 256;
    private static final int PAGES = (Character.MAX_CODE_POINT + 1) / PAGE;
    private final PackedIntList numbers = new PackedIntList();
    private final Utf8Digest digest = new Utf8Digest();
    // The number of each character plus 1, in pages of code points.
    private final int[][] known = new int[PAGES][];
    private int[] characters = new int[PAGE];
    private int count;

    @Override
    public void accept(int character) {
      int[] page = known[character / PAGE];
      if (page == null) {
        page = new int[PAGE];
        known[character / PAGE] = page;
      }
      int number = page[character % PAGE] - 1;
      if (number < 0) {
        number = count;
        page[character % PAGE] = number + 1;
        if (count == characters.length) {
          characters = Arrays.copyOf(characters, count * 2);
        }
        characters[count++] = character;
      }
      numbers.add(number);
      digest.accept(character);
    }

    boolean isEmpty() {
      return numbers.length() == 0;
    }

    CharacterText build() {
      return new CharacterText(
          numbers.trimmed(),
          Arrays.copyOf(characters, count),
          0,
          numbers.length(),
          digest.finish());
    }
  }

  /** {@return the characters of a string} */
  public static CharacterText of(String text) {
    Builder builder = new Builder();
    text.codePoints().forEach(builder);
    return builder.build();
  }

  /** {@return the number of characters} */
  public int length() {
    return length;
  }

  /** {@return whether it has no characters} */
  public boolean isEmpty() {
    return length == 0;
  }

  /** {@return the bytes that the characters take in memory} */
  public long bytes() {
    return numbers.bytes();
  }

  /** {@return SHA-256 of the text in UTF-8, in lower-case hexadecimal} */
  public String sha256() {
    if (sha256 != null) {
      return sha256;
    }
    Utf8Digest digest = new Utf8Digest();
    forEach(digest);
    return digest.finish();
  }

  /** {@return the code point of one character} */
  public int codePointAt(int position) {
    Objects.checkIndex(position, length);
    return characters[numbers.get(from + position)];
  }

  /**
   * {@return a part of the text, from {@code begin} to before {@code end}, a view without a copy}
   *
   * @throws IndexOutOfBoundsException if they are out of range
   */
  public CharacterText slice(int begin, int end) {
    Objects.checkFromToIndex(begin, end, length);
    return begin == 0 && end == length
        ? this
        : new CharacterText(numbers, characters, from + begin, end - begin, null);
  }

  /** {@return the distinct characters, by first occurrence} */
  public IntStream distinct() {
    return length == numbers.length() ? Arrays.stream(characters) : codePoints().distinct();
  }

  /** {@return all characters in order} */
  public IntStream codePoints() {
    return IntStream.range(0, length).map(this::codePointAt);
  }

  void forEach(IntConsumer consumer) {
    for (int position = 0; position < length; position++) {
      consumer.accept(codePointAt(position));
    }
  }

  /** Encodes the text: {@code symbols[k]} for the character {@code characters()[k]}. */
  EncodedText encode(int[] symbols) {
    return new EncodedText(numbers, symbols, from, length);
  }

  /** The distinct characters of the whole text; not all need to occur in a slice. */
  int[] characters() {
    return characters.clone();
  }

  /** The first position of {@code characters()[number]}, or -1. */
  int indexOf(int number) {
    for (int position = 0; position < length; position++) {
      if (numbers.get(from + position) == number) {
        return position;
      }
    }
    return -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharacterText text
        && text.length == length
        && IntStream.range(0, length).allMatch(k -> text.codePointAt(k) == codePointAt(k));
  }

  @Override
  public int hashCode() {
    return codePoints().limit(100).reduce(length, (hash, character) -> 31 * hash + character);
  }

  /** The text itself. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(length);
    forEach(text::appendCodePoint);
    return text.toString();
  }

  /** SHA-256 of characters in UTF-8; half of a pair counts as {@code ?}, as in Java. */
  private static final class Utf8Digest implements IntConsumer {
    private static final int BUFFER = 1 << 14;
    private final MessageDigest digest = Digests.sha256();
    private final byte[] bytes = new byte[BUFFER + 4];
    private int filled;

    @Override
    public void accept(int character) {
      if (character < 0x80) {
        bytes[filled++] = (byte) character;
      } else {
        acceptLong(character);
      }
      if (filled >= BUFFER) {
        digest.update(bytes, 0, filled);
        filled = 0;
      }
    }

    private void acceptLong(int character) {
      if (character < 0x800) {
        bytes[filled++] = (byte) (0xC0 | character >> 6);
      } else if (Characters.isLoneSurrogate(character)) {
        bytes[filled++] = '?';
        return;
      } else {
        if (character < 0x10000) {
          bytes[filled++] = (byte) (0xE0 | character >> 12);
        } else {
          bytes[filled++] = (byte) (0xF0 | character >> 18);
          bytes[filled++] = (byte) (0x80 | character >> 12 & 0x3F);
        }
        bytes[filled++] = (byte) (0x80 | character >> 6 & 0x3F);
      }
      bytes[filled++] = (byte) (0x80 | character & 0x3F);
    }

    String finish() {
      digest.update(bytes, 0, filled);
      return Digests.hexadecimal(digest.digest());
    }
  }
}
