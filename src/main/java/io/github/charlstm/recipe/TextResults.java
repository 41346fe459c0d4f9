package io.github.charlstm.recipe;

import static io.github.charlstm.report.MarkdownPage.number;

import io.github.charlstm.data.ShakespeareEdition;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.recipe.Experiment.Data;
import io.github.charlstm.recipe.Trial.Begun;
import io.github.charlstm.report.LossPlot;
import io.github.charlstm.report.MarkdownPage;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sections of the results page about texts: losses beside the book's, curves, samples. */
record TextResults(Results results, MarkdownPage page) {
  /**
   * A section about experiments on one text, of which the first's recipe has the book's losses;
   * none if there is no experiment.
   */
  void section(String title, String description, int sampleLength, List<Experiment> compared)
      throws IOException {
    if (compared.isEmpty()) {
      return;
    }
    page.heading(2, title);
    page.paragraph(description);
    if (compared.get(0).data() == Data.SHAKESPEARE) {
      edition(results.first(compared.get(0)));
    }
    List<Begun> runs = compared.stream().map(results::first).toList();
    Trial first = runs.get(0).trial();
    String unit = first.recipe().orElseThrow().preparation().unit();
    first.book().ifPresent(book -> losses(book, runs));
    LossPlot plot = new LossPlot(title).valueAxis("loss (nats per " + unit + ")");
    runs.forEach(run -> plot.run(run.metrics().trainingLoss(run.trial().name())));
    first.book().ifPresent(losses -> losses.addTo(plot));
    page.picture("Training loss against the step: " + title, first.name(), plot::write);
    for (Begun run : runs) {
      samples(run, unit, sampleLength);
    }
  }

  private void edition(Begun run) {
    String sha256 = TrainingCheckpoint.open(run.trial().folder()).settings().text().sha256();
    if (!ShakespeareEdition.isBooks(sha256)) {
      page.paragraph(
          "The text is another than the book's edition of 2011: SHA-256 " + sha256 + ".");
    }
  }

  private void losses(ReferenceLosses book, List<Begun> compared) {
    if (compared.stream().allMatch(run -> run.steps() < book.firstStep())) {
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
    Map<String, Begun> columns = new LinkedHashMap<>();
    for (Begun run : compared) {
      results.python(run).ifPresent(python -> columns.put(run.trial().name() + ", Python", python));
      columns.put(run.trial().name(), run);
    }
    List<List<String>> rows = new ArrayList<>();
    book.steps()
        .forEach(
            step -> {
              OptionalDouble printed =
                  areKnown
                      ? OptionalDouble.of(book.losses().get(rows.size()))
                      : OptionalDouble.empty();
              rows.add(row(String.valueOf(step), printed, columns.values(), run -> run.loss(step)));
            });
    rows.add(
        row(
            "mean",
            book.mean(),
            columns.values(),
            run ->
                run.at(book).stream()
                    .mapToDouble(DoubleSummaryStatistics::getAverage)
                    .findFirst()));
    List<String> head = new ArrayList<>(areKnown ? List.of("step", "the book") : List.of("step"));
    head.addAll(columns.keySet());
    page.table(head, rows);
  }

  // A row of the table of losses; without the book's column if the book prints a range only.
  private static List<String> row(
      String step,
      OptionalDouble book,
      Iterable<Begun> runs,
      Function<Begun, OptionalDouble> ours) {
    List<String> cells = new ArrayList<>(List.of(step));
    book.ifPresent(loss -> cells.add(number(loss, 4)));
    runs.forEach(run -> cells.add(number(ours.apply(run), 4)));
    return cells;
  }

  private void samples(Begun run, String unit, int length) {
    Recipe.Progress progress = run.trial().recipe().orElseThrow().progress();
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run.trial().folder());
    Vocabulary vocabulary = checkpoint.vocabulary();
    List<String> primes = progress.primes().stream().filter(vocabulary::knows).toList();
    long seed = checkpoint.settings().training().seed();
    try (LanguageModelSession session = checkpoint.session(1, 1)) {
      TextGenerator generator = new TextGenerator(session, vocabulary);
      long step = checkpoint.progress().step(); // of a run that goes on, metrics are ahead of it
      page.heading(3, "Samples of " + run.trial().name() + " after step " + step);
      if (progress.sampleEvery() > 0) {
        page.paragraph(
            "The most probable %s each time, %s after each of the book's primes:"
                .formatted(unit, progress.sampleLength()));
        page.verbatim(
            primes.stream()
                .map(
                    prime ->
                        generator.continued(
                            prime, progress.sampleLength(), new Greedy(), new Random(seed)))
                .collect(Collectors.joining("\n")));
      }
      page.paragraph("Each " + unit + " drawn from the 4 most probable:");
      // A text by word is short: it ends at the first word that the vocabulary does not know.
      Stream<String> shown =
          primes.stream().limit(vocabulary.separator().isEmpty() ? 1 : primes.size());
      shown
          .map(prime -> generator.continued(prime, length, new TopN(), new Random(seed)))
          .forEach(text -> page.verbatim(wrapped(text)));
    }
  }

  // The cookbook's preparation removes line breaks, so wrap its long samples.
  private static String wrapped(String text) {
    return text.contains("\n") ? text : text.replaceAll("(.{1,90})( +|$)", "$1\n").stripTrailing();
  }
}
