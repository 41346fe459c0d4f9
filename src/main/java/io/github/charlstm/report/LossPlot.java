package io.github.charlstm.report;

import io.github.charlstm.report.Drawing.Anchor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A picture of training loss against training step for one or more runs, optionally with validation
 * losses and a book's losses.
 *
 * <pre>{@code
 * new LossPlot("Anna Karenina, 2 x 512")
 *     .run(training, validation)
 *     .reference("the book, steps 978 to 990", 1.7075, 1.7428)
 *     .write(Path.of("loss.png"));
 * }</pre>
 *
 * <p>A run of more than {@value #SMOOTHED_ABOVE} points is drawn twice: its points in a pale colour
 * and their moving average over them.
 *
 * <p>Not thread-safe.
 */
public final class LossPlot {

  /** Smallest and default width of the picture, in pixels. */
  public static final int MINIMUM_WIDTH = 1000;

  /** Smallest and default height of the picture, in pixels. */
  public static final int MINIMUM_HEIGHT = 600;

  /** A run with more points than this gets a moving average. */
  public static final int SMOOTHED_ABOVE = 200;

  private static final Chart.Style STYLE = Chart.Style.FILE;
  private static final int BAND = 0xD0D0D0;
  private static final int REFERENCE_LINE = 0x404040;
  private static final int TITLE_SIZE = 20;
  private static final int LINE = 2;
  private static final double MEANS_LINE = 2.5;

  private final String title;
  private final List<Run> runs = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int width = MINIMUM_WIDTH;
  private int height = MINIMUM_HEIGHT;
  private int window;
  private String valueAxis = "loss (nats per character)";

  // Training losses and, or null, validation losses.
  private record Run(LossSeries training, LossSeries validation) {}

  private record Line(LossSeries series, LegendEntry style) {}

  // A range of losses, or a line where both ends are equal.
  private record Reference(String name, double low, double high) {
    LegendEntry legend() {
      return low == high
          ? new LegendEntry(name, REFERENCE_LINE, LINE, true, false)
          : new LegendEntry(name, BAND, 12, false, false);
    }
  }

  /** An empty plot; its title must not be blank. */
  public LossPlot(String title) {
    this.title = notBlank(title, "a title for the loss plot");
  }

  /** Adds a run that has training losses only; its name must be new to this plot. */
  public LossPlot run(LossSeries training) {
    return add(training, null);
  }

  /** Adds a run that has training and validation losses, drawn in one colour; names are new. */
  public LossPlot run(LossSeries training, LossSeries validation) {
    return add(training, Objects.requireNonNull(validation, "validation"));
  }

  private LossPlot add(LossSeries training, LossSeries validation) {
    addName(training.name());
    if (validation != null) {
      addName(validation.name());
    }
    runs.add(new Run(training, validation));
    return this;
  }

  /**
   * Adds a horizontal band: the range of the losses that a book prints, nats per character; a line
   * if both are equal. The name is new to this plot.
   */
  public LossPlot reference(String name, double low, double high) {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw new IllegalArgumentException(
          "expected finite losses, the lower first, for the reference '%s', found %s and %s"
              .formatted(name, low, high));
    }
    addName(name);
    references.add(new Reference(name, low, high));
    return this;
  }

  /** Sets the title of the vertical axis, by default {@code loss (nats per character)}. */
  public LossPlot valueAxis(String label) {
    this.valueAxis = notBlank(label, "a title for the vertical axis");
    return this;
  }

  /** Sets the size in pixels, at least {@value #MINIMUM_WIDTH} x {@value #MINIMUM_HEIGHT}. */
  public LossPlot size(int width, int height) {
    if (width < MINIMUM_WIDTH || height < MINIMUM_HEIGHT) {
      throw new IllegalArgumentException(
          "expected a picture of at least %s x %s pixels, found %s x %s"
              .formatted(MINIMUM_WIDTH, MINIMUM_HEIGHT, width, height));
    }
    this.width = width;
    this.height = height;
    return this;
  }

  /** Sets the points of the moving average, by default a fiftieth of a run's. */
  public LossPlot smoothing(int points) {
    if (points < 1) {
      throw new IllegalArgumentException(
          "expected a smoothing window of at least 1 point, found " + points);
    }
    this.window = points;
    return this;
  }

  /**
   * Writes the picture, over an older one if there is one. An SVG also has the title, the axes'
   * titles and the legend as text, in its {@code title} and {@code desc}.
   *
   * @throws PngUnavailableException if it is to be a PNG and Java finds no fonts
   * @throws IllegalArgumentException if the name ends neither in {@code .png} nor in {@code .svg}
   */
  public void write(Path pngOrSvg) throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalStateException("expected at least one run in the loss plot, found none");
    }
    drawing().write(pngOrSvg);
  }

  private void addName(String name) {
    if (!names.add(notBlank(name, "a name for the legend"))) {
      throw new IllegalArgumentException(
          "expected a different name for each line of the loss plot, found '" + name + "' twice");
    }
  }

  private static String notBlank(String text, String what) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException("expected " + what + ", found none");
    }
    return text;
  }

  private Drawing drawing() {
    List<LossSeries> all =
        runs.stream()
            .flatMap(run -> Stream.of(run.training(), run.validation()))
            .filter(Objects::nonNull)
            .toList();
    double[] values =
        DoubleStream.concat(
                references.stream().flatMapToDouble(r -> DoubleStream.of(r.low(), r.high())),
                all.stream().flatMapToDouble(series -> Arrays.stream(series.losses())))
            .toArray();
    double low = Arrays.stream(values).min().orElseThrow();
    double high = Arrays.stream(values).max().orElseThrow();
    List<Line> lines = lines();
    List<LegendEntry> entries = new ArrayList<>();
    references.forEach(reference -> entries.add(reference.legend()));
    lines.stream().map(Line::style).filter(style -> !style.name().isEmpty()).forEach(entries::add);
    Legend legend = new Legend(entries);
    boolean isLegendInside =
        legend.boxWidth() < 0.5 * width
            && legend.boxHeight() < 0.4 * height
            && isCornerFree(all, (low + high) / 2);
    double inner = width - 2.0 * STYLE.right;
    int rows = isLegendInside ? 0 : legend.rows(inner).size();
    int below = STYLE.below() + 22;
    double bottom = Math.max(height - below - rows * Legend.ROW, STYLE.top + 100.0);
    Drawing drawing =
        new Drawing(
            width, height, title, valueAxis + " against " + Chart.STEP_AXIS + ": " + legend.text());
    drawing.heading(
        Drawing.fittedBold(title, TITLE_SIZE, inner), width / 2.0, 36, TITLE_SIZE, Anchor.MIDDLE);
    double right = width - STYLE.right;
    Chart chart = new Chart(drawing, STYLE, all, new double[] {low, low, high}, right, bottom);
    chart.axes(valueAxis);
    for (Reference reference : references) {
      chart.range(reference.low(), reference.high(), BAND, REFERENCE_LINE, LINE);
    }
    for (Line line : lines) {
      LegendEntry style = line.style();
      chart.line(line.series(), style.color(), style.width(), style.isDashed());
      if (style.hasDot()) {
        chart.dots(line.series(), style.color());
      }
    }
    if (isLegendInside) {
      legend.drawBox(drawing, width - STYLE.right - 5.5, STYLE.top + 6.5);
    } else {
      legend.drawRows(drawing, STYLE.right, bottom + below - 10, inner);
    }
    return drawing;
  }

  // In the order in which they are drawn: pale ones below the others.
  private List<Line> lines() {
    List<Line> pale = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    for (int k = 0; k < runs.size(); k++) {
      LossSeries line = runs.get(k).training();
      LossSeries validation = runs.get(k).validation();
      int color = Drawing.series(k);
      if (line.size() > SMOOTHED_ABOVE) {
        String name = pale.isEmpty() ? "pale: each point" : "";
        pale.add(new Line(line, new LegendEntry(name, Drawing.pale(color), 1, false, false)));
        line = means(line);
      }
      lines.add(
          new Line(line, new LegendEntry(line.name(), color, MEANS_LINE, false, line.size() == 1)));
      if (validation != null) {
        lines.add(
            new Line(validation, new LegendEntry(validation.name(), color, LINE, true, true)));
      }
    }
    return Stream.concat(pale.stream(), lines.stream()).toList();
  }

  private LossSeries means(LossSeries raw) {
    int points = (window == 0 ? raw.size() / 50 : window) | 1; // odd, as the average counts it
    return raw.smoothed(raw.name() + " (mean of " + points + " points)", points);
  }

  // Losses fall, so the upper right corner is usually free for the legend.
  private boolean isCornerFree(List<LossSeries> all, double upper) {
    double last = all.stream().mapToDouble(s -> s.steps()[s.size() - 1]).max().orElseThrow();
    double right = (Chart.firstStep(all) + last) / 2;
    return references.stream().noneMatch(reference -> reference.high() >= upper)
        && all.stream()
            .allMatch(
                series -> {
                  double[] steps = series.steps();
                  double[] losses = series.losses();
                  return IntStream.range(0, steps.length)
                      .noneMatch(k -> steps[k] >= right && losses[k] >= upper);
                });
  }

  // How a line is drawn, and its name in the legend; without a name it is not in the legend.
  private record LegendEntry(
      String name, int color, double width, boolean isDashed, boolean hasDot) {
    double length() {
      return Legend.SAMPLE + Legend.GAP + Drawing.textWidth(name, Legend.SIZE);
    }

    void draw(Drawing drawing, double x, double y, double most) {
      double[] ends = {x, x + Legend.SAMPLE};
      drawing.line(ends, new double[] {y, y}, color, width, isDashed);
      if (hasDot) {
        drawing.dot(x + Legend.SAMPLE / 2.0, y, 3.5, color);
      }
      int before = Legend.SAMPLE + Legend.GAP;
      String fitted = Drawing.fitted(name, Legend.SIZE, most - before);
      drawing.text(fitted, x + before, y + 5, Legend.SIZE, Anchor.START);
    }
  }

  // The names of all lines: in a box within the plot, or in rows below it.
  private record Legend(List<LegendEntry> entries) {
    static final int ROW = 25; // distance of two rows
    static final int SIZE = 15;
    static final int SAMPLE = 40; // length of a line's sample
    static final int GAP = 10;

    String text() {
      return entries.stream().map(LegendEntry::name).collect(Collectors.joining("; "));
    }

    double boxWidth() {
      return entries.stream().mapToDouble(LegendEntry::length).max().orElse(0) + 2 * GAP;
    }

    double boxHeight() {
      return ROW * entries.size() + GAP;
    }

    void drawBox(Drawing drawing, double right, double top) {
      double left = right - boxWidth();
      drawing.rectangle(left, top, boxWidth(), boxHeight(), Drawing.WHITE);
      drawing.frame(left, top, boxWidth(), boxHeight(), Drawing.GRID);
      for (int k = 0; k < entries.size(); k++) {
        entries.get(k).draw(drawing, left + GAP, top + (k + 0.5) * ROW + GAP / 2.0, boxWidth());
      }
    }

    void drawRows(Drawing drawing, double left, double top, double width) {
      List<List<LegendEntry>> rows = rows(width);
      for (int row = 0; row < rows.size(); row++) {
        double x = left;
        for (LegendEntry entry : rows.get(row)) {
          entry.draw(drawing, x, top + (row + 0.5) * ROW, width);
          x += entry.length() + 2 * GAP;
        }
      }
    }

    List<List<LegendEntry>> rows(double width) {
      List<List<LegendEntry>> rows = new ArrayList<>();
      double taken = width;
      for (LegendEntry entry : entries) {
        if (taken + entry.length() > width) {
          rows.add(new ArrayList<>());
          taken = 0;
        }
        rows.get(rows.size() - 1).add(entry);
        taken += entry.length() + 2 * GAP;
      }
      return rows;
    }
  }
}
