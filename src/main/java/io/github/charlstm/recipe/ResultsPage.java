package io.github.charlstm.recipe;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.recipe.Experiment.Data;
import io.github.charlstm.report.HtmlPage;
import io.github.charlstm.report.LossPlot;
import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.report.MetricsFile.Row;
import io.github.charlstm.report.PngUnavailableException;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of the books' recipes: {@code results.md}, its pictures, and {@code results.html}
 * with the pictures inside.
 */
public final class ResultsPage {
  /** Name of the page in CommonMark. */
  public static final String MARKDOWN = "results.md";

  /** Name of the page that needs no other file. */
  public static final String HTML = "results.html";

  // training accuracies and the test accuracy that the tutorial prints
  private static final Map<Long, Double> TUTORIAL = Map.of(200L, 0.851562, 2000L, 0.984375);
  private static final double TUTORIAL_TEST_ACCURACY = 0.9858;

  private static final int LAST = 100; // steps whose mean loss is given

  private static final String NONE = "–"; // a table's cell without a value

  private final StringBuilder page = new StringBuilder();
  private final List<Run> runs;
  private final Path folder;

  /** A run that has begun. */
  private record Run(Experiment experiment, Path folder, MetricsFile metrics) {
    String name() {
      return experiment.name();
    }

    Optional<Recipe> recipe() {
      return Recipes.find(name());
    }

    Optional<ReferenceLosses> book() {
      return recipe().flatMap(Recipe::book);
    }

    long steps() {
      return metrics.lastStep();
    }

    boolean isComplete() {
      return steps() >= experiment.steps();
    }

    RunSettings.Images classifier() {
      return TrainingCheckpoint.open(folder).images();
    }

    boolean isUnrolled() {
      return classifier().model().loop() == RnnImplementation.UNROLLED;
    }

    /** Accuracy that was measured before a step. */
    OptionalDouble accuracy(long step) {
      return metrics.row(step).map(Row::accuracy).orElse(OptionalDouble.empty());
    }

    double lastLosses() {
      return metrics.lastRows(LAST).stream().mapToDouble(Row::loss).average().orElseThrow();
    }

    /** Losses at the steps that the book prints; empty if one is missing. */
    Optional<DoubleSummaryStatistics> at(ReferenceLosses book) {
      DoubleSummaryStatistics losses =
          metrics.rows().stream()
              .filter(row -> row.step() >= book.firstStep() && row.step() <= book.lastStep())
              .filter(row -> (row.step() - book.firstStep()) % book.every() == 0)
              .mapToDouble(Row::loss)
              .summaryStatistics();
      return losses.getCount() == book.count() ? Optional.of(losses) : Optional.empty();
    }

    /** The settings with which the run alone is repeated, on data that is fetched. */
    Map<String, String> settings() {
      Map<String, String> settings = new LinkedHashMap<>(experiment.settings());
      if (experiment.data() == Data.MNIST) {
        int holdout = classifier().images().holdout();
        if (holdout > 0) {
          settings.put("holdout", String.valueOf(holdout));
        }
      }
      if (!isComplete()) {
        settings.put("steps", String.valueOf(steps()));
      }
      return settings;
    }
  }

  private ResultsPage(List<Run> runs, Path folder) {
    this.runs = runs;
    this.folder = folder;
  }

  /**
   * Writes the page from the runs' folders in {@code runs}, in the order of the experiments, with
   * the commands that repeat the page and each run. Runs that have not begun are left out. An
   * IllegalArgumentException if no run has begun, or one is damaged.
   */
  public static void write(
      List<Experiment> experiments,
      Path runs,
      String command,
      BiFunction<Experiment, Map<String, String>, String> commandOfRun,
      Path folder)
      throws IOException {
    List<Run> begun = new ArrayList<>();
    for (Experiment experiment : experiments) {
      Path run = runs.resolve(experiment.name());
      Path metrics = run.resolve(MetricsWriter.FILE_NAME);
      if (Files.isRegularFile(metrics) && Files.size(metrics) > 0) {
        begun.add(new Run(experiment, run, MetricsFile.read(metrics)));
      }
    }
    if (begun.isEmpty()) {
      throw new IllegalArgumentException(
          "no run has begun in " + runs + ", so there are no results to write");
    }
    Files.createDirectories(folder);
    ResultsPage results = new ResultsPage(begun, folder);
    results.compose(command, commandOfRun);
    String markdown = results.page.toString();
    Files.writeString(folder.resolve(MARKDOWN), markdown, StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve(HTML), HtmlPage.ofMarkdown(markdown, folder), StandardCharsets.UTF_8);
  }

