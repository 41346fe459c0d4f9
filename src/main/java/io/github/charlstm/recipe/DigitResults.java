package io.github.charlstm.recipe;

import static io.github.charlstm.report.MarkdownPage.number;

import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.recipe.Trial.Begun;
import io.github.charlstm.report.LossPlot;
import io.github.charlstm.report.MarkdownPage;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The section of the results page about digits: accuracies beside the tutorial's, depths. */
record DigitResults(Results results, MarkdownPage page) {
  /** The accuracy on the test images that the tutorial prints. */
  static final double TUTORIAL_TEST_ACCURACY = 0.9858;

  // what the tutorial prints at step 200, 400 and so on to 2000
  private static final List<Double> TUTORIAL =
      List.of(
          0.851562, 0.960938, 0.984375, 0.960938, 0.984375, 0.9375, 0.96875, 0.984375, 0.992188,
          0.984375);
  private static final int EVERY = 200;

  static RunSettings.Images classifier(Begun run) {
    return TrainingCheckpoint.open(run.trial().folder()).images();
  }

  void section(List<Experiment> experiments) throws IOException {
    List<Begun> digits = experiments.stream().map(results::first).toList();
    page.heading(2, "Handwritten digits, read row by row");
    int holdout = classifier(digits.get(0)).images().holdout();
    String split =
        holdout > 0
            ? String.format(
                Locale.ROOT,
                "charlstm trains on %,d of MNIST's 10,000 test images and is tested on the other"
                    + " %,d, because the training images were not available; the tutorial uses"
                    + " 55,000 and 10,000.",
                10_000 - holdout,
                holdout)
            : "As in the tutorial it is trained on 55,000 images and tested on 10,000.";
    page.paragraph(
        "Two LSTM layers of 256 read a row of 28 pixels at each of 28 steps. "
            + split
            + " Accuracies during training are those of the next training batch of 128, without"
            + " dropout. Losses are a tenth of the cross-entropy, as the tutorial prints them.");
    loops(digits.stream().filter(DigitResults::isTutorials).toList());
    depths(digits.stream().filter(run -> loop(run) == RnnImplementation.FUSED).toList());
  }

  private static RnnImplementation loop(Begun run) {
    return classifier(run).model().loop();
  }

  // Whether the network is the tutorial's, by any loop.
  private static boolean isTutorials(Begun run) {
    var settings = classifier(run).model();
    return settings.numLayers() == Recipes.MNIST.model().numLayers() && !settings.bidirectional();
  }

  private void loops(List<Begun> loops) throws IOException {
    if (loops.isEmpty()) {
      return;
    }
    Map<String, Begun> columns = new LinkedHashMap<>();
    for (Begun run : loops) {
      results.python(run).ifPresent(python -> columns.put(run.trial().name() + ", Python", python));
      columns.put("%s (%s loop)".formatted(run.trial().name(), loop(run).text()), run);
    }
    List<List<String>> rows = new ArrayList<>();
    long end = loops.stream().mapToLong(Begun::steps).max().orElseThrow();
    for (int k = 0; k < TUTORIAL.size() && (k + 1) * EVERY <= end; k++) {
      long step = (k + 1) * EVERY;
      rows.add(
          accuracies(
              String.valueOf(step), TUTORIAL.get(k), columns.values(), run -> run.accuracy(step)));
    }
    rows.add(
        accuracies(
            "on the test images",
            TUTORIAL_TEST_ACCURACY,
            columns.values(),
            run -> run.metrics().testAccuracy()));
    List<String> head = new ArrayList<>(List.of("step", "the tutorial"));
    head.addAll(columns.keySet());
    page.table(head, rows);
    page.paragraph(
        "All loops start from the same variables, and without dropout their losses are equal"
            + " (`RowClassifierTest`). The fused and the unrolled loop draw the same dropout masks,"
            + " the dynamic loop others. The tutorial shuffled the images in another order.");
    copyRows(loops.get(0).trial().folder());
  }

  private void copyRows(Path run) throws IOException {
    for (String kind : List.of(".png", ".svg")) {
      Path drawn = run.resolve("rows" + kind);
      if (Files.exists(drawn)) {
        page.paragraph(
            "The training image with index 4. The tutorial draws index 4 too, but by then TF1's"
                + " `next_batch` had shuffled its images, so it shows a 3.");
        page.picture(
            "A digit, and the classes' probabilities after each of its rows",
            "mnist-rows",
            kind,
            picture -> Files.copy(drawn, picture, StandardCopyOption.REPLACE_EXISTING));
        return;
      }
    }
  }

  private static List<String> accuracies(
      String step, double printed, Iterable<Begun> runs, Function<Begun, OptionalDouble> measured) {
    List<String> cells = new ArrayList<>(List.of(step, number(printed, 4)));
    runs.forEach(run -> cells.add(number(measured.apply(run), 4)));
    return cells;
  }

  private void depths(List<Begun> depths) throws IOException {
    if (depths.isEmpty()) {
      return;
    }
    page.heading(3, "Layers and directions");
    List<List<String>> rows = new ArrayList<>();
    for (Begun run : depths) {
      var settings = classifier(run).model();
      rows.add(
          List.of(
              run.trial().name(),
              String.valueOf(settings.numLayers()),
              settings.bidirectional() ? "both" : "one",
              number(run.lastLosses(), 5),
              number(run.accuracy(run.steps() / EVERY * EVERY), 4),
              number(run.metrics().testAccuracy(), 4),
              number(run.metrics().medianSeconds(), 3)));
    }
    page.table(
        List.of(
            "run",
            "layers",
            "directions",
            "loss, mean of the last 100 steps",
            "training accuracy",
            "test accuracy",
            "seconds per step"),
        rows);
    LossPlot plot =
        new LossPlot("Digits by rows: depth and direction").valueAxis("loss (nats per image / 10)");
    depths.forEach(run -> plot.run(run.metrics().trainingLoss(run.trial().name())));
    page.picture("Training loss of each depth and direction", "mnist-depth", plot::write);
    if (depths.stream().anyMatch(run -> classifier(run).model().bidirectional())) {
      page.paragraph(
          "The classifier uses the outputs at the last row. There the forward direction has read"
              + " the whole image, and the backward direction only that row, so the second"
              + " direction adds little but computation. One run of each: see the spread of the"
              + " seeds above before you compare them.");
    }
  }
}
