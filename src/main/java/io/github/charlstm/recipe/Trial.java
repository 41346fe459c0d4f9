package io.github.charlstm.recipe;

import io.github.charlstm.recipe.Experiment.Data;
import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.report.MetricsFile.Row;
import io.github.charlstm.train.MetricsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * One run of an experiment: with one seed, by charlstm or by Python.
 *
 * @param seedOffset from 0, added to the recipe's own seed
 * @param folder of the run
 */
public record Trial(Experiment experiment, int seedOffset, Program program, Path folder) {

  /** What trains. */
  public enum Program {
    /** This program. */
    CHARLSTM,
    /** The TF1 program {@code scripts/python/book_recipes.py}. */
    PYTHON
  }

  /**
   * {@return the runs of experiments in the order to train them, with up to {@code seeds} seeds:
   * the first seed of all first} Python's runs are those of experiments with several seeds.
   *
   * @param runs the folder of all runs
   */
  public static List<Trial> plan(
      List<Experiment> experiments, Path runs, int seeds, boolean withPython) {
    List<Trial> trials = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      for (Experiment experiment : experiments) {
        if (seed < experiment.seeds()) {
          trials.add(of(experiment, seed, Program.CHARLSTM, runs));
          if (withPython && experiment.seeds() > 1) {
            trials.add(of(experiment, seed, Program.PYTHON, runs));
          }
        }
      }
    }
    return trials;
  }

  private static Trial of(Experiment experiment, int seedOffset, Program program, Path runs) {
    String name =
        experiment.name()
            + (program == Program.PYTHON ? "-python" : "")
            + (seedOffset > 0 ? "-seed-" + (seedOffset + 1) : "");
    return new Trial(experiment, seedOffset, program, runs.resolve(name));
  }

  /** {@return the name of its folder, unique among all trials} */
  public String name() {
    return folder.getFileName().toString();
  }

  /** {@return the seed of initial values, dropout and the order of the data} */
  public long seed() {
    return (experiment.data() == Data.MNIST
                ? Recipes.MNIST.training()
                : recipe().orElseThrow().training())
            .seed()
        + seedOffset;
  }

  Optional<Recipe> recipe() {
    return Optional.ofNullable(experiment.settings().get("recipe")).map(Recipes::named);
  }

  Optional<ReferenceLosses> book() {
    return recipe().flatMap(Recipe::book);
  }

  /** Its metrics; empty if it has not begun. */
  Optional<Begun> begun() throws IOException {
    Path metrics = folder.resolve(MetricsWriter.FILE_NAME);
    return Files.isRegularFile(metrics) && Files.size(metrics) > 0
        ? Optional.of(new Begun(this, MetricsFile.read(metrics)))
        : Optional.empty();
  }

  /** A trial that has begun. */
  record Begun(Trial trial, MetricsFile metrics) {
    private static final int LAST = 100; // steps whose mean loss is given

    long steps() {
      return metrics.lastStep();
    }

    boolean isComplete() {
      return steps() >= trial.experiment().steps();
    }

    OptionalDouble loss(long step) {
      return metrics.row(step).map(Row::loss).stream().mapToDouble(loss -> loss).findFirst();
    }

    /** Accuracy that was measured before a step. */
    OptionalDouble accuracy(long step) {
      return metrics.row(step).map(Row::accuracy).orElse(OptionalDouble.empty());
    }

    double meanLoss() {
      return mean(metrics.rows());
    }

    double lastLosses() {
      return mean(metrics.lastRows(LAST));
    }

    long lastLossesCount() {
      return Math.min(LAST, steps());
    }

    /** Losses at the steps that the book prints; empty if one is missing. */
    Optional<DoubleSummaryStatistics> at(ReferenceLosses book) {
      DoubleSummaryStatistics losses =
          book.steps()
              .mapToObj(this::loss)
              .flatMapToDouble(OptionalDouble::stream)
              .summaryStatistics();
      return losses.getCount() == book.count() ? Optional.of(losses) : Optional.empty();
    }

    /** The figure to compare: test accuracy, or the mean loss at the book's or the last steps. */
    OptionalDouble figure() {
      return trial.experiment().data() == Data.MNIST
          ? metrics.testAccuracy()
          : OptionalDouble.of(
              trial
                  .book()
                  .flatMap(this::at)
                  .map(DoubleSummaryStatistics::getAverage)
                  .orElseGet(this::lastLosses));
    }

    /** The largest difference of the losses of two trials' first steps. */
    double largestDifference(Begun other, long firstSteps) {
      return Stream.iterate(1L, step -> step <= firstSteps, step -> step + 1)
          .filter(step -> loss(step).isPresent() && other.loss(step).isPresent())
          .mapToDouble(step -> Math.abs(loss(step).getAsDouble() - other.loss(step).getAsDouble()))
          .max()
          .orElse(Double.NaN);
    }

    private static double mean(List<Row> rows) {
      return rows.stream().mapToDouble(Row::loss).average().orElseThrow();
    }
  }
}
