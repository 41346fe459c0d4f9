package io.github.charlstm.recipe;

import io.github.charlstm.report.LossPlot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The part of the page about runs on one text.
 *
 * @param title its heading
 * @param words what is compared, and with what
 * @param file name of its picture, without the ending
 * @param unit of the losses
 * @param sampleLength symbols of the longer samples
 * @param runs at least one; the first one's recipe says what the book prints
 */
record TextSection(
    String title, String words, String file, String unit, int sampleLength, List<RunFigures> runs) {

  void write(Markdown page, Path folder) throws IOException {
    page.heading(2, title).paragraph(words);
    Optional<ReferenceLosses> book = recipe(runs.get(0)).book();
    if (book.isPresent()) {
      table(page, book.get());
    }
    picture(page, folder, book);
    for (RunFigures run : runs) {
      samples(page, run);
    }
  }

  private static Recipe recipe(RunFigures run) {
    return Recipes.named(run.name());
  }

  private void table(Markdown page, ReferenceLosses book) {
    if (runs.stream().allMatch(run -> run.steps() < book.firstStep())) {
      page.paragraph(
          "The book prints losses from step %s on, which these runs have not reached."
              .formatted(book.firstStep()));
      return;
    }
    boolean areKnown = !book.losses().isEmpty();
    if (!areKnown) {
      page.paragraph(
          "The book's losses at these steps lie between %s and %s."
              .formatted(book.lowest(), book.highest()));
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("step", "the book", areKnown, RunFigures::name));
    for (int k = 0; k < book.count(); k++) {
      long step = book.firstStep() + (long) k * book.every();
      String printed = areKnown ? Markdown.number(book.losses().get(k), 4) : "";
      rows.add(row("" + step, printed, areKnown, run -> Markdown.number(run.loss(step), 4)));
    }
    rows.add(row("mean", Markdown.number(book.mean(), 4), areKnown, run -> mean(run.at(book))));
    page.table(rows.get(0), rows.subList(1, rows.size()));
  }

  private List<String> row(
      String first, String printed, boolean areKnown, Function<RunFigures, String> ours) {
    List<String> cells = new ArrayList<>(List.of(first));
    if (areKnown) {
      cells.add(printed);
    }
    runs.forEach(run -> cells.add(ours.apply(run)));
    return cells;
  }

  private static String mean(Optional<DoubleSummaryStatistics> losses) {
    return losses.map(all -> Markdown.number(all.getAverage(), 4)).orElse(Markdown.NONE);
  }

  private void picture(Markdown page, Path folder, Optional<ReferenceLosses> book)
      throws IOException {
    LossPlot plot = new LossPlot(title).valueAxis("loss (nats per " + unit + ")");
    runs.forEach(run -> plot.run(run.metrics().trainingLoss(run.name())));
    book.ifPresent(
        losses ->
            plot.reference(
                "the book, steps " + losses.firstStep() + " to " + losses.lastStep(),
                losses.lowest(),
                losses.highest()));
    Picture picture = plot::write;
    page.picture("Training loss against the step: " + title, picture.write(folder, file));
  }

  private void samples(Markdown page, RunFigures run) {
    Recipe.Progress progress = recipe(run).progress();
    try (Samples samples = Samples.of(run.run())) {
      page.heading(3, "What " + run.name() + " writes after step " + run.steps());
      if (progress.sampleEvery() > 0) {
        page.paragraph(
            "The likeliest "
                + unit
                + " each time, "
                + progress.sampleLength()
                + " after each of the book's primes:");
        page.verbatim(
            String.join("\n", samples.greedy(progress.primes(), progress.sampleLength())));
      }
      page.paragraph("Each " + unit + " drawn from the 4 likeliest:");
      samples.drawn(progress.primes(), sampleLength).forEach(text -> page.verbatim(wrapped(text)));
    }
  }

  // The cookbook's texts have no line breaks of their own.
  private static String wrapped(String text) {
    return text.contains("\n") ? text : text.replaceAll("(.{1,90})( +|$)", "$1\n").stripTrailing();
  }
}
