package io.github.charlstm.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Collects differences and writes docs/parity.md. */
final class ParityReport {
  private static final Map<String, Predicate<GoldenCase>> CLASSES = classes();
  private final Map<GoldenCase, Difference> differences = new LinkedHashMap<>();
  private final Map<String, List<Difference>> random = new TreeMap<>();
  private final Map<String, List<RandomTraining.Gap>> randomTraining = new TreeMap<>();
  private final Map<String, TrainingTrajectory.Gap> training = new LinkedHashMap<>();

  private static Map<String, Predicate<GoldenCase>> classes() {
    Map<String, Predicate<GoldenCase>> classes = new LinkedHashMap<>();
    classes.put("RNNCell", golden -> uses(golden, "CustomCell"));
    for (String type : List.of("BasicRNNCell", "BasicLSTMCell", "LSTMCell")) {
      classes.put(type, golden -> uses(golden, type));
    }
    classes.put("LSTMStateTuple", ParityReport::hasLstmTuple);
    for (String type :
        List.of(
            "GRUCell",
            "UGRNNCell",
            "NASCell",
            "SRUCell",
            "LayerNormBasicLSTMCell",
            "MultiRNNCell",
            "DropoutWrapper",
            "ResidualWrapper",
            "DeviceWrapper",
            "InputProjectionWrapper",
            "OutputProjectionWrapper",
            "AttentionCellWrapper")) {
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

  void addRandom(String kind, Difference difference) {
    random.computeIfAbsent(kind, k -> new ArrayList<>()).add(difference);
  }

  void addRandomTraining(String dtype, RandomTraining.Gap gap) {
    randomTraining.computeIfAbsent(dtype, k -> new ArrayList<>()).add(gap);
  }

  void addTraining(String run, boolean dynamic, TrainingTrajectory.Gap gap) {
    String loop = dynamic ? "dynamic" : "static";
    training.put((run.equals("dropout") ? "0.5" : "1") + " | " + loop, gap);
  }

  boolean holds(long goldens, long randomRuns, long randomTrainings, long trainingRuns) {
    return differences.size() == goldens
        && random.values().stream().mapToLong(List::size).sum() == randomRuns
        && randomTraining.values().stream().mapToLong(List::size).sum() == randomTrainings
        && training.size() == trainingRuns;
  }

  /** Largest difference of a class in one kind of loop; fails if no case covers it. */
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

Written by `GoldensTest` during `mvn verify`. The test builds the same graphs in Java as `scripts/python` with TensorFlow
2.15.1's `tf.compat.v1`, and compares the results. Each figure is the largest difference: for outputs, loss and states
relative to the largest number of the tensor (or to 1, if that is larger); for gradients relative to the largest number
of the tensor (or to 0.01). Gradients are those of all variables, the inputs and the initial state. Figures are
rounded up to 1, 2 or 5 times a power of ten.

Optimizers, clipping, losses, initializers and gradients by rows (`IndexedSlices`) have tests of their own, to 1e-6:
`OptimizersTest`, `IndexedSlicesTest`, `SequenceOpsGoldenTest`, `InitializersTest`.

[tensorflow-tests.md](tensorflow-tests.md) lists the cases of TensorFlow's own tests and the tests here that show them.

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

`RNNCell` is a user-defined subclass. `LSTMStateTuple` is all cases with an LSTM's tuple state.

## Cases

| case | loop | values | state | gradients |
|---|---|---|---|---|
""");
    differences.forEach(
        (golden, difference) ->
            row(page, plain(golden.name()), "`" + golden.kind() + "`", difference));
    randomCases(page);
    randomTraining(page);
    training(page);
    return page.toString();
  }

  private void randomCases(StringBuilder page) {
    page.append(
        """

## Random cases

Random cells, stacks, wrappers, sizes, lengths and directions, each run in both loops, in Python and in Java.

| loop | cases | values | state | gradients |
|---|---|---|---|---|
""");
    random.forEach(
        (kind, all) ->
            page.append(
                "| `%s` | %s | %s |\n"
                    .formatted(
                        kind,
                        all.size(),
                        figures(all.stream().reduce(Difference.NONE, Difference::largest)))));
  }

  private void randomTraining(StringBuilder page) {
    page.append(
        """

## Random training

Twenty training steps of random models: options of cells, wrappers and dropout in odd combinations, with and without seeds,
lengths with zeros, one step, one row, each loop and optimizer, with and without clipping, in three types. Gradients are those of the first
step, variables those after the last.

| type | cases | losses | gradients | variables |
|---|---|---|---|---|
""");
    randomTraining.forEach(
        (dtype, gaps) -> {
          RandomTraining.Gap most = gaps.stream().reduce(RandomTraining.Gap::largest).orElseThrow();
          page.append(
              "| %s | %s | %s | %s | %s |\n"
                  .formatted(
                      dtype,
                      gaps.size(),
                      figure(most.losses()),
                      figure(most.gradients()),
                      figure(most.variables())));
        });
  }

  private void training(StringBuilder page) {
    page.append(
        """

## Training

Fifty steps of the book's model (two layers of 16, gradients clipped in some steps, Adam) from a checkpoint that
Python wrote. Differences of losses and of gradient norms are absolute. Variables include Adam's slots and powers.
With dropout both use the same masks, from the same graph and operation seeds.

| keep_prob | loop | losses | gradient norms | final state | final variables |
|---|---|---|---|---|---|
""");
    training.forEach(
        (run, gap) ->
            page.append(
                "| %s | %s | %s | %s | %s |\n"
                    .formatted(
                        run,
                        figure(gap.losses()),
                        figure(gap.globalNorms()),
                        figure(gap.state()),
                        figure(gap.variables()))));
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

  // Rounded up, so that different last bits on other machines seldom change the document.
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
