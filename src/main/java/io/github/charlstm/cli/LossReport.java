package io.github.charlstm.cli;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.recipe.ReferenceLosses;
import io.github.charlstm.report.LossPlot;
import io.github.charlstm.report.LossSeries;
import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.report.PngUnavailableException;
import io.github.charlstm.report.RowProbabilities;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the losses of runs come to: beside the book's, and as a picture. */
final class LossReport {
  private LossReport() {}

  /** Says what a run reached where the book prints its losses, if the run got there. */
  static void compare(Path run, Console console) throws IOException {
    Optional<ReferenceLosses> book = bookOf(run);
    if (book.isEmpty()) {
      return;
    }
    LossSeries training = metrics(run).trainingLoss("training");
    double[] steps = training.steps();
    double[] losses = training.losses();
    double[] there =
        IntStream.range(0, steps.length)
            .filter(k -> steps[k] >= book.get().firstStep() && steps[k] <= book.get().lastStep())
            .mapToDouble(k -> losses[k])
            .toArray();
    if (there.length < book.get().lastStep() - book.get().firstStep() + 1) {
      return;
    }
    console.note(
        String.format(
            Locale.ROOT,
            "steps %d to %d: loss %.4f to %.4f, mean %.4f; the book prints %.4f to %.4f%s",
            book.get().firstStep(),
            book.get().lastStep(),
            Arrays.stream(there).min().orElseThrow(),
            Arrays.stream(there).max().orElseThrow(),
            Arrays.stream(there).average().orElseThrow(),
            book.get().lowest(),
            book.get().highest(),
            book.get().mean().isPresent()
                ? String.format(Locale.ROOT, ", mean %.4f", book.get().mean().getAsDouble())
                : ""));
  }

  /** Draws the curve of a run that is done into its folder; no reason to fail such a run. */
  static void draw(Path run, Console console) {
    Path svg = run.resolve("loss.svg");
    Path png = run.resolve("loss.png");
    try {
      draw(List.of(run), svg);
      draw(List.of(run), png);
      console.note("loss curve: " + png + " (and .svg)");
    } catch (PngUnavailableException e) {
      console.note("loss curve: " + svg + "; " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      console.note("no loss curve drawn (" + e.getMessage() + ")");
    }
  }

  /** Draws the curves of runs into one picture, with the book's range if they have one. */
  static void draw(List<Path> runs, Path picture) throws IOException {
    LossPlot plot =
        new LossPlot("Loss of " + String.join(", ", runs.stream().map(LossReport::name).toList()));
    List<Path> classifiers = runs.stream().filter(RunFolders::isClassifier).toList();
    if (!classifiers.isEmpty()) {
      if (classifiers.size() < runs.size()) {
        throw new UsageException(
            classifiers.get(0)
                + " is a run on images; its losses are no losses of characters, so draw it apart"
                + " from runs on texts");
      }
      plot.valueAxis(valueAxis(classifiers));
    }
    List<Optional<ReferenceLosses>> books = runs.stream().map(LossReport::bookOf).toList();
    for (Path run : runs) {
      MetricsFile metrics = metrics(run);
      LossSeries training = metrics.trainingLoss(name(run));
      metrics
          .validationLoss(name(run) + ", validation")
          .ifPresentOrElse(validation -> plot.run(training, validation), () -> plot.run(training));
    }
    books.stream().flatMap(Optional::stream).findFirst().ifPresent(losses -> losses.addTo(plot));
    plot.write(picture);
  }

  private static String name(Path run) {
    return run.toAbsolutePath().normalize().getFileName().toString();
  }

  private static MetricsFile metrics(Path run) throws IOException {
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          run + " has no " + MetricsWriter.FILE_NAME + ": it is not a run's folder");
    }
    return MetricsFile.read(file);
  }

  private static Optional<ReferenceLosses> bookOf(Path run) {
    if (RunFolders.isClassifier(run)) {
      return Optional.empty();
    }
    String recipe = TrainingCheckpoint.open(run).settings().recipe();
    return Recipes.find(recipe).flatMap(Recipe::book);
  }

  /** Draws them all. A picture is no reason to fail a run that is done. */
  static void draw(ImageTask run, Path folder, Console console) {
    MnistImages test = run.images().test();
    String pictures = "";
    try {
      RowProbabilities rows =
          new RowProbabilities(test.image(0), test.label(0), run.probabilitiesByRow(test.image(0)));
      pictures = "pictures: " + String.join(", ", draw(folder, rows, ".svg"));
      draw(folder, rows, ".png");
      console.note(pictures + " (.png and .svg) in " + folder);
    } catch (PngUnavailableException e) {
      console.note(pictures + " (.svg) in " + folder + "; " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      console.note("not all pictures are drawn (" + e.getMessage() + ")");
    }
  }

  /**
   * What the losses of runs are.
   *
   * @throws UsageException if they are not the same
   */
  private static String valueAxis(List<Path> runs) {
    List<CrossEntropy> kinds =
        runs.stream()
            .map(run -> TrainingCheckpoint.open(run).images().model().crossEntropy())
            .distinct()
            .toList();
    if (kinds.size() > 1) {
      throw new UsageException(
          "the printed cross-entropy is a tenth of the stable one; draw the runs apart: " + runs);
    }
    return kinds.get(0) == CrossEntropy.PRINTED
        ? "loss (nats per image / 10)"
        : "loss (nats per image)";
  }

  /** Returns the names of the pictures; a short run has no measured accuracy. */
  private static List<String> draw(Path folder, RowProbabilities rows, String kind)
      throws IOException {
    MetricsFile metrics = MetricsFile.read(folder.resolve(MetricsWriter.FILE_NAME));
    new LossPlot("Digits by rows: training loss")
        .valueAxis(valueAxis(List.of(folder)))
        .run(metrics.trainingLoss("training, with dropout"))
        .write(folder.resolve("loss" + kind));
    Optional<LossSeries> accuracy = metrics.accuracy("batch to be trained on, no dropout");
    if (accuracy.isPresent()) {
      LossPlot plot =
          new LossPlot("Digits by rows: accuracy")
              .valueAxis("accuracy (share of the images)")
              .run(accuracy.get());
      metrics
          .testAccuracy()
          .ifPresent(test -> plot.reference("test images, at the end: " + test, test, test));
      plot.write(folder.resolve("accuracy" + kind));
    }
    rows.write(folder.resolve("rows" + kind));
    return accuracy.isPresent() ? List.of("loss", "accuracy", "rows") : List.of("loss", "rows");
  }
}
