package io.github.charlstm.data;

import io.github.charlstm.data.TextFormat.OnMalformed;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/**
 * Reads text as Python's {@code open(path, encoding="utf-8-sig")} does: strict UTF-8 unless another
 * {@link TextFormat} is asked for, a leading byte order mark dropped, universal newlines ({@code
 * \r\n} and a lone {@code \r} become {@code \n}).
 */
public final class TextFile {

  /** The largest file that {@link #read}, not {@link #load}, accepts, in bytes: 512 MiB. */
  public static final int MAXIMUM_BYTES = 512 << 20;

  private static final int MAGIC_BYTES = 4;
  private static final int BYTES_EXAMINED = 8192;

  /** How the ends of lines are read (Python: {@code open(path, newline=...)}). */
  public enum Newlines {
    /** As {@code \n}, whatever they are (Python: {@code newline=None}, the default). */
    UNIVERSAL,
    /** As they are (Python: {@code newline=''}, and programs that decode bytes themselves). */
    KEPT;

    /** {@return those of the texts of a model: kept if it knows carriage returns} */
    public static Newlines of(Vocabulary vocabulary) {
      return vocabulary.contains('\r') ? KEPT : UNIVERSAL;
    }
  }

  private TextFile() {}

  /**
   * Reads a small text file in UTF-8; newlines become {@code \n}. An InvalidDataException if it is
   * no file, unreadable, too large, empty, not UTF-8, or holds a NUL byte.
   */
  public static String read(Path path) {
    return decode(readBytes(path), path.toString());
  }

  /**
   * Decodes a text in UTF-8, which is never empty; messages give its name and byte offsets from 0.
   *
   * @throws InvalidDataException if the text is empty, holds a NUL byte, or is not UTF-8
   */
  public static String decode(byte[] bytes, String sourceName) {
    StringBuilder text = new StringBuilder();
    try {
      TextDecoder.decode(
          new ByteArrayInputStream(bytes),
          sourceName,
          TextFormat.UTF_8,
          Newlines.UNIVERSAL,
          text::appendCodePoint);
    } catch (IOException impossible) {
      throw new IllegalStateException("an array can be read", impossible);
    }
    if (text.isEmpty()) {
      throw empty(sourceName, TextFormat.UTF_8);
    }
    return text.toString();
  }

  /**
   * Reads a text file of any length piece by piece, so that only the result, never empty, is in
   * memory. A file in gzip format is unpacked as it is read. The path may be anything that can be
   * read once from its beginning to its end.
   *
   * @throws InvalidDataException if the file is missing, a folder, unreadable, empty, has more than
   *     2,147,483,639 characters, or, unless the format replaces them, holds NUL or bytes that are
   *     invalid in its encoding; byte offsets in the message count from 0
   */
  public static CharacterText load(Path path, TextFormat format) {
    return load(path, format, Newlines.UNIVERSAL, read -> {});
  }

  /** As {@link #load(Path, TextFormat)}; {@code progress} receives the bytes read so far. */
  public static CharacterText load(
      Path path, TextFormat format, Newlines newlines, LongConsumer progress) {
    CharacterText.Builder characters = new CharacterText.Builder();
    read(path, format, newlines, progress, characters);
    if (characters.isEmpty()) {
      throw empty(path.toString(), format);
    }
    return characters.build();
  }

  /** Reads the characters of a file, which may have none. */
  static void read(
      Path path,
      TextFormat format,
      Newlines newlines,
      LongConsumer progress,
      IntConsumer characters) {
    refuseFolder(path);
    try (InputStream file = new CountingStream(Files.newInputStream(path), progress);
        InputStream input = unpacked(file, path.toString())) {
      TextDecoder.decode(input, path.toString(), format, newlines, characters);
    } catch (IOException failure) {
      throw unreadable(path.toString(), failure);
    }
  }

  /** Whether a file is no text: it is packed, or, in UTF-8, has NUL among its first bytes. */
  static boolean isBinary(Path path, TextFormat format) {
    try (InputStream file = Files.newInputStream(path);
        InputStream input = unpacked(file, path.toString())) {
      for (byte one : input.readNBytes(BYTES_EXAMINED)) {
        if (one == 0 && format.isUtf8()) {
          return true;
        }
      }
      return false;
    } catch (InvalidDataException e) {
      return true;
    } catch (IOException failure) {
      throw unreadable(path.toString(), failure);
    }
  }

  /** As {@link #load(Path, TextFormat)}, of a stream, which is closed; messages give its name. */
  public static CharacterText load(
      InputStream stream, String sourceName, TextFormat format, Newlines newlines) {
    CharacterText.Builder characters = new CharacterText.Builder();
    try (InputStream input = unpacked(stream, sourceName)) {
      TextDecoder.decode(input, sourceName, format, newlines, characters);
    } catch (IOException failure) {
      throw unreadable(sourceName, failure);
    }
    if (characters.isEmpty()) {
      throw empty(sourceName, format);
    }
    return characters.build();
  }

