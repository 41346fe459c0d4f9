package io.github.charlstm.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Collects differences and writes docs/parity.md. */
final class ParityReport {
  private static final Map<String, Predicate<GoldenCase>> CLASSES = classes();
  private final Map<GoldenCase, Difference> differences = new LinkedHashMap<>();
  private Difference random = Difference.NONE;
  private int randomCases;

  private static Map<String, Predicate<GoldenCase>> classes() {
    Map<String, Predicate<GoldenCase>> classes = new LinkedHashMap<>();
    classes.put("RNNCell", golden -> uses(golden, "CustomCell"));
    for (String type : List.of("BasicRNNCell", "BasicLSTMCell", "LSTMCell")) {
      classes.put(type, golden -> uses(golden, type));
    }
    classes.put("LSTMStateTuple", ParityReport::hasLstmTuple);
    for (String type :
        List.of("GRUCell", "MultiRNNCell", "DropoutWrapper", "ResidualWrapper", "DeviceWrapper")) {
      classes.put(type, golden -> uses(golden, type));
    }
    return classes;
  }

  private static boolean uses(GoldenCase golden, String type) {
    return golden.cell().findValuesAsText("type").contains(type);
  }

  private static boolean hasLstmTuple(GoldenCase golden) {
    return golden.cell().findParents("num_units").stream()
        .anyMatch(
            cell ->
                cell.get("type").asText().contains("LSTM")
                    && cell.path("state_is_tuple").asBoolean(true));
  }

  void add(GoldenCase golden, Difference difference) {
    differences.put(golden, difference);
  }

  void addRandom(Difference difference) {
    random = random.largest(difference);
    randomCases++;
  }

  /** Largest difference of a class in one loop; throws if no case covers it. */
  Difference of(String className, String kind) {
    return differences.entrySet().stream()
        .filter(entry -> CLASSES.get(className).test(entry.getKey()))
        .filter(entry -> entry.getKey().kind().equals(kind))
        .map(Map.Entry::getValue)
        .reduce(Difference::largest)
        .orElseThrow(() -> new AssertionError("no case of " + className + " in " + kind));
  }

  String text() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Parity with Python

        Written by `GoldensTest` in `mvn verify`. It builds in Java what `scripts/python` built with TensorFlow 2.15.1's
        `tf.compat.v1`, and compares with the numbers that Python gave. Each figure is the largest difference found: of
        outputs, loss and states as a share of the largest number of the tensor (or of 1, if that is larger); of gradients
        as a share of the largest number of the tensor (or of 0.01). Gradients are those of every variable, of the inputs and
        of the initial state. Figures are rounded up to 1, 2 or 5 times a power of ten.

        ## Classes of tf.nn.rnn_cell

        | class | loop | values | state | gradients |
        |---|---|---|---|---|
        """);
    for (String className : CLASSES.keySet()) {
      row(page, "`" + className + "`", "static", of(className, "static_rnn"));
      row(page, "`" + className + "`", "dynamic", of(className, "dynamic_rnn"));
    }
    page.append(
        """

        `RNNCell` is a user's own subclass. `LSTMStateTuple` is every case with an LSTM's tuple state.

        ## Cases

        | case | loop | values | state | gradients |
        |---|---|---|---|---|
        """);
    differences.forEach(
        (golden, difference) ->
            row(page, plain(golden.name()), "`" + golden.kind() + "`", difference));
    page.append("\n## Random cases\n\n");
    page.append(randomCases)
        .append(
            " random cells, stacks, sizes, lengths and directions: dynamic and unrolled in Java")
        .append(" against Python.\n\n| | values | state | gradients |\n|---|---|---|---|\n");
    page.append("| largest of all | ").append(figures(random)).append(" |\n");
    return page.toString();
  }

  void write(Path file) throws IOException {
    Files.writeString(file, text());
  }

  private static String plain(String name) {
    return name.replaceFirst("\\.(static|dynamic)$", "");
  }

  private static void row(StringBuilder page, String name, String loop, Difference difference) {
    page.append("| %s | %s | %s |\n".formatted(name, loop, figures(difference)));
  }

  private static String figures(Difference difference) {
    return figure(difference.values())
        + " | "
        + figure(difference.state())
        + " | "
        + figure(difference.gradients());
  }

  // Rounded up, so that another machine's last bits seldom change the page.
  private static String figure(double difference) {
    if (difference == 0) {
      return "0";
    }
    double power = Math.pow(10, Math.floor(Math.log10(difference)));
    for (int step : new int[] {1, 2, 5}) {
      if (difference <= step * power) {
        return String.format(Locale.ROOT, "%.0e", step * power);
      }
    }
    return String.format(Locale.ROOT, "%.0e", 10 * power);
  }
}