  private void compose(
      String command, BiFunction<Experiment, Map<String, String>, String> commandOfRun)
      throws IOException {
    heading(1, "Results of the books' recipes");
    paragraph(
        "Each figure comes from the metrics file of a run, each sample from its newest checkpoint."
            + " Losses are in nats. The command that writes this page:");
    verbatim(command);
    overview();
    text(
        "Anna Karenina (Deep Learning by Example, chapter 10)",
        "Two LSTM layers of 512 with dropout, as the book describes them (`anna`), and the single"
            + " layer without dropout that its code runs (`anna-as-printed`); 5 epochs of 198"
            + " batches of 100 x 100 characters.",
        500,
        named(Recipes.ANNA, Recipes.ANNA_AS_PRINTED));
    text(
        "Shakespeare by character (TensorFlow Machine Learning Cookbook, chapter 9)",
        "Three LSTM layers of 128, each with variables of its own (`shakespeare`), or all with"
            + " one cell's variables (`shakespeare-shared`), which is what the book's"
            + " `[cell] * 3` runs since TensorFlow 1.2; 10 epochs of 949 batches.",
        300,
        named(Recipes.SHAKESPEARE, Recipes.SHAKESPEARE_SHARED));
    text(
        "Shakespeare by word, the chapter's first version",
        "One LSTM layer of 128, words that occur more than 5 times, 10 epochs of 181 batches."
            + " A sample ends when the model chooses `unknown`.",
        60,
        named(Recipes.SHAKESPEARE_WORDS));
    digits(runs.stream().filter(run -> run.experiment().data() == Data.MNIST).toList());
    provenance(commandOfRun);
  }

  private List<Run> named(Recipe... recipes) {
    List<String> names = Stream.of(recipes).map(Recipe::name).toList();
    return runs.stream().filter(run -> names.contains(run.name())).toList();
  }

  private void overview() {
    Map<String, Function<Run, String>> columns = new LinkedHashMap<>();
    columns.put("run", run -> "`" + run.name() + "`");
    columns.put("the book", ResultsPage::book);
    columns.put("charlstm", ResultsPage::ours);
    columns.put(
        "steps", run -> run.steps() + (run.isComplete() ? "" : " of " + run.experiment().steps()));
    columns.put("seconds per step (median)", run -> number(run.metrics().medianSeconds(), 3));
    columns.put("minutes", run -> number(run.metrics().totalSeconds() / 60, 1));
    table(runs, columns);
  }

  private static String book(Run run) {
    if (run.name().equals(Experiments.MNIST)) {
      return "test accuracy " + TUTORIAL_TEST_ACCURACY + " (55,000 images)";
    }
    return run.book()
        .map(
            book ->
                (book.mean().isPresent()
                        ? "mean loss " + number(book.mean(), 4)
                        : "loss " + book.lowest() + " to " + book.highest())
                    + ", steps %s to %s".formatted(book.firstStep(), book.lastStep()))
        .orElse(NONE);
  }

