package io.github.charlstm.recipe;

import static io.github.charlstm.report.MarkdownPage.NONE;
import static io.github.charlstm.report.MarkdownPage.number;

import io.github.charlstm.recipe.Experiment.Data;
import io.github.charlstm.recipe.Results.Spread;
import io.github.charlstm.recipe.Trial.Begun;
import io.github.charlstm.recipe.Trial.Program;
import io.github.charlstm.report.MarkdownPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of the books' recipes: {@code results.md}, its pictures, and {@code results.html}
 * with the pictures inside.
 */
public final class ResultsPage {
  /** Name of the page that needs no other file. */
  public static final String HTML = "results.html";

  private static final String NAME = "results";
  private static final long FIRST_STEPS = 100; // whose losses are compared with Python's

  private final Results results;
  private final MarkdownPage page;

  private ResultsPage(Results results, MarkdownPage page) {
    this.results = results;
    this.page = page;
  }

  /**
   * Writes the page of the trials that have begun, in their order, with the commands that repeat
   * the page and each run. An IllegalArgumentException if none has begun, or one is damaged.
   */
  public static void write(
      List<Trial> trials,
      String command,
      BiFunction<Trial, Map<String, String>, String> commandOfRun,
      Path folder)
      throws IOException {
    List<Begun> begun = new ArrayList<>();
    for (Trial trial : trials) {
      trial.begun().ifPresent(begun::add);
    }
    Results results = new Results(List.copyOf(begun));
    if (results.experiments().isEmpty()) {
      throw new IllegalArgumentException(
          "no run has begun in "
              + trials.get(0).folder().getParent()
              + ", so there are no results to write");
    }
    Files.createDirectories(folder);
    MarkdownPage page = new MarkdownPage(folder);
    new ResultsPage(results, page).compose(command, commandOfRun);
    page.write(NAME);
  }

  private void compose(String command, BiFunction<Trial, Map<String, String>, String> commandOfRun)
      throws IOException {
    page.heading(1, "Results of the books' recipes");
    page.paragraph(
        "Each figure comes from the metrics file of a run, each sample from its newest checkpoint."
            + " Losses are in nats. Python is `scripts/python/book_recipes.py`: the books' programs"
            + " on TensorFlow's TF1 interface, with charlstm's initial values, order of the data"
            + " and dropout masks. The command that writes this page:");
    page.verbatim(command);
    overview();
    comparison();
    TextResults texts = new TextResults(results, page);
    texts.section(
        "Anna Karenina (Deep Learning by Example, chapter 10)",
        "Two LSTM layers of 512 with dropout, as the book describes them (`anna`), the single"
            + " layer without dropout that its code runs (`anna-as-printed`), and that layer with"
            + " the dropout that the code makes and does not use (`anna-1-layer`); 5 epochs of 198"
            + " batches of 100 x 100 characters. `docs/results/anna-loss.md` has what was tried to"
            + " explain the book's losses.",
        500,
        of(Recipes.ANNA, Recipes.ANNA_AS_PRINTED));
    texts.section(
        "Shakespeare by character (TensorFlow Machine Learning Cookbook, chapter 9)",
        "Three LSTM layers of 128, each with variables of its own (`shakespeare`), or all with"
            + " one cell's variables (`shakespeare-shared`), which is what the book's"
            + " `[cell] * 3` runs since TensorFlow 1.2; 10 epochs of 949 batches.",
        300,
        of(Recipes.SHAKESPEARE, Recipes.SHAKESPEARE_SHARED));
    texts.section(
        "Shakespeare by word, the chapter's first version",
        "One LSTM layer of 128, words that occur more than 5 times, 10 epochs of 181 batches."
            + " A sample ends when the model chooses `unknown`.",
        60,
        of(Recipes.SHAKESPEARE_WORDS));
    List<Experiment> digits =
        results.experiments().stream().filter(run -> run.data() == Data.MNIST).toList();
    if (!digits.isEmpty()) {
      new DigitResults(results, page).section(digits);
    }
    provenance(commandOfRun);
  }

