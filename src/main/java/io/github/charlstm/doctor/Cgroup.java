package io.github.charlstm.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The limits that Linux sets to a container, version 2 or 1. */
final class Cgroup {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  // Version 1 writes a number near 2^63 for "none".
  private static final double NO_LIMIT = 1e18;

  private Cgroup() {}

  /** How many processors, in words; empty if there is no limit. */
  static String processors() {
    return processors(ROOT);
  }

  static String processors(Path root) {
    Optional<String> quota = first(root, "cpu/cpu.cfs_quota_us");
    Optional<String> period = first(root, "cpu/cpu.cfs_period_us");
    String[] words =
        first(root, "cpu.max")
            .or(() -> quota.flatMap(q -> period.map(p -> q + " " + p)))
            .orElse("")
            .split(" ");
    double share = words.length == 2 ? number(words[0]) / number(words[1]) : Double.NaN;
    return share > 0 ? String.format(Locale.ROOT, "%.1f processors", share) : "";
  }

  /** How much memory, in bytes; 0 if there is no limit. */
  static long memory() {
    return memory(ROOT);
  }

  static long memory(Path root) {
    for (String file : List.of("memory.max", "memory/memory.limit_in_bytes")) {
      double bytes = first(root, file).map(Cgroup::number).orElse(Double.NaN);
      if (bytes > 0 && bytes < NO_LIMIT) {
        return (long) bytes;
      }
    }
    return 0;
  }

  private static double number(String word) {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      return Double.NaN; // "max"
    }
  }

  private static Optional<String> first(Path root, String file) {
    try {
      return Files.readAllLines(root.resolve(file)).stream().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
