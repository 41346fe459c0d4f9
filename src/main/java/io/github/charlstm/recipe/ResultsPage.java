package io.github.charlstm.recipe;

import io.github.charlstm.recipe.Experiment.Data;
import io.github.charlstm.report.SelfContainedPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The page: {@code results.md}, its pictures, and {@code results.html} with the pictures inside.
 */
public final class ResultsPage {
  /** File names in the page's folder. */
  public static final String MARKDOWN = "results.md";

  /** The page that needs no other file. */
  public static final String HTML = "results.html";

  private static final int MINUTE = 60;
  private final List<RunFigures> figures;
  private final String command;

  private ResultsPage(List<RunFigures> figures, String command) {
    this.figures = figures;
    this.command = command;
  }

  /**
   * Writes the page from the runs as they are now; what has not begun is left out.
   *
   * @param experiments that it shows
   * @param runs folder that holds a run's folder for each of them
   * @param command that writes it, for its readers
   * @param folder to write into, made if need be
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if no run has begun, or one is damaged
   */
  public static void write(List<Experiment> experiments, Path runs, String command, Path folder)
      throws IOException {
    List<RunFigures> begun = new ArrayList<>();
    for (Experiment experiment : experiments) {
      RunFigures.of(experiment, runs.resolve(experiment.name())).ifPresent(begun::add);
    }
    if (begun.isEmpty()) {
      throw new IllegalArgumentException("no run has begun in " + runs + "; there is no page yet");
    }
    Files.createDirectories(folder);
    String markdown = new ResultsPage(begun, command).compose(folder);
    Files.writeString(folder.resolve(MARKDOWN), markdown, StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve(HTML), SelfContainedPage.html(markdown, folder), StandardCharsets.UTF_8);
  }

  private String compose(Path folder) throws IOException {
    Markdown page = new Markdown();
    page.heading(1, "The books' recipes, run");
    page.paragraph(
        "Each figure comes from the metrics file of a run, each sample from its newest checkpoint."
            + " Losses are in nats. The command that writes this page:");
    page.verbatim(command);
    overview(page);
    List<RunFigures> anna = named(Experiments.ANNA, Experiments.ANNA_AS_PRINTED);
    if (!anna.isEmpty()) {
      new TextSection(
              "Anna Karenina (Deep Learning by Example, chapter 10)",
              "Two LSTM layers of 512 with dropout, as the page describes them (`anna`), and the"
                  + " single layer without dropout that its code runs (`anna-as-printed`);"
                  + " 5 epochs of 198 batches of 100 x 100 characters.",
              "anna",
              "character",
              500,
              anna)
          .write(page, folder);
    }
    shakespeare(page, folder);
    List<RunFigures> digits =
        figures.stream().filter(run -> run.experiment().data() == Data.MNIST).toList();
    if (!digits.isEmpty()) {
      new DigitsSection(digits).write(page, folder);
    }
    origins(page);
    return page.toString();
  }

  private void shakespeare(Markdown page, Path folder) throws IOException {
    List<RunFigures> characters = named(Experiments.SHAKESPEARE, Experiments.SHAKESPEARE_SHARED);
    if (!characters.isEmpty()) {
      new TextSection(
              "Shakespeare by character (TensorFlow Machine Learning Cookbook, chapter 9)",
              "Three LSTM layers of 128, each with variables of its own (`shakespeare`), or all with"
                  + " one cell's variables (`shakespeare-shared`), which is what the book's"
                  + " `[cell] * 3` runs since TensorFlow 1.2; 10 epochs of 949 batches.",
              "shakespeare",
              "character",
              300,
              characters)
          .write(page, folder);
    }
    List<RunFigures> byWord = named(Experiments.SHAKESPEARE_WORDS);
    if (!byWord.isEmpty()) {
      new TextSection(
              "Shakespeare by word, the chapter's first version",
              "One LSTM layer of 128, words that occur more than 5 times, 10 epochs of 181 batches."
                  + " A sample ends where the model picks `unknown`.",
              "shakespeare-words",
              "word",
              60,
              byWord)
          .write(page, folder);
    }
  }

  private void overview(Markdown page) {
    List<List<String>> rows = new ArrayList<>();
    for (RunFigures run : figures) {
      rows.add(
          List.of(
              "`" + run.name() + "`",
              book(run),
              ours(run),
              run.isWhole() ? "" + run.steps() : run.steps() + " of " + run.experiment().steps(),
              Markdown.number(run.medianSeconds(), 3),
              Markdown.number(run.totalSeconds() / MINUTE, 1)));
    }
    page.table(
        List.of("run", "the book", "ours", "steps", "seconds a step (median)", "minutes"), rows);
  }

  private static Optional<ReferenceLosses> losses(RunFigures run) {
    return Recipes.find(run.name()).flatMap(recipe -> recipe.book());
  }

  private static String book(RunFigures run) {
    if (run.name().equals(Experiments.MNIST)) {
      return "test accuracy " + DigitsSection.BOOK_TEST_ACCURACY + " (55,000 images)";
    }
    return losses(run)
        .map(
            book ->
                book.mean().isPresent()
                    ? "mean loss %s, steps %s to %s"
                        .formatted(
                            Markdown.number(book.mean(), 4), book.firstStep(), book.lastStep())
                    : "loss %s to %s, steps %s to %s"
                        .formatted(
                            book.lowest(), book.highest(), book.firstStep(), book.lastStep()))
        .orElse(Markdown.NONE);
  }

  private static String ours(RunFigures run) {
    if (run.experiment().data() == Data.MNIST) {
      return run.testAccuracy().isPresent()
          ? "test accuracy " + Markdown.number(run.testAccuracy(), 4)
          : Markdown.NONE;
    }
    String mean =
        "mean loss %s, last %s steps"
            .formatted(Markdown.number(run.lastLosses(), 4), run.lastCount());
    return losses(run)
        .flatMap(run::at)
        .map(
            there ->
                "loss %s to %s, mean %s, at the book's steps; %s"
                    .formatted(
                        Markdown.number(there.getMin(), 4),
                        Markdown.number(there.getMax(), 4),
                        Markdown.number(there.getAverage(), 4),
                        mean))
        .orElse(mean);
  }

  private void origins(Markdown page) throws IOException {
    page.heading(2, "How it was run");
    TreeSet<String> machines = new TreeSet<>();
    StringBuilder commands = new StringBuilder();
    for (RunFigures run : figures) {
      List<RunProvenance.Origin> origins = RunProvenance.read(run.run());
      origins.forEach(origin -> machines.add(origin.machine()));
      String commits =
          origins.stream()
              .map(RunProvenance.Origin::commit)
              .filter(commit -> !commit.isEmpty())
              .distinct()
              .collect(Collectors.joining(", "));
      commands.append(run.commandLine());
      commands.append(commits.isEmpty() ? "" : "  # commit " + commits).append('\n');
    }
    page.bullets(machines.stream().map(machine -> "Machine: " + machine).toList());
    page.paragraph(
        "The seconds are those of the runs, whatever else the machine did beside them; to compare"
            + " speeds, `scripts/bench` measures in turns. The runs one by one:");
    page.verbatim(commands.toString().stripTrailing());
  }

  private List<RunFigures> named(String... names) {
    List<String> wanted = List.of(names);
    return figures.stream().filter(run -> wanted.contains(run.name())).toList();
  }
}
