package io.github.charlstm.recipe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a run's steps come from: {@code origins.jsonl} in its folder, a line each time it was begun
 * or gone on with.
 */
public final class RunProvenance {
  private static final String FILE = "origins.jsonl";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One beginning.
   *
   * @param afterStep steps that were done before
   * @param commit of the program, or empty if it is not known
   * @param machine what it ran on
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Origin(long afterStep, String commit, String machine) {}

  private RunProvenance() {}

  /**
   * Adds a line, and makes the folder if need be.
   *
   * @param run the run's folder
   * @param origin what the line says
   * @throws IOException if the disk refuses
   */
  public static void append(Path run, Origin origin) throws IOException {
    Files.createDirectories(run);
    Files.writeString(
        run.resolve(FILE),
        JSON.writeValueAsString(origin) + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Reads all lines.
   *
   * @param run the run's folder
   * @return in the order in which they were added; empty without a file
   * @throws IOException if the file is damaged
   */
  public static List<Origin> read(Path run) throws IOException {
    List<Origin> origins = new ArrayList<>();
    if (Files.isRegularFile(run.resolve(FILE))) {
      for (String line : Files.readAllLines(run.resolve(FILE), StandardCharsets.UTF_8)) {
        origins.add(JSON.readValue(line, Origin.class));
      }
    }
    return origins;
  }
}