  private static String ours(Run run) {
    if (run.experiment().data() == Data.MNIST) {
      OptionalDouble accuracy = run.metrics().testAccuracy();
      return accuracy.isPresent() ? "test accuracy " + number(accuracy, 4) : NONE;
    }
    String mean =
        "mean loss %s, last %s steps"
            .formatted(number(run.lastLosses(), 4), Math.min(LAST, run.steps()));
    return run.book()
        .flatMap(run::at)
        .map(
            losses ->
                "loss %s to %s, mean %s, at the book's steps; %s"
                    .formatted(
                        number(losses.getMin(), 4),
                        number(losses.getMax(), 4),
                        number(losses.getAverage(), 4),
                        mean))
        .orElse(mean);
  }

  /**
   * A section about runs on one text, of which the first's recipe has the book's losses; none if
   * there is no run.
   */
  private void text(String title, String description, int sampleLength, List<Run> compared)
      throws IOException {
    if (compared.isEmpty()) {
      return;
    }
    heading(2, title);
    paragraph(description);
    Run first = compared.get(0);
    String unit = first.recipe().orElseThrow().preparation().unit();
    first.book().ifPresent(book -> losses(book, compared));
    LossPlot plot = new LossPlot(title).valueAxis("loss (nats per " + unit + ")");
    compared.forEach(run -> plot.run(run.metrics().trainingLoss(run.name())));
    first.book().ifPresent(losses -> losses.addTo(plot));
    picture("Training loss against the step: " + title, draw(folder, first.name(), plot::write));
    for (Run run : compared) {
      samples(run, unit, sampleLength);
    }
  }

