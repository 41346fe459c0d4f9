package io.github.charlstm.report;

import io.github.charlstm.report.MetricsFile.Row;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** One run as one HTML file: what it learned, how it went, how fast, and what it writes. */
public final class RunPage {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LAST = 100;

  private final RunFacts facts;
  private final StringBuilder body = new StringBuilder();

  private RunPage(RunFacts facts) {
    this.facts = facts;
  }

  /**
   * The page; it needs nothing but itself.
   *
   * @param facts what it shows
   * @return HTML
   */
  public static String html(RunFacts facts) {
    RunPage page = new RunPage(facts);
    page.write();
    return HtmlPage.html("Run " + facts.name(), page.body.toString());
  }

  private void write() {
    body.append("<header>\n<h1>").append(Html.text(facts.name())).append("</h1>\n");
    if (!facts.summary().isEmpty()) {
      body.append("<p class=\"lead\">").append(Html.text(facts.summary())).append("</p>\n");
    }
    body.append(Entry.table(figures())).append("</header>\n");
    problems();
    facts.metrics().ifPresent(this::curves);
    samples();
    checkpoints();
    if (!facts.data().isEmpty()) {
      body.append(section("data", "Data")).append(Entry.table(facts.data()));
      if (!facts.symbols().isEmpty()) {
        body.append("<details><summary>The vocabulary</summary><pre>");
        body.append(Html.text(facts.symbols())).append("</pre></details>\n");
      }
      body.append("</section>\n");
    }
    table("settings", "Settings", facts.settings());
    table("machine", "What it ran on", facts.surroundings());
  }

  private void table(String id, String title, List<Entry> entries) {
    if (!entries.isEmpty()) {
      body.append(section(id, title)).append(Entry.table(entries)).append("</section>\n");
    }
  }

  private static String section(String id, String title) {
    return "<section id=\"" + id + "\">\n<h2>" + title + "</h2>\n";
  }

  private void problems() {
    if (facts.problems().isEmpty()) {
      return;
    }
    body.append("<section id=\"problems\">\n<h2>Damaged or missing</h2>\n<ul>\n");
    for (String problem : facts.problems()) {
      body.append("<li>").append(Html.text(problem)).append("</li>\n");
    }
    body.append("</ul>\n</section>\n");
  }

  private List<Entry> figures() {
    List<Entry> entries = new ArrayList<>();
    facts.metrics().ifPresent(metrics -> add(entries, metrics));
    return entries;
  }

  private void add(List<Entry> entries, MetricsFile metrics) {
    List<Row> rows = metrics.rows();
    Row last = rows.get(rows.size() - 1);
    entries.add(new Entry("training steps", RunFiles.count((long) last.step())));
    List<Row> tail = rows.subList(Math.max(0, rows.size() - LAST), rows.size());
    double loss = tail.stream().mapToDouble(Row::loss).average().orElseThrow();
    String of = tail.size() == 1 ? "last step" : "mean of the last " + tail.size() + " steps";
    entries.add(new Entry("training loss, " + of, loss(loss)));
    metrics
        .validationLoss("validation")
        .ifPresent(
            series -> {
              double[] losses = series.losses();
              entries.add(new Entry("validation loss, last", loss(losses[losses.length - 1])));
              double best = Arrays.stream(losses).min().orElseThrow();
              entries.add(new Entry("validation loss, best", loss(best)));
            });
    metrics
        .accuracy("accuracy")
        .ifPresent(
            series -> {
              double[] values = series.losses();
              entries.add(new Entry("accuracy of a batch, last", share(values[values.length - 1])));
            });
    metrics
        .testAccuracy()
        .ifPresent(value -> entries.add(new Entry("test accuracy", share(value))));
    metrics.measured("seconds", Row::seconds).ifPresent(series -> addSpeed(entries, series));
  }

