package io.github.charlstm.report;

import io.github.charlstm.report.Html.Entry;
import io.github.charlstm.report.MetricsFile.Row;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A run as one HTML file: figures, curves, samples, checkpoints, data and settings. */
public final class RunPage {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LAST = 100; // steps whose mean loss is given

  private final RunFacts facts;
  private final StringBuilder body = new StringBuilder();

  private RunPage(RunFacts facts) {
    this.facts = facts;
  }

  /** {@return a page that needs no other file} */
  public static String html(RunFacts facts) {
    RunPage page = new RunPage(facts);
    page.write();
    return HtmlPage.of("Run " + facts.name(), page.body.toString(), "");
  }

  private void write() {
    body.append("<header>\n<h1>").append(Html.text(facts.name())).append("</h1>\n");
    if (!facts.summary().isEmpty()) {
      body.append("<p class=\"lead\">").append(Html.text(facts.summary())).append("</p>\n");
    }
    List<Entry> figures = facts.metrics().map(this::figures).orElse(List.of());
    body.append(Html.table(figures)).append("</header>\n");
    problems();
    facts.metrics().ifPresent(this::curves);
    samples();
    checkpoints();
    String vocabulary =
        facts.symbols().isEmpty()
            ? ""
            : "<details><summary>The vocabulary</summary><pre>"
                + Html.text(facts.symbols())
                + "</pre></details>\n";
    table("data", "Data", facts.data(), vocabulary);
    table("settings", "Settings", facts.settings(), "");
    table("machine", "What it ran on", facts.provenance(), "");
  }

  private void table(String id, String title, List<Entry> entries, String after) {
    if (!entries.isEmpty()) {
      section(id, title);
      body.append(Html.table(entries)).append(after).append("</section>\n");
    }
  }

  private void section(String id, String title) {
    body.append("<section id=\"" + id + "\">\n<h2>" + title + "</h2>\n");
  }

  private void problems() {
    if (facts.problems().isEmpty()) {
      return;
    }
    section("problems", "Damaged or missing");
    body.append("<ul>\n");
    for (String problem : facts.problems()) {
      body.append("<li>").append(Html.text(problem)).append("</li>\n");
    }
    body.append("</ul>\n</section>\n");
  }

  private List<Entry> figures(MetricsFile metrics) {
    List<Entry> entries = new ArrayList<>();
    add(entries, "training steps", RunFiles.count(metrics.lastStep()));
    List<Row> last = metrics.lastRows(LAST);
    double mean = last.stream().mapToDouble(Row::loss).average().orElseThrow();
    String of = last.size() == 1 ? "last step" : "mean of the last " + last.size() + " steps";
    add(entries, "training loss, " + of, loss(mean));
    metrics
        .validationLoss("validation")
        .ifPresent(
            series -> {
              add(entries, "validation loss, last", loss(last(series)));
              double best = Arrays.stream(series.losses()).min().orElseThrow();
              add(entries, "validation loss, best", loss(best));
            });
    metrics
        .accuracy("accuracy")
        .ifPresent(series -> add(entries, "accuracy of a batch, last", decimals(last(series))));
    metrics.testAccuracy().ifPresent(value -> add(entries, "test accuracy", decimals(value)));
    metrics.medianSeconds().ifPresent(median -> addSpeed(entries, metrics, median));
    return entries;
  }

  private static void add(List<Entry> entries, String name, String value) {
    entries.add(new Entry(name, value));
  }

  private void addSpeed(List<Entry> entries, MetricsFile metrics, double median) {
    double first = metrics.measured("seconds", Row::seconds).orElseThrow().losses()[0];
    String seconds = "median " + Scale.plain(median) + ", the first " + Scale.plain(first);
    add(entries, "seconds a step", seconds);
    if (facts.unitsPerStep() > 0 && median > 0) {
      String speed = RunFiles.count(Math.round(facts.unitsPerStep() / median));
      add(entries, facts.unit() + "s a second, at the median", speed);
    }
    add(entries, "time in steps", duration(metrics.totalSeconds()));
  }

  private static double last(LossSeries series) {
    return series.losses()[series.size() - 1];
  }

  private static String duration(double seconds) {
    long all = Math.round(seconds);
    if (all < 60) {
      return Scale.plain(seconds) + " s";
    }
    return all < 3600
        ? all / 60 + " min " + all % 60 + " s"
        : all / 3600 + " h " + all % 3600 / 60 + " min";
  }