  // The experiments with these recipes.
  private List<Experiment> of(Recipe... recipes) {
    List<String> names = Stream.of(recipes).map(Recipe::name).toList();
    return results.experiments().stream()
        .filter(experiment -> names.contains(experiment.settings().getOrDefault("recipe", "")))
        .toList();
  }

  private void overview() {
    List<List<String>> rows = new ArrayList<>();
    for (Experiment experiment : results.experiments()) {
      Begun first = results.first(experiment);
      rows.add(
          List.of(
              "`" + experiment.name() + "`",
              figureName(first),
              book(first),
              figures(first, Program.PYTHON),
              figures(first, Program.CHARLSTM),
              first.steps() + (first.isComplete() ? "" : " of " + experiment.steps()),
              number(first.metrics().medianSeconds(), 3),
              number(first.metrics().totalSeconds() / 60, 1)));
    }
    page.table(
        List.of(
            "run",
            "figure",
            "the book",
            "Python",
            "charlstm",
            "steps",
            "seconds per step (median)",
            "minutes"),
        rows);
  }

  // Beside a trial that is complete, one that is not would have the figure of other steps.
  private String figures(Begun first, Program program) {
    return Results.figures(
        results.of(first.trial().experiment(), program).stream()
            .filter(trial -> trial.isComplete() || !first.isComplete())
            .toList());
  }

  private static String figureName(Begun run) {
    if (run.trial().experiment().data() == Data.MNIST) {
      return "test accuracy";
    }
    return run.trial()
        .book()
        .filter(book -> run.at(book).isPresent())
        .map(book -> "mean loss, " + book.describeSteps())
        .orElse("mean loss, last %s steps".formatted(run.lastLossesCount()));
  }

  private static String book(Begun run) {
    if (run.trial().experiment().name().equals(Experiments.MNIST)) {
      return String.valueOf(DigitResults.TUTORIAL_TEST_ACCURACY);
    }
    return run.trial()
        .book()
        .map(
            book ->
                (book.mean().isPresent()
                        ? number(book.mean(), 4)
                        : number(book.lowest(), 2) + " to " + number(book.highest(), 2))
                    + (run.at(book).isPresent() ? "" : " at " + book.describeSteps()))
        .orElse(NONE);
  }

