package io.github.charlstm.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.report.Html.Entry;
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

/** The files of a run, read one by one: each failure becomes a sentence of {@link #problems}. */
final class RunFiles {
  private static final int MOST_INVALID_LINES = 3;
  private static final Set<String> NOT_SETTINGS =
      Set.of("format", "version", "checksum", "vocabulary_sha256");

  final Path run;
  final List<String> problems = new ArrayList<>();

  RunFiles(Path run) {
    this.run = run;
  }

  /** The name of the run's folder. */
  String name() {
    Path name = run.toAbsolutePath().normalize().getFileName();
    return name == null ? run.toString() : name.toString();
  }

  /** The value, or empty with one more problem. */
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

  /** As above for a part of a checkpoint; no problem if a training run removed it meanwhile. */
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
    List<String> invalid = new ArrayList<>();
    Optional<MetricsFile> metrics =
        attempt("the curves", () -> MetricsFile.read(file, line -> invalid.add(line.getMessage())));
    invalid.stream().limit(MOST_INVALID_LINES).forEach(problems::add);
    if (invalid.size() > MOST_INVALID_LINES) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%,d more lines of %s are damaged and skipped",
              invalid.size() - MOST_INVALID_LINES,
              MetricsWriter.FILE_NAME));
    }
    return metrics;
  }

  /**
   * The run's checkpoints, oldest first.
   *
   * @param name of a checkpoint's folder or index file; its first group is the step
   * @param files names of all files of a checkpoint; the first group is the step
   */
  List<RunFacts.Checkpoint> checkpoints(Pattern name, Pattern files) {
    List<RunFacts.Checkpoint> found = new ArrayList<>();
    for (Path child : attempt("the run's folder", this::children).orElse(List.of())) {
      String fileName = child.getFileName().toString();
      Matcher matcher = name.matcher(fileName);
      if (matcher.matches()) {
        attempt(child, "checkpoint " + fileName, () -> checkpoint(child, matcher, files))
            .ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparingLong(RunFacts.Checkpoint::step));
    return found;
  }

  private RunFacts.Checkpoint checkpoint(Path file, Matcher name, Pattern files)
      throws IOException {
    long bytes = 0;
    for (Path part : children()) {
      Matcher matcher = files.matcher(part.getFileName().toString());
      if (matcher.matches() && matcher.group(1).equals(name.group(1))) {
        bytes += size(part);
      }
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    String fileName = name.group(0).replaceAll("\\.index$", "");
    return new RunFacts.Checkpoint(
        fileName, Long.parseLong(name.group(1)), bytes, written, Optional.empty());
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

  /**
   * The values of a settings file in JSON, in its order; empty with one more problem on failure.
   *
   * @param folder no problem if it was removed meanwhile
   * @param without regular expression of names to leave out
   */
  List<Entry> settings(Path folder, Callable<String> json, String without) {
    List<Entry> entries = new ArrayList<>();
    attempt(
        folder,
        "the settings",
        () -> {
          add(entries, "", new JsonMapper().readTree(json.call()));
          return entries;
        });
    return entries.stream().filter(entry -> !entry.name().matches(without)).toList();
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

  /** A number with commas between thousands. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