  private static InputStream unpacked(InputStream file, String sourceName) throws IOException {
    PushbackInputStream input = new PushbackInputStream(file, MAGIC_BYTES);
    byte[] start = input.readNBytes(MAGIC_BYTES);
    input.unread(start);
    String magic = new String(start, StandardCharsets.ISO_8859_1);
    if (magic.startsWith("\u001f\u008b")) { // gzip: RFC 1952
      return new GZIPInputStream(input);
    }
    String other =
        magic.startsWith("PK\u0003\u0004")
            ? "zip"
            : magic.matches("BZh[1-9]")
                ? "bzip2"
                : magic.equals("\u00fd7zX")
                    ? "xz"
                    : magic.equals("\u0028\u00b5\u002f\u00fd") ? "zstd" : "";
    if (!other.isEmpty()) {
      throw InvalidDataException.of(
          "%s is packed (%s): expected text, or text in gzip format; unpack it first",
          sourceName, other);
    }
    return input;
  }

  /** The bytes of a file, with the errors of {@link #read}. */
  static byte[] readBytes(Path path) {
    refuseFolder(path);
    try {
      long size = Files.size(path);
      if (size > MAXIMUM_BYTES) {
        throw InvalidDataException.of(
            "%s is too large: expected at most %s bytes, found %s; cut it to a part",
            path, MAXIMUM_BYTES, size);
      }
      return Files.readAllBytes(path);
    } catch (IOException failure) {
      throw unreadable(path.toString(), failure);
    }
  }

  static void requireExists(Path path) {
    if (Files.notExists(path)) {
      throw unreadable(path.toString(), new NoSuchFileException(path.toString()));
    }
  }

  private static void refuseFolder(Path path) {
    if (Files.isDirectory(path)) {
      throw new InvalidDataException(path + " is a folder: expected a file");
    }
  }

  private static InvalidDataException unreadable(String sourceName, IOException failure) {
    return new InvalidDataException(
        "cannot read " + sourceName + ": " + FileFailures.reason(failure), failure);
  }

  private static InvalidDataException empty(String sourceName, TextFormat format) {
    return new InvalidDataException(
        sourceName + " is empty: expected " + format.encoding().name() + " text");
  }

  /** Reports the bytes read so far after each piece. */
  private static final class CountingStream extends FilterInputStream {
    private final LongConsumer progress;
    private long count;

    CountingStream(InputStream input, LongConsumer progress) {
      super(input);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      add(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      add(Math.max(0, read));
      return read;
    }

    private void add(int bytes) {
      count += bytes;
      progress.accept(count);
    }
  }

  /**
   * Decodes bytes to characters, piece by piece: a leading byte order mark is dropped, {@code \r\n}
   * and a lone {@code \r} become {@code \n}, and invalid bytes and NUL are an error or U+FFFD.
   */
  private static final class TextDecoder {

    private static final int PIECE = 1 << 16;
    private static final int MARK = 0xFEFF;
    private static final int REPLACEMENT = 0xFFFD;

    private final InputStream input;
    private final String source;
    private final TextFormat format;
    private final Newlines newlines;
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

    private TextDecoder(
        InputStream input,
        String source,
        TextFormat format,
        Newlines newlines,
        IntConsumer characters) {
      this.input = input;
      this.source = source;
      this.format = format;
      this.newlines = newlines;
      this.characters = characters;
      CodingErrorAction action =
          format.onMalformed() == OnMalformed.REPLACE
              ? CodingErrorAction.REPLACE
              : CodingErrorAction.REPORT;
      this.decoder =
          format.encoding().newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
    }

    /** Throws an InvalidDataException for an invalid byte or NUL, unless replaced. */
    static void decode(
        InputStream input,
        String source,
        TextFormat format,
        Newlines newlines,
        IntConsumer characters)
        throws IOException {
      new TextDecoder(input, source, format, newlines, characters).run();
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
      boolean isReturn = character == '\r' && newlines == Newlines.UNIVERSAL;
      afterReturn = isReturn;
      if (second || mark) {
        return;
      }
      if (character == 0) {
        refuse("looks binary: it holds a NUL");
      }
      characters.accept(isReturn ? '\n' : character == 0 ? REPLACEMENT : character);
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
          "%s looks binary (or UTF-16): NUL byte at byte offset %s (from 0); expected UTF-8 text,"
              + " or its `encoding`, such as UTF-16",
          source, at);
    }
  }
}
