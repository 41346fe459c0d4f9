package io.github.charlstm.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads text as Python's {@code open(path, encoding="utf-8-sig")} does: strict UTF-8, a leading
 * byte order mark dropped, universal newlines ({@code \r\n} and a lone {@code \r} become {@code
 * \n}).
 */
public final class TextFile {

  /** The largest file that is read, in bytes: 512 MiB. */
  public static final int MAXIMUM_BYTES = 512 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private TextFile() {}

  /**
   * Reads a whole text file.
   *
   * @param path the file
   * @return its text, never empty, newlines as {@code \n}
   * @throws InvalidDataException if the file is missing, a folder, unreadable, too large, empty,
   *     not UTF-8, or holds a NUL byte
   */
  public static String read(Path path) {
    return decode(readBytes(path), path.toString());
  }

  /**
   * Decodes the bytes of a text.
   *
   * @param bytes the bytes as stored
   * @param sourceName what error messages call the text, a path for instance
   * @return the text, never empty, newlines as {@code \n}
   * @throws InvalidDataException if there is no text, a NUL byte, or a byte sequence that is not
   *     UTF-8; byte offsets in the message count from 0
   */
  public static String decode(byte[] bytes, String sourceName) {
    Objects.requireNonNull(sourceName, "sourceName");
    refuseNul(bytes, sourceName);
    int start = startOfText(bytes);
    if (start == bytes.length) {
      throw new InvalidDataException(sourceName + " is empty: expected UTF-8 text");
    }
    ByteBuffer input = ByteBuffer.wrap(bytes, start, bytes.length - start);
    // UTF-8 never has more UTF-16 units than bytes.
    CharBuffer output = CharBuffer.allocate(bytes.length - start);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(input, output, true);
    if (result.isError()) {
      int offset = input.position();
      throw new InvalidDataException(
          String.format(
              "%s is not UTF-8 text: byte 0x%02X at byte offset %d (from 0) is not valid there;"
                  + " convert the file to UTF-8",
              sourceName, bytes[offset], offset));
    }
    return output.flip().toString().replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The raw bytes of a file the user named, with the same errors as {@link #read}. */
  static byte[] readBytes(Path path) {
    Objects.requireNonNull(path, "path");
    if (Files.isDirectory(path)) {
      throw new InvalidDataException(path + " is a folder: expected a file");
    }
    try {
      long size = Files.size(path);
      if (size > MAXIMUM_BYTES) {
        throw new InvalidDataException(
            String.format(
                "%s is too large: expected at most %d bytes, found %d; cut it to a part",
                path, MAXIMUM_BYTES, size));
      }
      return Files.readAllBytes(path);
    } catch (IOException failure) {
      throw new InvalidDataException(
          "cannot read " + path + ": " + FileFailures.reason(failure), failure);
    }
  }

  private static void refuseNul(byte[] bytes, String sourceName) {
    for (int offset = 0; offset < bytes.length; offset++) {
      if (bytes[offset] == 0) {
        throw new InvalidDataException(
            sourceName
                + " looks binary (or UTF-16): NUL byte at byte offset "
                + offset
                + " (from 0); expected UTF-8 text");
      }
    }
  }

  private static int startOfText(byte[] bytes) {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (i >= bytes.length || bytes[i] != BYTE_ORDER_MARK[i]) {
        return 0;
      }
    }
    return BYTE_ORDER_MARK.length;
  }
}
