package io.github.charlstm.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Limits of a process's control group (Linux, version 2 or 1) and of its parents. Within a
 * container the container's group may be mounted as the root.
 */
public final class Cgroup {
  // Version 1 writes a number near 2^63 for "none".
  private static final double NO_LIMIT = 1e18;

  private final Path root;
  private final List<String> membership;

  /** The groups are mounted at {@code root}; {@code membership} is {@code /proc/<id>/cgroup}. */
  Cgroup(Path root, List<String> membership) {
    this.root = root;
    this.membership = List.copyOf(membership);
  }

  /** {@return the control group of this process} */
  public static Cgroup here() {
    return new Cgroup(Path.of("/sys/fs/cgroup"), SystemFiles.lines(Path.of("/proc/self/cgroup")));
  }

  /** {@return the limit in words, such as "1.5 processors"; empty if there is none} */
  public String processors() {
    OptionalDouble one =
        least(
            "cpu",
            folder ->
                number(folder, "cpu.cfs_quota_us")
                    .flatMap(
                        quota ->
                            number(folder, "cpu.cfs_period_us").map(period -> quota / period)));
    OptionalDouble two =
        least("", folder -> SystemFiles.first(folder.resolve("cpu.max")).flatMap(Cgroup::share));
    double least = Math.min(one.orElse(NO_LIMIT), two.orElse(NO_LIMIT));
    return least < NO_LIMIT ? String.format(Locale.ROOT, "%.1f processors", least) : "";
  }

  /** {@return the memory limit in bytes; 0 if there is none} */
  public long memory() {
    OptionalDouble one = least("memory", folder -> number(folder, "memory.limit_in_bytes"));
    OptionalDouble two = least("", folder -> number(folder, "memory.max"));
    double least = Math.min(one.orElse(NO_LIMIT), two.orElse(NO_LIMIT));
    return least < NO_LIMIT ? (long) least : 0;
  }

  // The lowest positive limit of the group and its parents; version 2 has one tree, without a name.
  private OptionalDouble least(String controller, Function<Path, Optional<Double>> limit) {
    return folders(controller).stream()
        .map(limit)
        .flatMap(Optional::stream)
        .mapToDouble(Double::doubleValue)
        .filter(value -> value > 0 && value < NO_LIMIT)
        .min();
  }

  private List<Path> folders(String controller) {
    Path top = root.resolve(controller);
    List<Path> folders = new ArrayList<>(List.of(top));
    for (String line : membership) {
      String[] parts = line.split(":", 3); // 4:memory:/a/b, in version 2 0::/a/b
      if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
        Path folder = top;
        for (Path name : Path.of(parts[2])) {
          folder = folder.resolve(name);
          folders.add(folder);
        }
      }
    }
    return folders;
  }

  private static Optional<Double> share(String line) {
    String[] words = line.split(" ");
    return words.length == 2
        ? number(words[0]).flatMap(quota -> number(words[1]).map(period -> quota / period))
        : Optional.empty();
  }

  private static Optional<Double> number(Path folder, String file) {
    return SystemFiles.first(folder.resolve(file)).flatMap(Cgroup::number);
  }

  private static Optional<Double> number(String word) {
    try {
      return Optional.of(Double.parseDouble(word.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty(); // "max"
    }
  }
}
