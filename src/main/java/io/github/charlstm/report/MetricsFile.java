package io.github.charlstm.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
 * The metrics of one run: a file of JSON lines, one object a line with the numbers {@code step},
 * {@code epoch}, {@code loss} and, where it was measured, {@code validation_loss}. Other keys are
 * ignored.
 *
 * <p>A run that was killed and resumed may have written some steps twice: a line replaces all
 * earlier lines of its step and of later ones. A process that dies while it writes leaves half a
 * line with no newline behind it; such a last line is ignored.
 *
 * @param rows at least one, with rising steps
 */
public record MetricsFile(List<Row> rows) {

  /**
   * One line of the file.
   *
   * @param step training step, counted from 1 over all epochs
   * @param epoch epoch, as the run counts them; may be a fraction
   * @param loss training loss in nats per character
   * @param validationLoss loss on the held-out text, nats per character, if it was measured here
   * @param accuracy of a classifier, from 0 to 1, if it was measured here
   * @param testAccuracy of a classifier, on images that it was not trained on
   * @param seconds that the step took
   * @param globalNorm of the gradients before clipping
   */
  public record Row(
      double step,
      double epoch,
      double loss,
      OptionalDouble validationLoss,
      OptionalDouble accuracy,
      OptionalDouble testAccuracy,
      OptionalDouble seconds,
      OptionalDouble globalNorm) {}

  /**
   * Copies the rows.
   *
   * @param rows at least one
   * @throws IllegalArgumentException if there is none
   */
  public MetricsFile {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("expected at least one row of metrics, found none");
    }
  }

  /**
   * Reads a file.
   *
   * @param file JSON lines in UTF-8
   * @return its rows
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a line is broken (the message names the file and the line's
   *     number, counted from 1) or the file holds no whole line
   */
  public static MetricsFile read(Path file) throws IOException {
    return read(
        file,
        error -> {
          throw error;
        });
  }

  /**
   * Reads as much of a file as is whole.
   *
   * @param file JSON lines in UTF-8
   * @param broken hears of each line that is passed over
   * @return its other rows
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the file holds no whole line
   */
  public static MetricsFile read(Path file, Consumer<IllegalArgumentException> broken)
      throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    // split on the byte \n; a cut UTF-8 sequence in a torn line must not stop the reading
    String[] lines = text.split("\n", -1);
    boolean lastLineEnds = lines[lines.length - 1].isEmpty();
    int whole = lastLineEnds ? lines.length - 1 : lines.length;
    ObjectReader reader = strictReader();
    List<Row> rows = new ArrayList<>();
    for (int index = 0; index < whole; index++) {
      boolean mayBeTorn = !lastLineEnds && index == whole - 1;
      byte[] line = lines[index].getBytes(StandardCharsets.ISO_8859_1);
      try {
        append(rows, row(reader.readTree(line)));
      } catch (JsonProcessingException error) {
        if (!mayBeTorn) {
          broken.accept(broken(file, index + 1, "it is not one JSON object", error));
        }
      } catch (IllegalArgumentException error) {
        broken.accept(broken(file, index + 1, error.getMessage(), error));
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": expected at least one whole line of metrics, found none; train a step first");
    }
    return new MetricsFile(rows);
  }

  /**
   * {@return the training losses of all rows}
   *
   * @param name the series' name
   */
  public LossSeries trainingLoss(String name) {
    return new LossSeries(
        name,
        rows.stream().mapToDouble(Row::step).toArray(),
        rows.stream().mapToDouble(Row::loss).toArray());
  }

  /**
   * The validation losses of the rows that have one.
   *
   * @param name the series' name
   * @return empty if no row has one
   */
  public Optional<LossSeries> validationLoss(String name) {
    return measured(name, Row::validationLoss);
  }

  /**
   * The accuracies of the rows that have one.
   *
   * @param name the series' name
   * @return empty if no row has one
   */
  public Optional<LossSeries> accuracy(String name) {
    return measured(name, Row::accuracy);
  }

  /** {@return the accuracy on images that it was not trained on, where the last row has one} */
  public OptionalDouble testAccuracy() {
    return rows.get(rows.size() - 1).testAccuracy();
  }

  /**
   * Something of the rows that have it.
   *
   * @param name the series' name
   * @param value of a row, such as {@link Row#seconds}
   * @return empty if no row has one
   */
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
        measured(line, "global_norm"));
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

  private static IllegalArgumentException broken(
      Path file, int line, String reason, Exception cause) {
    return new IllegalArgumentException(
        String.format(
            "%s, line %s: %s; each line must be an object such as"
                + " {\"step\":1,\"epoch\":1,\"loss\":4.4}; mend or remove the line",
            file, line, reason),
        cause);
  }

  private static ObjectReader strictReader() {
    return JsonMapper.builder()
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build()
        .reader();
  }
}
