package io.github.charlstm.recipe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Machine and commit of a run: {@code origins.jsonl} in its folder, a line per start or resume. */
public final class RunProvenance {
  private static final String FILE = "origins.jsonl";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A start or resume after so many steps; the commit is empty if unknown.
   *
   * @param machine its processor and system, and what the run is trained with
   * @param load average number of processes that ran or waited in the minute before; null if
   *     unknown
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Origin(long afterStep, String commit, String machine, Double load) {}

  private RunProvenance() {}

  /** Appends a line; the run's folder is created if it does not exist. */
  public static void append(Path run, Origin origin) throws IOException {
    Files.createDirectories(run);
    Files.writeString(
        run.resolve(FILE),
        JSON.writeValueAsString(origin) + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Reads all lines, oldest first; none without a file. */
  public static List<Origin> read(Path run) throws IOException {
    Path file = run.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try (MappingIterator<Origin> lines = JSON.readerFor(Origin.class).readValues(file.toFile())) {
      return lines.readAll();
    }
  }
}
