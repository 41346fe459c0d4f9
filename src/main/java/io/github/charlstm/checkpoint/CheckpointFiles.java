package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.proto.VersionDef;

/** The files of a checkpoint, in both formats. */
final class CheckpointFiles {
  static final String INDEX = ".index";

  private static final Pattern V1_SHARD = Pattern.compile("-(\\d{5})-of-(\\d{5})");
  // How Python names all shards of a V1 checkpoint at once, also in the state file.
  private static final Pattern V1_PATTERN = Pattern.compile("(.+)-\\?{5}-of-(\\d{5}|\\?{5})");

  private CheckpointFiles() {}

  /** The file whose name is the prefix's name and an ending. */
  static Path sibling(Path prefix, String suffix) {
    Path name = prefix.getFileName();
    if (name == null || name.toString().isEmpty()) {
      throw new CheckpointException(
          "expected a checkpoint's path such as run/model.ckpt-100, found \"" + prefix + "\"");
    }
    return prefix.resolveSibling(name + suffix);
  }

  /** Whether there is an index (V2) or a file of the V1 format, whole or not. */
  static boolean exist(Path prefix) {
    return Files.exists(sibling(prefix, INDEX)) || !v1(prefix).isEmpty();
  }

  /**
   * The tensors of a checkpoint of either format. As in TensorFlow, V2 comes first if there are
   * both.
   *
   * @throws CheckpointException if there is none, or it is incomplete, damaged or not supported
   */
  static SortedMap<String, StoredTensor> read(Path prefix) {
    Path index = sibling(prefix, INDEX);
    if (Files.isRegularFile(index)) {
      return BundleReader.read(prefix, index);
    }
    if (Files.exists(index)) {
      throw new CheckpointException("checkpoint file " + index + " is no regular file");
    }
    List<Path> files = v1(prefix);
    if (!files.isEmpty()) {
      return V1Reader.read(files);
    }
    throw CheckpointException.of(
        "checkpoint not found: expected %s (V2 format) or a file %s (V1 format)%s; give the path"
            + " without .index",
        index, prefix, Files.isDirectory(prefix) ? ", which is a folder" : "");
  }

  /** The files of a V2 checkpoint in a folder, and its {@code .meta}; the index last. */
  static List<Path> v2(Path folder, String checkpoint) throws IOException {
    Pattern own =
        Pattern.compile(Pattern.quote(checkpoint) + "\\.(data-\\d{5}-of-\\d{5}|index|meta)");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> own.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparing(file -> file.toString().endsWith(INDEX)))
          .toList();
    }
  }

  /** All files of a checkpoint that exist, of either format, complete or not; the index first. */
  static List<Path> all(Path prefix) throws IOException {
    Path name = sibling(prefix, "").getFileName();
    Path folder = prefix.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>(v2(folder, name.toString()));
    Collections.reverse(found);
    found.removeIf(file -> file.toString().endsWith(".meta"));
    if (Files.exists(sibling(prefix, INDEX))) {
      return found;
    }
    if (Files.isRegularFile(prefix)) {
      found.add(prefix);
    } else {
      shards(prefix).sets().values().forEach(found::addAll);
    }
    return found;
  }

  /** The shards of a V1 checkpoint that exist, by their number. */
  private record Shards(Path base, SortedMap<Integer, List<Path>> sets) {}

  private static Shards shards(Path prefix) {
    Matcher pattern = V1_PATTERN.matcher(sibling(prefix, "").getFileName().toString());
    Path base = pattern.matches() ? prefix.resolveSibling(pattern.group(1)) : prefix;
    SortedMap<Integer, List<Path>> sets = shardSets(base);
    if (pattern.matches() && !pattern.group(2).startsWith("?")) {
      sets.keySet().retainAll(List.of(Integer.valueOf(pattern.group(2))));
    }
    return new Shards(base, sets);
  }

  /** The files of a V1 checkpoint: the one at the prefix, or all its shards; empty if none. */
  private static List<Path> v1(Path prefix) {
    if (Files.isRegularFile(prefix)) {
      if (prefix.toString().endsWith(INDEX)) {
        throw new CheckpointException(
            "expected a checkpoint's path without .index, found " + prefix);
      }
      return List.of(prefix);
    }
    Shards shards = shards(prefix);
    SortedMap<Integer, List<Path>> sets = shards.sets();
    if (sets.size() > 1) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "checkpoint %s has files of %s shards; give the path with -?????-of-%05d",
              prefix,
              sets.keySet(),
              sets.firstKey()));
    }
    return sets.isEmpty() ? List.of() : complete(shards.base(), sets.firstKey());
  }

  private static SortedMap<Integer, List<Path>> shardSets(Path base) {
    SortedMap<Integer, List<Path>> sets = new TreeMap<>();
    Path folder = base.toAbsolutePath().getParent();
    String start = base.getFileName().toString();
    if (folder == null || !Files.isDirectory(folder)) {
      return sets;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith(start)) {
          continue;
        }
        Matcher shard = V1_SHARD.matcher(name.substring(start.length()));
        if (shard.matches()) {
          sets.computeIfAbsent(Integer.valueOf(shard.group(2)), count -> new ArrayList<>())
              .add(file);
        }
      }
    } catch (IOException e) {
      throw CheckpointException.unreadable(folder, e);
    }
    return sets;
  }

  private static List<Path> complete(Path base, int count) {
    List<Path> files =
        IntStream.range(0, count)
            .mapToObj(i -> sibling(base, String.format(Locale.ROOT, "-%05d-of-%05d", i, count)))
            .toList();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw incomplete(base, file);
      }
    }
    return files;
  }

  static CheckpointException incomplete(Path checkpoint, Path missing) {
    return CheckpointException.of(
        "checkpoint %s is incomplete: its file %s is missing", checkpoint, missing);
  }

  static void requireFormat(Path file, VersionDef found, int known) {
    if (found.getMinConsumer() > known) {
      throw CheckpointException.of(
          "checkpoint file %s needs a reader of format %s; this one knows format %s",
          file, found.getMinConsumer(), known);
    }
  }
}
