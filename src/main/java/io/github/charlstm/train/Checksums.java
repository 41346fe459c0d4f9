package io.github.charlstm.train;

import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The list of a checkpoint's files with their CRC-32C, written last, which reveals every changed
 * byte and missing file: a settings file with a changed digit would still be valid JSON.
 *
 * <p>One line for each file, {@code <checksum> <path>}; the last line is the checksum of the lines
 * above.
 */
final class Checksums {
  static final String FILE_NAME = "checksums.txt";
  private static final int BUFFER = 1 << 16;

  private Checksums() {}

  /**
   * @param folder of a checkpoint that is complete but for the list
   * @param list where to write it, in that folder
   */
  static void write(Path folder, Path list) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : filesOf(folder)) {
      String path = folder.relativize(file).toString().replace('\\', '/');
      text.append(of(file)).append(' ').append(path).append('\n');
    }
    Files.writeString(list, text + of(text.toString()) + "\n");
  }

  /** {@return what differs from what was written, or cannot be read; empty if nothing does} */
  static Optional<String> damage(Path folder, Path list) {
    try {
      String text = Files.readString(list, StandardCharsets.ISO_8859_1);
      int last = text.lastIndexOf('\n', text.length() - 2) + 1;
      if (!text.substring(last).equals(of(text.substring(0, last)) + "\n")) {
        return Optional.of(list + " is damaged");
      }
      for (String line : text.substring(0, last).lines().toList()) {
        int space = line.indexOf(' ');
        Path file = folder.resolve(line.substring(space + 1));
        if (!Files.isRegularFile(file)) {
          return Optional.of("it is not whole: it has no file " + folder.relativize(file));
        }
        if (!of(file).equals(line.substring(0, space))) {
          return Optional.of(file + " was changed after it was written");
        }
      }
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of("it is not whole: it has no file " + folder.relativize(list));
    } catch (IOException e) {
      return Optional.of("it cannot be read (" + FileFailures.reason(e) + ")");
    }
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String of(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return String.format("%08x", checksum.getValue());
  }

  private static String of(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (var channel = Files.newByteChannel(file)) {
      while (channel.read(buffer) >= 0) {
        checksum.update(buffer.flip());
        buffer.clear();
      }
    }
    return String.format("%08x", checksum.getValue());
  }
}
