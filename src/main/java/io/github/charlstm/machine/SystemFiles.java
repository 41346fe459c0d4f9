package io.github.charlstm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads text files of the kernel; a missing file has no lines. */
final class SystemFiles {
  private SystemFiles() {}

  static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  static Optional<String> first(Path file) {
    return lines(file).stream().findFirst();
  }
}