  /** charlstm and Python, seed by seed; nothing without a run in Python. */
  private void comparison() {
    List<List<String>> rows = new ArrayList<>();
    for (Experiment experiment : results.experiments()) {
      List<Begun> pairs =
          results.of(experiment, Program.CHARLSTM).stream()
              .filter(run -> results.python(run).isPresent())
              .toList();
      pairs.forEach(run -> rows.add(comparison(run, results.python(run).orElseThrow())));
      if (pairs.size() > 1) {
        rows.add(seeds("mean", pairs, Spread::mean));
        rows.add(seeds("spread", pairs, Spread::width));
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    page.heading(2, "charlstm and Python, seed by seed");
    page.paragraph(
        "The same seed gives both programs the same initial values, data and dropout masks, so"
            + " their losses differ by rounding, which grows from step to step. The figure is that"
            + " of the first table; the spread is the highest value less the lowest.");
    page.table(
        List.of(
            "run",
            "seed",
            "largest difference of the losses, steps 1 to " + FIRST_STEPS,
            "mean loss of all steps, Python",
            "charlstm",
            "figure, Python",
            "charlstm"),
        rows);
  }

  private static List<String> comparison(Begun charlstm, Begun python) {
    Trial trial = charlstm.trial();
    boolean ended = charlstm.steps() == python.steps();
    double difference =
        charlstm.steps() < FIRST_STEPS || python.steps() < FIRST_STEPS
            ? Double.NaN
            : charlstm.largestDifference(python, FIRST_STEPS);
    return List.of(
        trial.experiment().name(),
        String.valueOf(trial.seed()),
        Double.isNaN(difference) ? NONE : String.format(Locale.ROOT, "%.1e", difference),
        number(ended ? python.meanLoss() : Double.NaN, 5),
        number(ended ? charlstm.meanLoss() : Double.NaN, 5),
        ended ? number(python.figure(), 4) : NONE,
        ended ? number(charlstm.figure(), 4) : NONE);
  }

  // Of the seeds that both programs have trained to the same step.
  private List<String> seeds(String name, List<Begun> pairs, ToDoubleFunction<Spread> value) {
    List<Begun> charlstm =
        pairs.stream()
            .filter(run -> results.python(run).orElseThrow().steps() == run.steps())
            .toList();
    List<Begun> python = charlstm.stream().map(run -> results.python(run).orElseThrow()).toList();
    List<String> cells = new ArrayList<>();
    cells.add(pairs.get(0).trial().experiment().name());
    cells.add(name);
    cells.add("");
    for (List<Begun> runs : List.of(python, charlstm)) {
      double[] losses = runs.stream().mapToDouble(Begun::meanLoss).toArray();
      cells.add(number(value.applyAsDouble(Spread.of(losses)), 5));
    }
    for (List<Begun> runs : List.of(python, charlstm)) {
      double[] figures =
          runs.stream().map(Begun::figure).flatMapToDouble(OptionalDouble::stream).toArray();
      cells.add(number(value.applyAsDouble(Spread.of(figures)), 4));
    }
    return cells;
  }

  private void provenance(BiFunction<Trial, Map<String, String>, String> commandOfRun)
      throws IOException {
    page.heading(2, "How it was run");
    List<String> machines = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (Begun run : results.trials()) {
      List<RunProvenance.Origin> origins = RunProvenance.read(run.trial().folder());
      rows.add(
          List.of(
              run.trial().name(),
              String.valueOf(run.trial().seed()),
              origins.stream()
                  .map(RunProvenance.Origin::commit)
                  .filter(commit -> !commit.isEmpty())
                  .distinct()
                  .collect(Collectors.joining(", ")),
              origins.stream()
                  .map(origin -> numbered(machines, origin.machine()))
                  .distinct()
                  .collect(Collectors.joining(", ")),
              origins.stream()
                  .map(RunProvenance.Origin::load)
                  .map(load -> load == null ? NONE : number(load, 1))
                  .collect(Collectors.joining(", ")),
              number(run.metrics().medianSeconds(), 3),
              "`" + commandOfRun.apply(run.trial(), settings(run)) + "`"));
    }
    for (int k = 0; k < machines.size(); k++) {
      page.paragraph("Machine %s: %s.".formatted(k + 1, machines.get(k)));
    }
    page.paragraph(
        "The load is the average number of processes that ran or waited in the minute before a run"
            + " began or went on; a run that follows another counts that one, about 2. Seconds"
            + " include the effect of other load; use `scripts/bench` to compare speeds.");
    page.table(
        List.of("run", "seed", "commit", "machine", "load", "seconds per step", "command"), rows);
  }

  // The machine's number from 1, in the order of first use.
  private static String numbered(List<String> machines, String machine) {
    if (!machines.contains(machine)) {
      machines.add(machine);
    }
    return String.valueOf(machines.indexOf(machine) + 1);
  }

  /** The settings with which the run alone is repeated, on data that is fetched. */
  private Map<String, String> settings(Begun run) {
    Trial trial = run.trial();
    Map<String, String> settings = new LinkedHashMap<>(trial.experiment().settings());
    if (trial.experiment().data() == Data.MNIST) {
      Begun charlstm = results.first(trial.experiment());
      Optional.of(DigitResults.classifier(charlstm).images().holdout())
          .filter(holdout -> holdout > 0)
          .ifPresent(holdout -> settings.put("holdout", String.valueOf(holdout)));
    }
    if (trial.seedOffset() > 0) {
      settings.put("seed", String.valueOf(trial.seed()));
    }
    if (!run.isComplete()) {
      settings.put("steps", String.valueOf(run.steps()));
    }
    return settings;
  }
}
