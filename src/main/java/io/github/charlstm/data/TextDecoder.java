package io.github.charlstm.data;

import io.github.charlstm.data.TextFormat.OnMalformed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.IntConsumer;

/**
 * Decodes bytes to characters, piece by piece: a leading byte order mark is dropped, {@code \r\n}
 * and a lone {@code \r} become {@code \n}, and invalid bytes and NUL are an error or U+FFFD.
 */
final class TextDecoder {

  private static final int PIECE = 1 << 16;
  private static final int MARK = 0xFEFF;
  private static final int REPLACEMENT = 0xFFFD;

  private final InputStream input;
  private final String source;
  private final TextFormat format;
  private final IntConsumer characters;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(PIECE);
  private final CharBuffer units = CharBuffer.allocate(PIECE);
  // Offset in the file of the first byte in the buffer.
  private long offset;
  private long position;
  private char high;
  private boolean afterReturn;
  private boolean started;

  private TextDecoder(InputStream input, String source, TextFormat format, IntConsumer characters) {
    this.input = input;
    this.source = source;
    this.format = format;
    this.characters = characters;
    CodingErrorAction action =
        format.onMalformed() == OnMalformed.REPLACE
            ? CodingErrorAction.REPLACE
            : CodingErrorAction.REPORT;
    this.decoder =
        format.encoding().newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
  }

  /**
   * @param input read to its end, not closed
   * @throws InvalidDataException if a byte is invalid or a character is NUL, unless replaced
   */
  static void decode(InputStream input, String source, TextFormat format, IntConsumer characters)
      throws IOException {
    new TextDecoder(input, source, format, characters).run();
  }

  private void run() throws IOException {
    boolean end = false;
    while (!end) {
      end = fill();
      CoderResult result;
      do {
        result = decoder.decode(bytes, units, end);
        drain();
        if (result.isError()) {
          throw notText(result);
        }
      } while (result.isOverflow());
      offset += bytes.position();
      bytes.compact();
    }
    while (decoder.flush(units).isOverflow()) {
      drain();
    }
    drain();
    if (high != 0) {
      acceptHalf(high);
    }
  }

  // Fills the buffer and makes it ready for decoding; true at the end of the input.
  private boolean fill() throws IOException {
    int from = bytes.position();
    int read = input.readNBytes(bytes.array(), from, bytes.remaining());
    boolean end = read < bytes.remaining();
    bytes.limit(from + read).position(0);
    if (format.isUtf8() && format.onMalformed() == OnMalformed.REPORT) {
      for (int k = from; k < from + read; k++) {
        if (bytes.get(k) == 0) {
          throw binary(offset + k);
        }
      }
    }
    return end;
  }

  private void drain() {
    units.flip();
    while (units.hasRemaining()) {
      acceptUnit(units.get());
    }
    units.clear();
  }

  private void acceptUnit(char unit) {
    if (high != 0) {
      char first = high;
      high = 0;
      if (Character.isLowSurrogate(unit)) {
        accept(Character.toCodePoint(first, unit));
        return;
      }
      acceptHalf(first);
    }
    if (Character.isHighSurrogate(unit)) {
      high = unit;
    } else if (Character.isLowSurrogate(unit)) {
      acceptHalf(unit);
    } else {
      accept(unit);
    }
  }

  private void acceptHalf(char half) {
    refuse("holds " + Characters.describe(half) + ", half of a UTF-16 pair,");
    accept(REPLACEMENT);
  }

  private void accept(int character) {
    boolean second = afterReturn && character == '\n';
    boolean mark = !started && character == MARK && !format.dropsByteOrderMark();
    started = true;
    afterReturn = character == '\r';
    if (second || mark) {
      return;
    }
    if (character == 0) {
      refuse("looks binary: it holds a NUL");
    }
    characters.accept(character == '\r' ? '\n' : character == 0 ? REPLACEMENT : character);
    position++;
  }

  private void refuse(String complaint) {
    if (format.onMalformed() == OnMalformed.REPORT) {
      throw InvalidDataException.of(
              "%s %s at character %s (from 0); expected %s text; name its `encoding`, or read it"
                  + " with U+FFFD in place of such characters (`on_malformed` replace)",
              source, complaint, position, format.encoding().name());
    }
  }

  private InvalidDataException notText(CoderResult result) throws IOException {
    if (format.isUtf8()) {
      long nul = nulAhead();
      if (nul >= 0) {
        return binary(nul);
      }
    }
    return InvalidDataException.of(
            "%s is not %s text: byte 0x%02X at byte offset %s (from 0) %s; name its `encoding`, or"
                + " read it with U+FFFD in place of such bytes (`on_malformed` replace)",
            source,
            format.encoding().name(),
            bytes.get(bytes.position()),
            offset + bytes.position(),
            result.isUnmappable() ? "stands for no character" : "is not valid there");
  }

  // A NUL shows that a file is binary, which is a better message than its first invalid byte.
  private long nulAhead() throws IOException {
    long at = offset + bytes.limit();
    byte[] piece = new byte[PIECE];
    for (int read = input.read(piece); read >= 0; read = input.read(piece)) {
      for (int k = 0; k < read; k++) {
        if (piece[k] == 0) {
          return at + k;
        }
      }
      at += read;
    }
    return -1;
  }

  private InvalidDataException binary(long at) {
    return InvalidDataException.of(
        "%s looks binary (or UTF-16): NUL byte at byte offset %s (from 0); expected UTF-8 text, or"
            + " its `encoding`, such as UTF-16",
        source, at);
  }
}