  private String loss(double nats) {
    return isOfImages()
        ? decimals(nats)
        : String.format(
            Locale.ROOT, "%.4f nats a %s, %.4f bits", nats, facts.unit(), nats / Math.log(2));
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private boolean isOfImages() {
    return facts.unit().equals("image");
  }

  private void curves(MetricsFile metrics) {
    section("curves", "Curves");
    Figure loss = new Figure("loss", "Loss", isOfImages() ? "loss" : "nats a " + facts.unit());
    loss.line(metrics.trainingLoss("training"));
    metrics.validationLoss("validation").ifPresent(loss::marked);
    if (!isOfImages()) {
      loss.rightAxis("bits a " + facts.unit(), 1 / Math.log(2));
    }
    body.append(loss.html()).append("<div class=\"halves\">\n");
    Figure accuracy = new Figure("accuracy", "Accuracy of the step's batch", "share that is right");
    metrics
        .accuracy("accuracy")
        .ifPresent(series -> body.append(accuracy.half().marked(series).html()));
    half("rate", "Learning rate", "rate", facts.learningRates());
    String norm = "Global norm of the gradients, before clipping";
    half("norm", norm, "norm", metrics.measured("norm of the gradients", Row::globalNorm));
    Optional<LossSeries> seconds = metrics.measured("seconds a step", Row::seconds);
    half("seconds", "Seconds a step", "seconds", seconds);
    if (facts.unitsPerStep() > 0) {
      String name = facts.unit() + "s a second";
      String title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      half("speed", title, name, seconds.map(series -> speed(name, series)));
    }
    body.append("</div>\n</section>\n");
  }

  private void half(String id, String title, String value, Optional<LossSeries> series) {
    series.ifPresent(one -> body.append(new Figure(id, title, value).half().line(one).html()));
  }

  private LossSeries speed(String name, LossSeries seconds) {
    double[] rates =
        Arrays.stream(seconds.losses()).map(s -> s > 0 ? facts.unitsPerStep() / s : 0).toArray();
    return new LossSeries(name, seconds.steps(), rates);
  }

  private void samples() {
    if (facts.samples().isEmpty()) {
      return;
    }
    section("samples", "What it writes");
    body.append(
        "<p class=\"quiet\">Each checkpoint by its own weights, drawing from the likeliest four"
            + " with the same random numbers.</p>\n");
    for (RunFacts.Sample sample : facts.samples()) {
      body.append("<h3>step ").append(RunFiles.count(sample.step()));
      row(sample.step()).ifPresent(row -> body.append(", loss ").append(decimals(row.loss())));
      body.append("</h3>\n<pre class=\"sample\" dir=\"auto\">\n"); // the first newline is dropped
      body.append(Html.text(sample.text())).append("</pre>\n");
    }
    body.append("</section>\n");
  }

  private Optional<Row> row(long step) {
    return facts.metrics().flatMap(metrics -> metrics.row(step));
  }

  private void checkpoints() {
    if (facts.checkpoints().isEmpty()) {
      return;
    }
    boolean isValidated =
        facts.metrics().flatMap(metrics -> metrics.validationLoss("validation")).isPresent();
    section("checkpoints", "Checkpoints");
    body.append("<div class=\"wide\"><table>\n<thead><tr><th>name</th><th class=\"n\">step</th>");
    body.append("<th class=\"n\">loss</th>");
    body.append(isValidated ? "<th class=\"n\">validation</th>" : "");
    body.append("<th class=\"n\">size</th><th>written</th><th></th></tr></thead>\n<tbody>\n");
    for (RunFacts.Checkpoint one : facts.checkpoints()) {
      Optional<Row> row = row(one.step());
      body.append("<tr><td><code>").append(Html.text(one.name())).append("</code></td>");
      cell(RunFiles.count(one.step()));
      cell(row.map(Row::loss).map(RunPage::decimals).orElse(""));
      if (isValidated) {
        OptionalDouble loss = row.map(Row::validationLoss).orElse(OptionalDouble.empty());
        cell(loss.isPresent() ? decimals(loss.getAsDouble()) : "");
      }
      cell(size(one.bytes()));
      body.append("<td>").append(DATE.format(one.written())).append("</td><td>");
      body.append(Html.text(one.problem().orElse("whole"))).append("</td></tr>\n");
    }
    body.append("</tbody></table></div>\n</section>\n");
  }

  private void cell(String text) {
    body.append("<td class=\"n\">").append(text).append("</td>");
  }

  private static String size(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.0f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /**
   * A chart of values against training steps, with its legend as HTML. Its colours follow the page,
   * light or dark.
   *
   * <p>A line of more than {@value #MOST_POINTS} points is drawn as the means of that many groups
   * of steps, over a band from the lowest to the highest value of each. Values far above all
   * others, such as the seconds of a first step, are drawn at the upper edge and named below the
   * chart.
   */
  static final class Figure {
    private static final int MOST_POINTS = 300;
    private static final int BELOW = Chart.Style.PAGE.below() + 6;
    private static final int RIGHT_AXIS = 62; // width of its labels and title

    private final String id;
    private final String title;
    private final String valueName;
    private final List<Line> lines = new ArrayList<>();
    private String rightName = "";
    private double rightFactor;
    private boolean isHalf;

    private record Line(LossSeries series, boolean isMarked) {}

    /** The id of the element is unique in the page; {@code valueName} titles the vertical axis. */
    Figure(String id, String title, String valueName) {
      this.id = id;
      this.title = title;
      this.valueName = valueName;
    }

    /** Half as wide, to stand beside another. */
    Figure half() {
      isHalf = true;
      return this;
    }

    Figure line(LossSeries series) {
      lines.add(new Line(series, false));
      return this;
    }

    /** As {@link #line}, with a dot at each point. */
    Figure marked(LossSeries series) {
      lines.add(new Line(series, true));
      return this;
    }

    /** Adds an axis on the right: the same values in another unit. */
    Figure rightAxis(String name, double factor) {
      rightName = name;
      rightFactor = factor;
      return this;
    }

    String html() {
      int width = isHalf ? 400 : 760;
      int height = isHalf ? 230 : 300;
      double[] values =
          lines.stream().flatMapToDouble(line -> Arrays.stream(line.series().losses())).toArray();
      double high = highest(values);
      double low = Arrays.stream(values).min().orElseThrow();
      double from = low < 0.5 * high ? Math.min(0, low) : low;
      String label = title + ": " + valueName + " against training steps";
      Drawing drawing = new Drawing(width, height, label, "");
      Chart chart =
          new Chart(
              drawing,
              Chart.Style.PAGE,
              lines.stream().map(Line::series).toList(),
              new double[] {from, low, high},
              width - (rightName.isEmpty() ? Chart.Style.PAGE.right : RIGHT_AXIS),
              height - BELOW);
      chart.axes(valueName);
      if (!rightName.isEmpty()) {
        chart.rightAxis(rightName, rightFactor);
      }
      StringBuilder legend = new StringBuilder();
      for (int k = 0; k < lines.size(); k++) {
        int group = (lines.get(k).series().size() + MOST_POINTS - 1) / MOST_POINTS;
        draw(chart, lines.get(k), group, Drawing.series(k));
        if (lines.size() > 1) { // of one line the title says enough
          legend.append("<span class=\"key c" + k + "\"></span>");
          legend.append(Html.text(lines.get(k).series().name()));
        }
        if (group > 1) {
          legend.append(
              " <small class=\"quiet\">mean and range of " + group + " steps each</small>");
        }
      }
      return "<figure id=\"%s\">\n<figcaption><b>%s</b> %s</figcaption>\n%s%s</figure>\n"
          .formatted(
              id,
              Html.text(title),
              legend,
              SvgPicture.element(drawing),
              above(values, chart.highest()));
    }

    private static void draw(Chart chart, Line line, int group, int color) {
      LossSeries drawn = line.series();
      if (group > 1) {
        double[] raw = line.series().losses();
        double[] steps = line.series().steps();
        double[][] rows = new double[4][(raw.length + group - 1) / group]; // step, mean, low, high
        for (int k = 0; k < rows[0].length; k++) {
          int end = Math.min(raw.length, (k + 1) * group);
          var values = Arrays.stream(raw, k * group, end).summaryStatistics();
          rows[0][k] = Arrays.stream(steps, k * group, end).average().orElseThrow();
          rows[1][k] = values.getAverage();
          rows[2][k] = values.getMin();
          rows[3][k] = values.getMax();
        }
        chart.band(rows[0], rows[2], rows[3], Drawing.pale(color));
        drawn = new LossSeries(line.series().name(), rows[0], rows[1]);
      }
      chart.line(drawn, color, 2, false);
      if (line.isMarked() || drawn.size() == 1) {
        chart.dots(drawn, color);
      }
    }

    // The largest value, or, if it is many times the 98th percentile, a little above the latter.
    private double highest(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      double largest = sorted[sorted.length - 1];
      double usual = sorted[(int) (0.98 * (sorted.length - 1))];
      boolean isOutlier = usual > 0 && largest > (isHalf ? 2 : 20) * usual;
      return isOutlier ? 1.1 * usual : largest;
    }

    private static String above(double[] values, double edge) {
      long count = Arrays.stream(values).filter(value -> value > edge).count();
      if (count == 0) {
        return "";
      }
      String largest = Scale.plain(Arrays.stream(values).max().orElseThrow());
      String lie = count + " of the values " + (count == 1 ? "lies" : "lie");
      return "<p class=\"quiet\">%s above the upper edge (%s); the largest is %s.</p>\n"
          .formatted(lie, Scale.plain(edge), largest);
    }
  }
}
