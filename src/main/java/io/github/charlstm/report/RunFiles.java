package io.github.charlstm.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.train.MetricsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a run, read one by one: what cannot be read becomes a sentence. */
final class RunFiles {
  private static final int MOST_BROKEN_LINES = 3;
  private static final Set<String> NOT_SETTINGS =
      Set.of("format", "version", "checksum", "vocabulary_sha256");

  final Path run;
  final List<String> problems = new ArrayList<>();

  RunFiles(Path run) {
    this.run = run;
  }

  /** The value, or empty and one more problem. */
  <T> Optional<T> attempt(String what, Callable<T> part) {
    try {
      return Optional.of(part.call());
    } catch (IOException e) {
      problems.add(what + ": " + FileFailures.reason(e));
    } catch (Exception e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      problems.add(what + ": " + message.lines().findFirst().orElse(e.toString()));
    }
    return Optional.empty();
  }

  /** The same of a checkpoint; one that a training run has removed meanwhile is no problem. */
  <T> Optional<T> attempt(Path checkpoint, String what, Callable<T> part) {
    Optional<T> value = attempt(what, part);
    if (value.isEmpty() && !Files.exists(checkpoint)) {
      problems.remove(problems.size() - 1);
    }
    return value;
  }

  Optional<MetricsFile> metrics() {
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    if (!Files.exists(file)) {
      problems.add("there is no " + MetricsWriter.FILE_NAME + ", so there are no curves");
      return Optional.empty();
    }
    List<String> broken = new ArrayList<>();
    Optional<MetricsFile> metrics =
        attempt("the curves", () -> MetricsFile.read(file, line -> broken.add(line.getMessage())));
    broken.stream().limit(MOST_BROKEN_LINES).forEach(problems::add);
    if (broken.size() > MOST_BROKEN_LINES) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%,d more lines of %s are damaged and passed over",
              broken.size() - MOST_BROKEN_LINES,
              MetricsWriter.FILE_NAME));
    }
    return metrics;
  }

  /**
   * Folders or files of the run whose names are a checkpoint's, oldest first.
   *
   * @param name its first group is the step
   * @param belongs whether a path is of the checkpoint of a name
   */
  List<RunFacts.Checkpoint> checkpoints(Pattern name, Pattern belongs) {
    List<RunFacts.Checkpoint> found = new ArrayList<>();
    for (Path child : attempt("the run's folder", this::children).orElse(List.of())) {
      String called = child.getFileName().toString();
      Matcher matcher = name.matcher(called);
      if (matcher.matches()) {
        attempt(child, "checkpoint " + called, () -> checkpoint(child, matcher, belongs))
            .ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparingLong(RunFacts.Checkpoint::step));
    return found;
  }

  private RunFacts.Checkpoint checkpoint(Path file, Matcher name, Pattern belongs)
      throws IOException {
    long bytes = 0;
    for (Path part : children()) {
      Matcher matcher = belongs.matcher(part.getFileName().toString());
      if (matcher.matches() && matcher.group(1).equals(name.group(1))) {
        bytes += size(part);
      }
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    String called = name.group(0).replaceAll("\\.index$", "");
    return new RunFacts.Checkpoint(
        called, Long.parseLong(name.group(1)), bytes, written, Optional.empty());
  }

  private List<Path> children() throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.sorted().toList();
    }
  }

  private static long size(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  /** The values of a settings file in JSON, in its order and by its names. */
  static List<Entry> settings(String json) throws IOException {
    List<Entry> entries = new ArrayList<>();
    add(entries, "", new JsonMapper().readTree(json));
    return entries;
  }

  private static void add(List<Entry> entries, String name, JsonNode value) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(
              field -> {
                if (!NOT_SETTINGS.contains(field.getKey())) {
                  String before = name.isEmpty() ? "" : name + ".";
                  add(entries, before + field.getKey(), field.getValue());
                }
              });
    } else {
      entries.add(new Entry(name, value.isValueNode() ? value.asText() : value.toString()));
    }
  }

  /** A count with its thousands apart. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
