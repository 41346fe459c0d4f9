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
  private static final String DATA_SETTINGS = "(data|images|text)\\..*"; // shown elsewhere
  private static final Pattern CHECKPOINT =
      Pattern.compile("i(\\d{1,18})_l\\d+|model\\.ckpt-(\\d{1,18})\\.index");
  private static final Set<String> NOT_SETTINGS =
      Set.of("format", "version", "checksum", "vocabulary_sha256");

  final Path run;
  final List<String> problems = new ArrayList<>();

  RunFiles(Path run) {
    this.run = run;
  }

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
    if (value.isEmpty() && isGone(checkpoint)) {
      problems.remove(problems.size() - 1);
    }
    return value;
  }

  boolean hasMetrics() {
    return Files.exists(run.resolve(MetricsWriter.FILE_NAME));
  }

  Optional<MetricsFile> metrics() {
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    if (!hasMetrics()) {
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

  /** The run's checkpoints, oldest first. */
  List<RunFacts.Checkpoint> checkpoints() {
    List<RunFacts.Checkpoint> found = new ArrayList<>();
    for (Path child : attempt("the run's folder", this::children).orElse(List.of())) {
      Matcher name = CHECKPOINT.matcher(child.getFileName().toString());
      if (name.matches()) {
        attempt(child, "checkpoint " + name.group(), () -> checkpoint(child, name))
            .ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparingLong(RunFacts.Checkpoint::step));
    return found;
  }

  private RunFacts.Checkpoint checkpoint(Path file, Matcher name) throws IOException {
    String step = name.group(1) == null ? name.group(2) : name.group(1);
    String stem = name.group().replaceAll("\\.index$", "");
    Pattern part = Pattern.compile(Pattern.quote(stem) + "(\\.(index|data-.*))?");
    long bytes = 0;
    for (Path child : children()) {
      if (part.matcher(child.getFileName().toString()).matches()) {
        bytes += size(child);
      }
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    return new RunFacts.Checkpoint(stem, Long.parseLong(step), bytes, written, Optional.empty());
  }

  /** Whether a checkpoint has neither a folder nor an index any more. */
  static boolean isGone(Path checkpoint) {
    return !Files.exists(checkpoint) && !Files.exists(Path.of(checkpoint + ".index"));
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

  /** The settings of a checkpoint in their order; empty with one more problem on failure. */
  List<Entry> settings(Path checkpoint, Callable<List<String>> descriptions) {
    List<Entry> entries = new ArrayList<>();
    attempt(
        checkpoint,
        "the settings",
        () -> {
          add(entries, "", new JsonMapper().readTree(descriptions.call().get(0)));
          return entries;
        });
    return entries.stream().filter(entry -> !entry.name().matches(DATA_SETTINGS)).toList();
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