  private void losses(ReferenceLosses book, List<Run> compared) {
    if (compared.stream().allMatch(run -> run.steps() < book.firstStep())) {
      paragraph(
          "The book prints losses from step %s on, which these runs have not reached."
              .formatted(book.firstStep()));
      return;
    }
    boolean areKnown = !book.losses().isEmpty();
    if (!areKnown) {
      paragraph(
          "The book's losses at these steps lie between %s and %s."
              .formatted(book.lowest(), book.highest()));
    }
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < book.count(); k++) {
      long step = book.firstStep() + (long) k * book.every();
      OptionalDouble printed =
          areKnown ? OptionalDouble.of(book.losses().get(k)) : OptionalDouble.empty();
      rows.add(
          row(
              String.valueOf(step),
              printed,
              compared,
              run -> run.metrics().row(step).map(Row::loss)));
    }
    rows.add(
        row(
            "mean",
            book.mean(),
            compared,
            run -> run.at(book).map(DoubleSummaryStatistics::getAverage)));
    List<String> head = new ArrayList<>(areKnown ? List.of("step", "the book") : List.of("step"));
    compared.forEach(run -> head.add(run.name()));
    table(head, rows);
  }

  // A row of the table of losses; without the book's column if the book prints a range only.
  private static List<String> row(
      String step, OptionalDouble book, List<Run> compared, Function<Run, Optional<Double>> ours) {
    List<String> cells = new ArrayList<>(List.of(step));
    book.ifPresent(loss -> cells.add(number(loss, 4)));
    compared.forEach(run -> cells.add(number(ours.apply(run).orElse(Double.NaN), 4)));
    return cells;
  }

  private void samples(Run run, String unit, int length) {
    Recipe.Progress progress = run.recipe().orElseThrow().progress();
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run.folder());
    Vocabulary vocabulary = checkpoint.vocabulary();
    List<String> primes = progress.primes().stream().filter(vocabulary::knows).toList();
    long seed = checkpoint.settings().training().seed();
    try (LanguageModelSession session = checkpoint.session(1, 1)) {
      TextGenerator generator = new TextGenerator(session, vocabulary);
      heading(3, "Samples of " + run.name() + " after step " + run.steps());
      if (progress.sampleEvery() > 0) {
        paragraph(
            "The most probable %s each time, %s after each of the book's primes:"
                .formatted(unit, progress.sampleLength()));
        verbatim(
            primes.stream()
                .map(
                    prime ->
                        generator.continued(
                            prime, progress.sampleLength(), new Greedy(), new Random(seed)))
                .collect(Collectors.joining("\n")));
      }
      paragraph("Each " + unit + " drawn from the 4 most probable:");
      // A text by word is short: it ends at the first word that the vocabulary does not know.
      primes.stream()
          .limit(vocabulary.separator().isEmpty() ? 1 : primes.size())
          .map(prime -> generator.continued(prime, length, new TopN(), new Random(seed)))
          .forEach(text -> verbatim(wrapped(text)));
    }
  }

  // The cookbook's preparation removes line breaks, so wrap its long samples.
  private static String wrapped(String text) {
    return text.contains("\n") ? text : text.replaceAll("(.{1,90})( +|$)", "$1\n").stripTrailing();
  }

  private void digits(List<Run> digits) throws IOException {
    if (digits.isEmpty()) {
      return;
    }
    heading(2, "Handwritten digits, read row by row");
    int holdout = digits.get(0).classifier().images().holdout();
    String split =
        holdout > 0
            ? String.format(
                Locale.ROOT,
                "charlstm trains on %,d of MNIST's 10,000 test images and is tested on the other"
                    + " %,d, because the training images were not available; the tutorial uses"
                    + " 55,000 and 10,000.",
                10_000 - holdout,
                holdout)
            : "Training and test images are those of the tutorial.";
    paragraph(
        "Two LSTM layers of 256 read a row of 28 pixels at each of 28 steps. "
            + split
            + " Accuracies during training are those of the next training batch, without dropout."
            + " Losses are a tenth of the cross-entropy, as the tutorial prints them.");
    loops(
        digits.stream()
            .filter(run -> run.name().equals(Experiments.MNIST) || run.isUnrolled())
            .toList());
    depths(digits.stream().filter(run -> !run.isUnrolled()).toList());
    if (digits.stream().anyMatch(run -> run.classifier().model().bidirectional())) {
      paragraph(
          "The classifier uses the outputs at the last row. There the forward direction has read"
              + " the whole image, and the backward direction only that row, so the second"
              + " direction adds little but computation. On 1,000 test images a difference of half"
              + " a percent is not significant.");
    }
  }

  private void loops(List<Run> loops) throws IOException {
    if (loops.isEmpty()) {
      return;
    }
    List<String> head = new ArrayList<>(List.of("step", "the tutorial"));
    loops.forEach(run -> head.add(run.name()));
    List<List<String>> rows = new ArrayList<>();
    long end = loops.stream().mapToLong(Run::steps).max().orElseThrow();
    for (long step = 200; step <= end; step += 200) {
      long at = step;
      double printed = TUTORIAL.getOrDefault(step, Double.NaN);
      rows.add(accuracies(String.valueOf(step), printed, loops, run -> run.accuracy(at)));
    }
    rows.add(
        accuracies(
            "on the test images",
            TUTORIAL_TEST_ACCURACY,
            loops,
            run -> run.metrics().testAccuracy()));
    table(head, rows);
    paragraph(
        "Both loops start from the same variables, and without dropout their losses are equal"
            + " (`RowClassifierTest`); their dropout masks differ.");
    for (String kind : List.of(".png", ".svg")) {
      Path picture = loops.get(0).folder().resolve("rows" + kind);
      if (Files.exists(picture)) {
        String copy = "mnist-rows" + kind;
        Files.copy(picture, folder.resolve(copy), StandardCopyOption.REPLACE_EXISTING);
        picture("A digit, and the classes' probabilities after each of its rows", copy);
        return;
      }
    }
  }

  private static List<String> accuracies(
      String step, double printed, List<Run> loops, Function<Run, OptionalDouble> ours) {
    List<String> cells = new ArrayList<>(List.of(step, number(printed, 4)));
    loops.forEach(run -> cells.add(number(ours.apply(run), 4)));
    return cells;
  }

  private void depths(List<Run> depths) throws IOException {
    if (depths.isEmpty()) {
      return;
    }
    heading(3, "Layers and directions");
    Map<String, Function<Run, String>> columns = new LinkedHashMap<>();
    columns.put("run", Run::name);
    columns.put("layers", run -> String.valueOf(run.classifier().model().numLayers()));
    columns.put("directions", run -> run.classifier().model().bidirectional() ? "both" : "one");
    columns.put("loss, mean of the last 100 steps", run -> number(run.lastLosses(), 5));
    columns.put("training accuracy", run -> number(run.accuracy(run.steps() / 200 * 200), 4));
    columns.put("test accuracy", run -> number(run.metrics().testAccuracy(), 4));
    columns.put("seconds per step", run -> number(run.metrics().medianSeconds(), 3));
    table(depths, columns);
    LossPlot plot =
        new LossPlot("Digits by rows: depth and direction").valueAxis("loss (nats per image / 10)");
    depths.forEach(run -> plot.run(run.metrics().trainingLoss(run.name())));
    picture("Training loss of each depth and direction", draw(folder, "mnist-depth", plot::write));
  }

  private void provenance(BiFunction<Experiment, Map<String, String>, String> commandOfRun)
      throws IOException {
    heading(2, "How it was run");
    TreeSet<String> machines = new TreeSet<>();
    StringBuilder lines = new StringBuilder();
    for (Run run : runs) {
      List<RunProvenance.Origin> origins = RunProvenance.read(run.folder());
      origins.forEach(origin -> machines.add(origin.machine()));
      String commits =
          origins.stream()
              .map(RunProvenance.Origin::commit)
              .filter(commit -> !commit.isEmpty())
              .distinct()
              .collect(Collectors.joining(", "));
      lines.append(commandOfRun.apply(run.experiment(), run.settings()));
      lines.append(commits.isEmpty() ? "" : "  # commit " + commits).append('\n');
    }
    machines.forEach(machine -> page.append("- Machine: ").append(machine).append('\n'));
    page.append('\n');
    paragraph(
        "Seconds include the effect of other load on the machine; use `scripts/bench` to compare"
            + " speeds. The runs:");
    verbatim(lines.toString().stripTrailing());
  }

  interface PictureWriter {
    void write(Path pngOrSvg) throws IOException;
  }

  /** Writes a picture as PNG, or as SVG where Java has no fonts; returns the file's name. */
  static String draw(Path folder, String name, PictureWriter picture) throws IOException {
    try {
      picture.write(folder.resolve(name + ".png"));
      return name + ".png";
    } catch (PngUnavailableException e) {
      picture.write(folder.resolve(name + ".svg"));
      return name + ".svg";
    }
  }

  private void heading(int level, String words) {
    paragraph("#".repeat(level) + " " + words);
  }

  private void paragraph(String words) {
    page.append(words).append("\n\n");
  }

  private void picture(String description, String file) {
    paragraph("![" + description + "](" + file + ")");
  }

  // A code block.
  private void verbatim(String words) {
    int longest = Stream.of(words.split("[^`]+")).mapToInt(String::length).max().orElse(0);
    String fence = "`".repeat(Math.max(3, longest + 1));
    paragraph(fence + "text\n" + words + "\n" + fence);
  }

  private void table(List<Run> runs, Map<String, Function<Run, String>> columns) {
    table(
        List.copyOf(columns.keySet()),
        runs.stream()
            .map(run -> columns.values().stream().map(column -> column.apply(run)).toList())
            .toList());
  }

  // Columns of numbers are aligned to the right.
  private void table(List<String> head, List<List<String>> rows) {
    row(head);
    for (int column = 0; column < head.size(); column++) {
      int here = column;
      boolean isOfNumbers =
          rows.stream().map(row -> row.get(here)).allMatch(c -> c.matches("[0-9.]+|" + NONE));
      page.append(isOfNumbers ? "|---:" : "|---");
    }
    page.append("|\n");
    rows.forEach(this::row);
    page.append('\n');
  }

  private void row(List<String> cells) {
    page.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private static String number(double value, int places) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + places + "f", value) : NONE;
  }

  private static String number(OptionalDouble value, int places) {
    return number(value.orElse(Double.NaN), places);
  }
}
