package io.github.charlstm.recipe;

import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.report.MetricsFile.Row;
import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.MetricsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run's metrics come to.
 *
 * @param experiment the run's
 * @param run its folder
 * @param metrics its metrics file
 */
record RunFigures(Experiment experiment, Path run, MetricsFile metrics) {
  /** The figures of a run, if it has begun. */
  static Optional<RunFigures> of(Experiment experiment, Path run) throws IOException {
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    return Files.isRegularFile(file) && Files.size(file) > 0
        ? Optional.of(new RunFigures(experiment, run, MetricsFile.read(file)))
        : Optional.empty();
  }

  String name() {
    return experiment.name();
  }

  /** What gives the run alone, on data that charlstm fetches. */
  String commandLine() {
    List<String> words = new ArrayList<>(experiment.words());
    if (experiment.data() == Experiment.Data.MNIST) {
      int holdout = ClassifierRun.settings(run).data().holdout();
      if (holdout > 0) {
        words.addAll(List.of("--holdout", String.valueOf(holdout)));
      }
    }
    if (!isWhole()) {
      words.addAll(List.of("--steps", String.valueOf(steps())));
    }
    return "scripts/charlstm " + String.join(" ", words);
  }

  long steps() {
    return (long) last().step();
  }

  boolean isWhole() {
    return steps() >= experiment.steps();
  }

  /** Loss of one step. */
  OptionalDouble loss(long step) {
    return rows(step, step).stream().mapToDouble(Row::loss).findFirst();
  }

  /** Losses at the steps that a book prints, if the run got through them. */
  Optional<DoubleSummaryStatistics> at(ReferenceLosses book) {
    DoubleSummaryStatistics losses =
        rows(book.firstStep(), book.lastStep()).stream()
            .filter(row -> (row.step() - book.firstStep()) % book.every() == 0)
            .mapToDouble(Row::loss)
            .summaryStatistics();
    return losses.getCount() == book.count() ? Optional.of(losses) : Optional.empty();
  }

  /** How many losses {@link #lastLosses} averages: 100, or all if there are fewer. */
  long lastCount() {
    return Math.min(100, steps());
  }

  double lastLosses() {
    return rows(steps() - lastCount() + 1, steps()).stream()
        .mapToDouble(Row::loss)
        .average()
        .orElseThrow();
  }

  /** Rows of a range of steps, both ends included. */
  List<Row> rows(long first, long end) {
    return metrics.rows().stream().filter(row -> row.step() >= first && row.step() <= end).toList();
  }

  /** Accuracy that was measured before a step. */
  OptionalDouble accuracy(long step) {
    return rows(step, step).stream()
        .map(Row::accuracy)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .findFirst();
  }

  OptionalDouble testAccuracy() {
    return metrics.testAccuracy();
  }

  /** Median seconds of a step. The first, which prepares the graph, hardly moves it. */
  double medianSeconds() {
    double[] sorted = seconds().stream().mapToDouble(s -> s).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  /** Seconds of all steps, without checkpoints and samples. */
  double totalSeconds() {
    return seconds().stream().mapToDouble(s -> s).sum();
  }

  private List<Double> seconds() {
    return metrics.rows().stream()
        .map(Row::seconds)
        .filter(OptionalDouble::isPresent)
        .map(OptionalDouble::getAsDouble)
        .toList();
  }

  private Row last() {
    return metrics.rows().get(metrics.rows().size() - 1);
  }
}