  private void addSpeed(List<Entry> entries, LossSeries series) {
    double[] seconds = series.losses();
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    entries.add(
        new Entry(
            "seconds a step",
            "median " + Scale.plain(median) + ", the first " + Scale.plain(seconds[0])));
    if (facts.unitsAStep() > 0 && median > 0) {
      entries.add(
          new Entry(
              facts.unit() + "s a second, at the median",
              RunFiles.count(Math.round(facts.unitsAStep() / median))));
    }
    entries.add(new Entry("time in steps", duration(Arrays.stream(seconds).sum())));
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
        ? String.format(Locale.ROOT, "%.4f", nats)
        : String.format(
            Locale.ROOT, "%.4f nats a %s, %.4f bits", nats, facts.unit(), nats / Math.log(2));
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private boolean isOfImages() {
    return facts.unit().equals("image");
  }

  private void curves(MetricsFile metrics) {
    body.append(section("curves", "Curves"));
    LossSeries training = metrics.trainingLoss("training");
    String unit = isOfImages() ? "loss" : "nats a " + facts.unit();
    Curve loss =
        new Curve("loss", "Loss", unit).line("training", training.steps(), training.losses());
    metrics
        .validationLoss("validation")
        .ifPresent(series -> loss.marked("validation", series.steps(), series.losses()));
    if (!isOfImages()) {
      loss.secondAxis("bits a " + facts.unit(), 1 / Math.log(2));
    }
    body.append(loss.html()).append("<div class=\"halves\">\n");
    metrics
        .accuracy("accuracy")
        .ifPresent(
            series ->
                body.append(
                    new Curve("accuracy", "Accuracy of the step's batch", "share that is right")
                        .half()
                        .marked("accuracy", series.steps(), series.losses())
                        .html()));
    facts.learningRates().ifPresent(series -> curve("rate", "Learning rate", "rate", series));
    metrics
        .measured("norm of the gradients", Row::globalNorm)
        .ifPresent(
            series ->
                curve("norm", "Global norm of the gradients, before clipping", "norm", series));
    metrics.measured("seconds a step", Row::seconds).ifPresent(this::speed);
    body.append("</div>\n</section>\n");
  }

  private void curve(String id, String title, String value, LossSeries series) {
    body.append(
        new Curve(id, title, value)
            .half()
            .line(series.name(), series.steps(), series.losses())
            .html());
  }

  private void speed(LossSeries seconds) {
    curve("seconds", "Seconds a step", "seconds", seconds);
    if (facts.unitsAStep() > 0) {
      double[] rates =
          Arrays.stream(seconds.losses()).map(s -> s > 0 ? facts.unitsAStep() / s : 0).toArray();
      String name = facts.unit() + "s a second";
      curve("speed", capital(name), name, new LossSeries(name, seconds.steps(), rates));
    }
  }

  private static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private void samples() {
    if (facts.samples().isEmpty()) {
      return;
    }
    body.append(section("samples", "What it writes"));
    body.append(
        "<p class=\"quiet\">Each checkpoint by its own weights, drawing from the likeliest four"
            + " with the same random numbers.</p>\n");
    for (RunFacts.Sample sample : facts.samples()) {
      body.append("<h3>step ").append(RunFiles.count(sample.step()));
      lossAt(sample.step())
          .ifPresent(value -> body.append(String.format(Locale.ROOT, ", loss %.4f", value)));
      body.append("</h3>\n<pre class=\"sample\" dir=\"auto\">\n"); // the first newline is dropped
      body.append(Html.text(sample.text())).append("</pre>\n");
    }
    body.append("</section>\n");
  }

  private OptionalDouble lossAt(long step) {
    return facts.metrics().map(MetricsFile::rows).orElse(List.of()).stream()
        .filter(row -> row.step() == step)
        .mapToDouble(Row::loss)
        .findFirst();
  }

  private void checkpoints() {
    if (facts.checkpoints().isEmpty()) {
      return;
    }
    body.append(section("checkpoints", "Checkpoints"));
    body.append("<div class=\"wide\"><table>\n<thead><tr><th>name</th><th class=\"n\">step</th>");
    Map<Double, Double> validation = validation();
    body.append("<th class=\"n\">loss</th>");
    body.append(validation.isEmpty() ? "" : "<th class=\"n\">validation</th>");
    body.append("<th class=\"n\">size</th><th>written</th><th></th></tr></thead>\n<tbody>\n");
    for (RunFacts.Checkpoint one : facts.checkpoints()) {
      OptionalDouble loss = lossAt(one.step());
      body.append("<tr><td><code>").append(Html.text(one.name())).append("</code></td>");
      cell(RunFiles.count(one.step()));
      cell(loss.isPresent() ? share(loss.getAsDouble()) : "");
      if (!validation.isEmpty()) {
        Double measured = validation.get((double) one.step());
        cell(measured == null ? "" : share(measured));
      }
      cell(size(one.bytes()));
      body.append("<td>").append(DATE.format(one.written())).append("</td><td>");
      body.append(Html.text(one.problem().orElse("whole"))).append("</td></tr>\n");
    }
    body.append("</tbody></table></div>\n</section>\n");
  }

  private Map<Double, Double> validation() {
    Map<Double, Double> losses = new TreeMap<>();
    for (Row row : facts.metrics().map(MetricsFile::rows).orElse(List.of())) {
      row.validationLoss().ifPresent(loss -> losses.put(row.step(), loss));
    }
    return losses;
  }

  private void cell(String text) {
    body.append("<td class=\"n\">").append(text).append("</td>");
  }

  private static String size(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.0f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
