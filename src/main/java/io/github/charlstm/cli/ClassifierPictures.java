package io.github.charlstm.cli;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.report.LossPlot;
import io.github.charlstm.report.LossSeries;
import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.report.PngUnavailableException;
import io.github.charlstm.report.RowProbabilities;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The pictures of a run of the classifier, in its folder. */
final class ClassifierPictures {
  private ClassifierPictures() {}

  /** Draws them all. A picture is no reason to fail a run that is done. */
  static void draw(ImageTask run, Path folder, MnistImages test, Console console) {
    try {
      RowProbabilities rows =
          new RowProbabilities(test.image(0), test.label(0), run.probabilitiesByRow(test.image(0)));
      draw(folder, rows, ".svg");
      draw(folder, rows, ".png");
      console.note("pictures: loss, accuracy, rows (.png and .svg) in " + folder);
    } catch (PngUnavailableException e) {
      console.note("pictures: loss, accuracy, rows (.svg) in " + folder + "; " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      console.note("not all pictures are drawn (" + e.getMessage() + ")");
    }
  }

  /**
   * What the losses of runs are.
   *
   * @throws UsageException if they are not the same
   */
  static String valueAxis(List<Path> runs) {
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

  private static void draw(Path folder, RowProbabilities rows, String kind) throws IOException {
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
  }
}
