package io.github.charlstm.data;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** A vocabulary of the bytes of UTF-8. A symbol is the character whose code point is the byte. */
final class ByteVocabulary extends Vocabulary {
  private static final int BYTES = 256;
  private static final int LONGEST = 4;

  private final List<String> symbols;
  private final int[] numbers = new int[BYTES]; // by byte; -1 if it has none

  private ByteVocabulary(List<String> symbols, int documentMark) {
    super(documentMark);
    this.symbols = List.copyOf(symbols);
    Arrays.fill(numbers, -1);
    for (int number = 0; number < symbols.size(); number++) {
      if (number != documentMark) {
        numbers[symbols.get(number).charAt(0)] = number;
      }
    }
  }

  /**
   * @param symbols distinct characters of code points below 256
   */
  static ByteVocabulary ordered(List<String> symbols) {
    CharacterVocabulary.requireDistinct(symbols, false);
    for (String symbol : symbols) {
      if (symbol.codePointAt(0) >= BYTES) {
        throw new InvalidDataException(
            "expected bytes as the characters of their numbers, found "
                + Characters.describe(symbol.codePointAt(0)));
      }
    }
    return new ByteVocabulary(symbols, -1);
  }

  @Override
  Vocabulary marked(List<String> marked, int documentMark) {
    return new ByteVocabulary(marked, documentMark);
  }

  private static byte[] bytes(int codePoint) {
    return Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean contains(String symbol) {
    if (symbol.codePointCount(0, symbol.length()) != 1) {
      return false;
    }
    for (byte one : bytes(symbol.codePointAt(0))) {
      if (numbers[Byte.toUnsignedInt(one)] < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public OptionalInt unknown() {
    return OptionalInt.empty();
  }

  @Override
  public String separator() {
    return "";
  }

  @Override
  public String unit() {
    return "byte";
  }

  @Override
  public EncodedText encode(CharacterText text) {
    PackedIntList encoded = new PackedIntList();
    for (int position = 0; position < text.length(); position++) {
      int character = text.codePointAt(position);
      if (character < BYTES / 2 && numbers[character] >= 0) {
        encoded.add(numbers[character]);
        continue;
      }
      if (!contains(Character.toString(character))) {
        throw InvalidDataException.of(
            "character %s at position %s (in characters, from 0) has bytes that are not in the"
                + " vocabulary of %s bytes; remove or replace it",
            Characters.describe(character), position, size());
      }
      for (byte one : bytes(character)) {
        encoded.add(numbers[Byte.toUnsignedInt(one)]);
      }
    }
    return new EncodedText(encoded.trimmed(), null, 0, encoded.length());
  }

  @Override
  public IntFunction<String> speller() {
    return new Speller();
  }

  /** Gives each character with its last byte, and U+FFFD for bytes that are no character. */
  private final class Speller implements IntFunction<String> {
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer waiting = ByteBuffer.allocate(2 * LONGEST);

    @Override
    public String apply(int symbol) {
      if (isMark(symbol)) {
        // A character that is not whole by the end of its document never will be.
        boolean incomplete = waiting.position() > 0;
        waiting.clear();
        return incomplete ? "\uFFFD" : "";
      }
      waiting.put((byte) symbol(symbol).charAt(0));
      waiting.flip();
      CharBuffer text = CharBuffer.allocate(2 * LONGEST);
      decoder.decode(waiting, text, false);
      waiting.compact();
      return text.flip().toString();
    }
  }

  @Override
  List<String> symbols() {
    return symbols;
  }
}
