package io.github.charlstm.data;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Reads text as Python's {@code open(path, encoding="utf-8-sig")} does: strict UTF-8 unless another
 * {@link TextFormat} is asked for, a leading byte order mark dropped, universal newlines ({@code
 * \r\n} and a lone {@code \r} become {@code \n}).
 */
public final class TextFile {

  /**
   * The largest file that {@link #read} accepts, in bytes: 512 MiB. {@link #load} has no such
   * limit.
   */
  public static final int MAXIMUM_BYTES = 512 << 20;

  private TextFile() {}

  /**
   * Reads a small text file, in UTF-8.
   *
   * @return its text, never empty, newlines as {@code \n}
   * @throws InvalidDataException if the file is missing, a folder, unreadable, too large, empty,
   *     not UTF-8, or holds a NUL byte
   */
  public static String read(Path path) {
    return decode(readBytes(path), path.toString());
  }

  /**
   * Decodes a text in UTF-8.
   *
   * @param sourceName name of the text in error messages, for instance a path
   * @return the text, never empty, newlines as {@code \n}
   * @throws InvalidDataException if the text is empty, holds a NUL byte, or is not UTF-8; byte
   *     offsets in the message count from 0
   */
  public static String decode(byte[] bytes, String sourceName) {
    Objects.requireNonNull(sourceName, "sourceName");
    StringBuilder text = new StringBuilder();
    try {
      TextDecoder.decode(
          new ByteArrayInputStream(bytes), sourceName, TextFormat.UTF_8, text::appendCodePoint);
    } catch (IOException impossible) {
      throw new IllegalStateException("an array can be read", impossible);
    }
    if (text.isEmpty()) {
      throw empty(sourceName, TextFormat.UTF_8);
    }
    return text.toString();
  }

  /**
   * Reads a text file of any length piece by piece, so that only the result is in memory.
   *
   * @param path a file, or anything that can be read once from its beginning to its end
   * @param format encoding of the bytes
   * @return its text, never empty, newlines as {@code \n}
   * @throws InvalidDataException if the file is missing, a folder, unreadable, empty, has more than
   *     2,147,483,639 characters, or, unless the format replaces them, holds NUL or bytes that are
   *     invalid in its encoding; byte offsets in the message count from 0
   */
  public static CharacterText load(Path path, TextFormat format) {
    return load(path, format, read -> {});
  }

  /**
   * As {@link #load(Path, TextFormat)}.
   *
   * @param progress called after each piece with the number of bytes read so far
   */
  public static CharacterText load(Path path, TextFormat format, LongConsumer progress) {
    refuseFolder(path);
    CharacterText.Builder characters = new CharacterText.Builder();
    try (InputStream input = new CountingStream(Files.newInputStream(path), progress)) {
      TextDecoder.decode(input, path.toString(), format, characters);
    } catch (IOException failure) {
      throw unreadable(path, failure);
    }
    if (characters.isEmpty()) {
      throw empty(path.toString(), format);
    }
    return characters.build();
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
      throw unreadable(path, failure);
    }
  }

  private static void refuseFolder(Path path) {
    Objects.requireNonNull(path, "path");
    if (Files.isDirectory(path)) {
      throw new InvalidDataException(path + " is a folder: expected a file");
    }
  }

  private static InvalidDataException unreadable(Path path, IOException failure) {
    return new InvalidDataException(
        "cannot read " + path + ": " + FileFailures.reason(failure), failure);
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
}
