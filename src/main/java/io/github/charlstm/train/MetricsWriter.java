package io.github.charlstm.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.data.FileFailures;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Appends a line of JSON for each step to {@code metrics.jsonl}: {@code step}, {@code epoch},
 * {@code loss}, {@code global_norm} (before clipping), {@code seconds} and what else was measured,
 * see {@link TrainingListener.StepReport}.
 */
public final class MetricsWriter implements TrainingListener, AutoCloseable {
  /** Name of the file in a run's folder. */
  public static final String FILE_NAME = "metrics.jsonl";

  private final ObjectMapper mapper = new ObjectMapper();
  private final Path file;
  private final BufferedWriter writer;

  /**
   * Opens the file of a run that starts or resumes at a step. Lines of later steps, left by a run
   * that was killed after its last checkpoint, are removed, since those steps are done again.
   */
  public MetricsWriter(Path run, long step) {
    file = run.resolve(FILE_NAME);
    try {
      writer = open(run, step);
    } catch (IOException e) {
      throw new InvalidRunException(
          file + " cannot be written to (" + FileFailures.reason(e) + ")", e);
    }
  }

  private BufferedWriter open(Path run, long step) throws IOException {
    if (Files.exists(file)) {
      Path kept = run.resolve(FILE_NAME + ".part");
      Files.write(kept, linesUpTo(step), StandardCharsets.ISO_8859_1);
      Files.move(kept, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public void onStep(StepReport report) {
    ObjectNode line = mapper.createObjectNode();
    line.put("step", report.step()).put("epoch", report.epoch()).put("loss", report.loss());
    line.put("global_norm", report.globalNorm()).put("seconds", report.seconds());
    report.metrics().forEach(line::put);
    append(line);
  }

  private void append(ObjectNode line) {
    try {
      writer.write(mapper.writeValueAsString(line));
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot append to "
              + file
              + " ("
              + FileFailures.reason(e)
              + "); "
              + FileFailures.remedy(e)
              + " and resume the run from its newest checkpoint",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private List<String> linesUpTo(long step) throws IOException {
    // One character a byte: a line that is no UTF-8 is a damaged line, not an unreadable file.
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    List<String> kept = new ArrayList<>();
    for (int k = 0; k < lines.size(); k++) {
      OptionalLong found = stepOf(lines.get(k));
      if (found.isEmpty() && k < lines.size() - 1) {
        throw new InvalidRunException(
            file + " is damaged in line " + (k + 1) + "; repair that line or move the file away");
      }
      // The last line may have been cut short when the process was killed.
      if (found.isPresent() && found.getAsLong() <= step) {
        kept.add(lines.get(k));
      }
    }
    return kept;
  }

  private OptionalLong stepOf(String line) {
    try {
      JsonNode step = mapper.readTree(line).path("step");
      return step.isIntegralNumber() ? OptionalLong.of(step.asLong()) : OptionalLong.empty();
    } catch (JsonProcessingException e) {
      return OptionalLong.empty();
    }
  }
}
