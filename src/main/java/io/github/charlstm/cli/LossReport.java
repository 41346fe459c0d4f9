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
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Compares the losses of runs with the book's, and draws them. */
final class LossReport {
  private static final int DIGIT = 4; // the tutorial shows mnist.train.images[4]

  private LossReport() {}

  /** Says what a run reached where the book prints its losses, if the run got there. */
  static void compare(Path run, Console console) throws IOException {
    Optional<ReferenceLosses> book = bookOf(run);
    if (book.isEmpty()) {
      return;
    }
    ReferenceLosses printed = book.get();
    DoubleSummaryStatistics losses =
        metrics(run).rows().stream()
            .filter(row -> row.step() >= printed.firstStep() && row.step() <= printed.lastStep())
            .mapToDouble(MetricsFile.Row::loss)
            .summaryStatistics();
    if (losses.getCount() < printed.lastStep() - printed.firstStep() + 1) {
      return;
    }
    OptionalDouble mean = printed.mean();
    console.note(
        "steps %d to %d: loss %.4f to %.4f, mean %.4f; the book prints %.4f to %.4f%s",
        printed.firstStep(),
        printed.lastStep(),
        losses.getMin(),
        losses.getMax(),
        losses.getAverage(),
        printed.lowest(),
        printed.highest(),
        mean.isPresent() ? String.format(Locale.ROOT, ", mean %.4f", mean.getAsDouble()) : "");
  }

  /** Draws pictures with a file ending; returns their names without it. */
  private interface Drawing {
    List<String> draw(String ending) throws IOException;
  }

  // A picture is no reason to fail a run that is done.
  private static void draw(Path folder, Drawing drawing, Console console) {
    String pictures = "";
    try {
      pictures = "pictures: " + String.join(", ", drawing.draw(".svg"));
      drawing.draw(".png");
      console.note(pictures + " (.png and .svg) in " + folder);
    } catch (PngUnavailableException e) {
      console.note(pictures + " (.svg) in " + folder + "; " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      console.note("not all pictures are drawn (" + e.getMessage() + ")");
    }
  }

  /** Draws the losses of a run on a text that is done, into its folder. */
  static void draw(Path run, Console console) {
    draw(
        run,
        ending -> {
          draw(List.of(run), run.resolve("loss" + ending));
          return List.of("loss");
        },
        console);
  }

  /** Draws the pictures of a run on images that is done, into its folder. */
  static void draw(ImageTask run, Path folder, Console console) {
    MnistImages images = run.images().training();
    int index = Math.min(DIGIT, images.size() - 1);
    float[] image = images.image(index);
    RowProbabilities rows =
        new RowProbabilities(image, images.label(index), run.probabilitiesByRow(image));
    draw(folder, ending -> draw(folder, rows, ending), console);
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
    List<ReferenceLosses> books =
        runs.stream().map(LossReport::bookOf).flatMap(Optional::stream).toList();
    for (Path run : runs) {
      MetricsFile metrics = metrics(run);
      LossSeries training = metrics.trainingLoss(name(run));
      metrics
          .validationLoss(name(run) + ", validation")
          .ifPresentOrElse(validation -> plot.run(training, validation), () -> plot.run(training));
    }
    books.stream().findFirst().ifPresent(losses -> losses.addTo(plot));
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

  /** What the losses of runs are; a UsageException if they are not the same. */
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
