package io.github.charlstm.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a file of unsigned bytes in the IDX format, gzip or not: a magic number, the sizes, and the
 * values, all big endian.
 */
final class IdxFile {

  private static final int GZIP_FIRST_BYTE = 0x1F;
  private static final int GZIP_SECOND_BYTE = 0x8B;

  private final Path path;
  private final int magicNumber;
  private final String content;
  private final int[] itemSizes;

  /**
   * @param magicNumber what the file has to begin with
   * @param content what it holds, for messages
   * @param itemSizes the sizes of one item, which the file has to name after the number of items
   */
  IdxFile(Path path, int magicNumber, String content, int... itemSizes) {
    this.path = path;
    this.magicNumber = magicNumber;
    this.content = content;
    this.itemSizes = itemSizes;
  }

  /**
   * Reads the whole file. Memory follows what is there, never what the header claims.
   *
   * @return the values of all items, at least one item
   * @throws InvalidDataException if the file cannot be read or is not what it has to be
   */
  byte[] read() {
    if (Files.isDirectory(path)) {
      throw new InvalidDataException(path + " is a folder: expected a file");
    }
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
        InputStream values = unzipped(file)) {
      return values(new DataInputStream(values));
    } catch (EOFException failure) {
      throw new InvalidDataException(
          path + " is cut short: its end is missing; fetch it again", failure);
    } catch (ZipException failure) {
      throw new InvalidDataException(
          path + " is damaged: gzip says \"" + FileFailures.reason(failure) + "\"; fetch it again",
          failure);
    } catch (IOException failure) {
      throw new InvalidDataException(
          "cannot read " + path + ": " + FileFailures.reason(failure), failure);
    }
  }

  private InputStream unzipped(InputStream file) throws IOException {
    file.mark(2);
    int first = file.read();
    int second = file.read();
    file.reset();
    if (first == GZIP_FIRST_BYTE && second == GZIP_SECOND_BYTE) {
      return new GZIPInputStream(file, 1 << 16);
    }
    // An IDX file begins with two zeros; some programs unzip what they fetch and keep the name.
    if (path.toString().endsWith(".gz") && (first != 0 || second != 0)) {
      throw new InvalidDataException(
          String.format(
              "%s is not a gzip file: expected it to begin with bytes 1F 8B, found %s; fetch it"
                  + " again",
              path, first < 0 ? "nothing" : String.format("%02X %02X", first, second & 0xFF)));
    }
    return file;
  }

  private byte[] values(DataInputStream values) throws IOException {
    int magic = values.readInt();
    if (magic != magicNumber) {
      throw new InvalidDataException(
          String.format(
              "%s does not hold %s: expected magic number %s, found %s",
              path, content, magicNumber, magic));
    }
    int count = values.readInt();
    long itemBytes = 1;
    for (int expected : itemSizes) {
      itemBytes *= expected;
    }
    int[] sizes = new int[itemSizes.length];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = values.readInt();
    }
    if (!Arrays.equals(sizes, itemSizes)) {
      throw new InvalidDataException(
          String.format(
              "%s: expected %s of %s, found %s", path, content, sizes(itemSizes), sizes(sizes)));
    }
    long largest = TextFile.MAXIMUM_BYTES / itemBytes;
    if (count < 1 || count > largest) {
      throw new InvalidDataException(
          String.format(
              "%s: expected 1 to %s %s, found a header that claims %s",
              path, largest, content, Integer.toUnsignedLong(count)));
    }
    return exactly((int) (count * itemBytes), count, values);
  }

  private byte[] exactly(int length, int count, InputStream values) throws IOException {
    byte[] bytes = values.readNBytes(length);
    if (bytes.length < length) {
      throw wrongLength("only " + bytes.length, length, count);
    }
    // Asking on past the end also makes gzip check its sum.
    if (values.read() >= 0) {
      throw wrongLength("more", length, count);
    }
    return bytes;
  }

  private InvalidDataException wrongLength(String found, int length, int count) {
    return new InvalidDataException(
        String.format(
            "%s: expected %s bytes for %s %s, found %s; fetch it again",
            path, length, count, content, found));
  }

  private static String sizes(int[] sizes) {
    return sizes[0] + " x " + sizes[1];
  }
}
