package io.github.charlstm.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.charlstm.data.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The metrics of one run: JSON lines with the numbers {@code step}, {@code epoch}, {@code loss} and
 * the optional ones of {@link Row} in snake case. Other keys are ignored. At least one row; steps
 * rise.
 *
 * <p>A run that was killed and resumed repeats steps: a line replaces all earlier lines of the same
 * step and of later ones. A last line without a newline that is not valid JSON was cut off when the
 * process died, and is ignored.
 */
public record MetricsFile(List<Row> rows) {

  /**
   * One line of the file.
   *
   * @param step training step, counted from 1 over all epochs
   * @param epoch may be a fraction
   * @param loss training loss, nats per symbol, as is {@code validationLoss}
   * @param accuracy of a classifier on the step's batch, 0 to 1
   * @param testAccuracy of a classifier on the test images, 0 to 1
   * @param globalNorm of the gradients before clipping
   * @param learningRate of runs in which it changes
   */
  public record Row(
      double step,
      double epoch,
      double loss,
      OptionalDouble validationLoss,
      OptionalDouble accuracy,
      OptionalDouble testAccuracy,
      OptionalDouble seconds,
      OptionalDouble globalNorm,
      OptionalDouble learningRate) {}

  public MetricsFile {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("expected at least one row of metrics, found none");
    }
  }

  /** Reads a file in UTF-8; an IllegalArgumentException names the first invalid line, from 1. */
  public static MetricsFile read(Path file) throws IOException {
    return read(
        file,
        error -> {
          throw error;
        });
  }

  /** Reads the valid lines; {@code invalid} is called for each that is skipped. */
  public static MetricsFile read(Path file, Consumer<IllegalArgumentException> invalid)
      throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    // split on the byte \n: the last line may end within a UTF-8 sequence
    String[] lines = text.split("\n", -1);
    boolean lastLineEnds = lines[lines.length - 1].isEmpty();
    int count = lastLineEnds ? lines.length - 1 : lines.length;
    ObjectReader reader = StrictJson.MAPPER.reader();
    List<Row> rows = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      boolean mayBeCut = !lastLineEnds && index == count - 1;
      byte[] line = lines[index].getBytes(StandardCharsets.ISO_8859_1);
      try {
        append(rows, row(reader.readTree(line)));
      } catch (JsonProcessingException error) {
        if (!mayBeCut) {
          invalid.accept(invalid(file, index + 1, "it is not one JSON object", error));
        }
      } catch (IllegalArgumentException error) {
        invalid.accept(invalid(file, index + 1, error.getMessage(), error));
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + ": expected at least one complete line of metrics, found none; train a step first");
    }
    return new MetricsFile(rows);
  }

  /** {@return the last training step} */
  public long lastStep() {
    return (long) rows.get(rows.size() - 1).step();
  }

  /** {@return the last rows, all if there are fewer} */
  public List<Row> lastRows(int count) {
    return rows.subList(Math.max(0, rows.size() - count), rows.size());
  }

  /** {@return the row of a step; empty if there is none} */
  public Optional<Row> row(long step) {
    return rows.stream().filter(row -> row.step() == step).findFirst();
  }

  /** {@return the median of the steps' seconds, if they were measured} */
  public OptionalDouble medianSeconds() {
    double[] sorted =
        rows.stream().flatMapToDouble(row -> row.seconds().stream()).sorted().toArray();
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[sorted.length / 2]);
  }

  /** {@return the sum of the steps' seconds, without checkpoints and samples} */
  public double totalSeconds() {
    return rows.stream().flatMapToDouble(row -> row.seconds().stream()).sum();
  }

  /** {@return the training losses of all rows} */
  public LossSeries trainingLoss(String name) {
    return measured(name, row -> OptionalDouble.of(row.loss())).orElseThrow();
  }

  /** {@return the validation losses; empty if none was measured} */
  public Optional<LossSeries> validationLoss(String name) {
    return measured(name, Row::validationLoss);
  }

  /** {@return the accuracies on batches; empty if none was measured} */
  public Optional<LossSeries> accuracy(String name) {
    return measured(name, Row::accuracy);
  }

  /** {@return the accuracy on the test images after the last step, if it was measured} */
  public OptionalDouble testAccuracy() {
    return rows.get(rows.size() - 1).testAccuracy();
  }

  /** {@return a value, such as {@link Row#seconds}, of all rows that have it; empty if none has} */
  public Optional<LossSeries> measured(String name, Function<Row, OptionalDouble> value) {
    List<Row> measured = rows.stream().filter(row -> value.apply(row).isPresent()).toList();
    if (measured.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LossSeries(
            name,
            measured.stream().mapToDouble(Row::step).toArray(),
            measured.stream().mapToDouble(row -> value.apply(row).getAsDouble()).toArray()));
  }

  private static void append(List<Row> rows, Row row) {
    while (!rows.isEmpty() && rows.get(rows.size() - 1).step() >= row.step()) {
      rows.remove(rows.size() - 1);
    }
    rows.add(row);
  }

  private static Row row(JsonNode line) {
    if (!line.isObject()) {
      throw new IllegalArgumentException("it is not one JSON object");
    }
    return new Row(
        number(line, "step"),
        number(line, "epoch"),
        number(line, "loss"),
        measured(line, "validation_loss"),
        measured(line, "accuracy"),
        measured(line, "test_accuracy"),
        measured(line, "seconds"),
        measured(line, "global_norm"),
        measured(line, "learning_rate"));
  }

  private static OptionalDouble measured(JsonNode line, String key) {
    JsonNode value = line.path(key);
    return value.isMissingNode() || value.isNull()
        ? OptionalDouble.empty()
        : OptionalDouble.of(number(line, key));
  }

  private static double number(JsonNode line, String key) {
    JsonNode value = line.path(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      String found = value.isMissingNode() ? "nothing" : value.toString();
      throw new IllegalArgumentException(
          "expected a finite number for \"" + key + "\", found " + found);
    }
    return value.doubleValue();
  }

  private static IllegalArgumentException invalid(
      Path file, int line, String reason, Exception cause) {
    return new IllegalArgumentException(
        String.format(
            "%s, line %s: %s; each line must be an object such as"
                + " {\"step\":1,\"epoch\":1,\"loss\":4.4}; correct or remove the line",
            file, line, reason),
        cause);
  }
}
