package io.github.charlstm.recipe;

import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.report.LossPlot;
import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.ClassifierSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The part of the page about handwritten digits.
 *
 * @param runs at least one
 */
record DigitsSection(List<RunFigures> runs) {
  // training accuracies and the test accuracy that the page prints
  private static final Map<Long, Double> BOOK = Map.of(200L, 0.851562, 2000L, 0.984375);
  static final double BOOK_TEST_ACCURACY = 0.9858;

  void write(Markdown page, Path folder) throws IOException {
    page.heading(2, "Handwritten digits, read row by row");
    page.paragraph(data());
    List<RunFigures> loops =
        runs.stream()
            .filter(run -> run.name().equals(Experiments.MNIST) || isUnrolled(run))
            .toList();
    if (!loops.isEmpty()) {
      loops(page, folder, loops);
    }
    depth(page, folder);
  }

  private String data() {
    ClassifierSettings settings = settings(runs.get(0));
    String split =
        settings.data().holdout() > 0
            ? String.format(
                    Locale.ROOT,
                    "Ours learns from %,d of MNIST's 10,000 test images and is tested on the other %,d",
                    10_000 - settings.data().holdout(),
                    settings.data().holdout())
                + ", because the training images were not at hand; the page has 55,000 and 10,000."
            : "Training and test images are those of the page.";
    return "Two LSTM layers of 256 see a row of 28 pixels at each of 28 steps. "
        + split
        + " Accuracies on the way are those of the batch that is trained on next, without dropout."
        + " The losses are the page's printed ones: a tenth of the cross-entropy.";
  }

  private void loops(Markdown page, Path folder, List<RunFigures> loops) throws IOException {
    List<String> head = new ArrayList<>(List.of("step", "the page"));
    loops.forEach(run -> head.add(run.name()));
    List<List<String>> rows = new ArrayList<>();
    long end = loops.stream().mapToLong(RunFigures::steps).max().orElseThrow();
    for (long step = 200; step <= end; step += 200) {
      List<String> row = new ArrayList<>();
      row.add(String.valueOf(step));
      row.add(BOOK.containsKey(step) ? Markdown.number(BOOK.get(step), 4) : Markdown.NONE);
      for (RunFigures run : loops) {
        row.add(Markdown.number(run.accuracy(step), 4));
      }
      rows.add(row);
    }
    List<String> test = new ArrayList<>(List.of("on the test images"));
    test.add(Markdown.number(BOOK_TEST_ACCURACY, 4));
    loops.forEach(run -> test.add(Markdown.number(run.testAccuracy(), 4)));
    rows.add(test);
    page.table(head, rows);
    page.paragraph(
        "The two loops begin with the same variables, and without dropout they give the same losses"
            + " (`RowClassifierTest` compares them); their dropout masks differ.");
    rows(page, folder, loops.get(0).run());
  }

  private static void rows(Markdown page, Path folder, Path run) throws IOException {
    for (String kind : List.of(".png", ".svg")) {
      Path picture = run.resolve("rows" + kind);
      if (Files.exists(picture)) {
        String copy = "mnist-rows" + kind;
        Files.copy(picture, folder.resolve(copy), StandardCopyOption.REPLACE_EXISTING);
        page.picture("A digit, and the classes' probabilities after each of its rows", copy);
        return;
      }
    }
  }

  private void depth(Markdown page, Path folder) throws IOException {
    page.heading(3, "Deeper, and from both ends");
    List<List<String>> rows = new ArrayList<>();
    LossPlot plot =
        new LossPlot("Digits by rows: depth and direction").valueAxis("loss (nats per image / 10)");
    for (RunFigures run : runs.stream().filter(run -> !isUnrolled(run)).toList()) {
      RowClassifier.Settings model = settings(run).model();
      rows.add(
          List.of(
              run.name(),
              String.valueOf(model.numLayers()),
              model.bidirectional() ? "both" : "one",
              Markdown.number(run.lastLosses(), 5),
              Markdown.number(run.accuracy(run.steps() / 200 * 200), 4),
              Markdown.number(run.testAccuracy(), 4),
              Markdown.number(run.medianSeconds(), 3)));
      plot.run(run.metrics().trainingLoss(run.name()));
    }
    page.table(
        List.of(
            "run",
            "layers",
            "directions",
            "loss, mean of the last 100 steps",
            "training accuracy",
            "test accuracy",
            "seconds a step"),
        rows);
    Picture picture = plot::write;
    page.picture("Training loss of each depth and direction", picture.write(folder, "mnist-depth"));
    both().ifPresent(words -> page.paragraph(words));
  }

  private Optional<String> both() {
    return runs.stream().anyMatch(run -> settings(run).model().bidirectional())
        ? Optional.of(
            "The classifier takes the outputs at the last row. The forward half has read the whole"
                + " image there; the backward half, which starts at that row, has read that row"
                + " only. So the second direction adds little but work. On 1,000 test images half a"
                + " percent more or less is chance.")
        : Optional.empty();
  }

  private static boolean isUnrolled(RunFigures run) {
    return settings(run).model().loop() == RnnImplementation.UNROLLED;
  }

  private static ClassifierSettings settings(RunFigures run) {
    return ClassifierRun.settings(run.run());
  }
}
