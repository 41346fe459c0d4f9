package io.github.charlstm.report;

import io.github.charlstm.report.Drawing.Anchor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The drawing behind {@link LossPlot}: axes, the order of the lines and their legend. */
final class LossChart {

  /** Training losses and, or null, validation losses. */
  record Run(LossSeries training, LossSeries validation) {
    Stream<LossSeries> series() {
      return Stream.of(training, validation).filter(Objects::nonNull);
    }
  }

  /** A band of losses, or a line where both edges are equal. */
  record Reference(String name, double low, double high) {}

  private static final int BAND = 0xD0D0D0;
  private static final int REFERENCE_LINE = 0x404040;
  private static final String STEP_AXIS = "training step";

  private static final int TITLE_SIZE = 20;
  private static final int AXIS_SIZE = 17;
  private static final int TICK_SIZE = 15;
  private static final int TOP = 56;
  private static final int BELOW = 68; // the ticks and the title of the axis of steps
  private static final int RIGHT = 24;
  private static final int LINE = 2;
  private static final double MEANS_LINE = 2.5;
  private static final double DOT = 3.5;

  private final List<Run> runs;
  private final List<Reference> references;
  private final List<LossSeries> shown; // of each run: its training losses or their means
  private final int width;
  private final int height;
  private final Legend legend;
  private final double bottom;
  private final boolean isLegendInside;
  private final int stepTicks;
  private final int lossTicks;
  private final Scale x;
  private final Scale y;

  /** Lays out the picture; window 0 means the default. */
  LossChart(List<Run> runs, List<Reference> references, int window, int width, int height) {
    this.runs = runs;
    this.references = references;
    this.shown =
        runs.stream()
            .map(run -> isSmoothed(run) ? means(run.training(), window) : run.training())
            .toList();
    this.width = width;
    this.height = height;
    this.legend = legend();
    double first = axisStart();
    double last = steps().max().orElseThrow();
    double low = losses().min().orElseThrow();
    double high = losses().max().orElseThrow();
    isLegendInside =
        legend.boxWidth() < 0.5 * width
            && legend.boxHeight() < 0.4 * height
            && !isCornerTaken((first + last) / 2, (low + high) / 2);
    int rows = isLegendInside ? 0 : legend.rows(width - 2.0 * RIGHT);
    bottom = Math.max(height - BELOW - rows * Legend.ROW, TOP + 100.0);
    stepTicks = width / 90;
    lossTicks = (int) ((bottom - TOP) / 28);
    y = Scale.of(low, low, high, bottom, TOP);
    double labels =
        y.ticks(lossTicks).stream()
            .mapToDouble(tick -> TextWidth.of(y.text(tick, lossTicks), TICK_SIZE))
            .max()
            .orElse(0);
    x = Scale.of(first, first, last, 52 + labels, width - RIGHT);
  }

  Drawing drawing(String title, String valueAxis) {
    String words = valueAxis + " against " + STEP_AXIS + ": " + legend.inWords();
    Drawing drawing = new Drawing(width, height, title, words);
    String heading = TextWidth.fittedBold(title, TITLE_SIZE, width - 2.0 * RIGHT);
    drawing.heading(heading, width / 2.0, 36, TITLE_SIZE, Anchor.MIDDLE);
    drawAxes(drawing, valueAxis);
    references.forEach(reference -> drawReference(drawing, reference));
    for (int k = 0; k < runs.size(); k++) {
      if (isSmoothed(runs.get(k))) {
        drawLine(drawing, runs.get(k).training(), Palette.pale(Palette.run(k)), 1, false);
      }
    }
    for (int k = 0; k < runs.size(); k++) {
      drawRun(drawing, k);
    }
    if (isLegendInside) {
      legend.drawBox(drawing, crisp(width - RIGHT - 6.0), crisp(TOP + 6.0));
    } else {
      legend.drawRows(drawing, RIGHT, bottom + BELOW - 10, width - 2.0 * RIGHT);
    }
    return drawing;
  }

  private void drawAxes(Drawing drawing, String valueAxis) {
    for (double tick : y.ticks(lossTicks)) {
      double at = crisp(y.place(tick));
      drawing.line(x.start(), at, x.end(), at, Palette.GRID);
      drawing.line(x.start() - 4, at, x.start(), at, Palette.AXIS);
      drawing.words(y.text(tick, lossTicks), x.start() - 9, at + 5, TICK_SIZE, Anchor.END);
    }
    boolean areWhole = steps().allMatch(step -> step == Math.rint(step));
    for (double tick : x.ticks(stepTicks)) {
      if (areWhole && tick != Math.rint(tick)) {
        continue; // there are no halves of steps
      }
      double at = crisp(x.place(tick));
      drawing.line(at, TOP, at, bottom, Palette.GRID);
      drawing.line(at, bottom, at, bottom + 4, Palette.AXIS);
      String figure =
          areWhole ? String.format(Locale.ROOT, "%,.0f", tick) : x.text(tick, stepTicks);
      drawing.words(figure, at, bottom + 22, TICK_SIZE, Anchor.MIDDLE);
    }
    drawing.line(crisp(x.start()), TOP, crisp(x.start()), bottom, Palette.AXIS);
    drawing.line(x.start(), crisp(bottom), x.end(), crisp(bottom), Palette.AXIS);
    drawing.words(STEP_AXIS, (x.start() + x.end()) / 2, bottom + 46, AXIS_SIZE, Anchor.MIDDLE);
    drawing.wordsUpwards(
        TextWidth.fitted(valueAxis, AXIS_SIZE, height - 2.0 * RIGHT),
        28,
        (TOP + bottom) / 2,
        AXIS_SIZE,
        Anchor.MIDDLE);
  }

  private void drawReference(Drawing drawing, Reference reference) {
    double low = y.place(reference.low());
    double high = y.place(reference.high());
    if (low == high) {
      double[] ends = {x.start(), x.end()};
      drawing.line(ends, new double[] {low, low}, REFERENCE_LINE, LINE, true);
    } else {
      drawing.area(x.start(), high, x.end() - x.start(), Math.max(1, low - high), BAND);
    }
  }

  private void drawRun(Drawing drawing, int k) {
    int color = Palette.run(k);
    drawLine(drawing, shown.get(k), color, MEANS_LINE, false);
    if (shown.get(k).size() == 1) {
      drawDots(drawing, shown.get(k), color);
    }
    LossSeries validation = runs.get(k).validation();
    if (validation != null) {
      drawLine(drawing, validation, color, LINE, true);
      drawDots(drawing, validation, color);
    }
  }

  private void drawLine(
      Drawing drawing, LossSeries series, int color, double lineWidth, boolean isDashed) {
    if (series.size() > 1) {
      double[] xs = Arrays.stream(series.steps()).map(x::place).toArray();
      double[] ys = Arrays.stream(series.losses()).map(y::place).toArray();
      drawing.line(xs, ys, color, lineWidth, isDashed);
    }
  }

  private void drawDots(Drawing drawing, LossSeries series, int color) {
    double[] steps = series.steps();
    double[] losses = series.losses();
    for (int k = 0; k < steps.length; k++) {
      drawing.dot(x.place(steps[k]), y.place(losses[k]), DOT, color);
    }
  }

  private Legend legend() {
    Legend all = new Legend();
    for (Reference reference : references) {
      boolean isLine = reference.low() == reference.high();
      all.add(
          new Legend.Entry(
              reference.name(), isLine ? REFERENCE_LINE : BAND, isLine ? LINE : 12, isLine, false));
    }
    IntStream.range(0, runs.size())
        .filter(k -> isSmoothed(runs.get(k)))
        .limit(1)
        .mapToObj(Palette::run)
        .map(color -> new Legend.Entry("pale: each point", Palette.pale(color), 1, false, false))
        .forEach(all::add);
    for (int k = 0; k < runs.size(); k++) {
      LossSeries line = shown.get(k);
      LossSeries validation = runs.get(k).validation();
      all.add(new Legend.Entry(line.name(), Palette.run(k), MEANS_LINE, false, line.size() == 1));
      if (validation != null) {
        all.add(new Legend.Entry(validation.name(), Palette.run(k), LINE, true, true));
      }
    }
    return all;
  }

  // The upper right corner is free where losses fall.
  private boolean isCornerTaken(double right, double upper) {
    return references.stream().anyMatch(reference -> reference.high() >= upper)
        || runs.stream()
            .flatMap(Run::series)
            .anyMatch(series -> reaches(series.steps(), series.losses(), right, upper));
  }

  private static boolean reaches(double[] steps, double[] losses, double right, double upper) {
    return IntStream.range(0, steps.length).anyMatch(k -> steps[k] >= right && losses[k] >= upper);
  }

  /** Zero, unless the runs start so late that this would leave a hole on the left. */
  private double axisStart() {
    double first = steps().min().orElseThrow();
    double last = steps().max().orElseThrow();
    return first >= 0 && (first <= 1 || first < 0.2 * last) ? 0 : first;
  }

  private DoubleStream steps() {
    return runs.stream().flatMap(Run::series).flatMapToDouble(s -> Arrays.stream(s.steps()));
  }

  private DoubleStream losses() {
    return DoubleStream.concat(
        references.stream().flatMapToDouble(edge -> DoubleStream.of(edge.low(), edge.high())),
        runs.stream().flatMap(Run::series).flatMapToDouble(s -> Arrays.stream(s.losses())));
  }

  private static boolean isSmoothed(Run run) {
    return run.training().size() > LossPlot.SMOOTHED_ABOVE;
  }

  private static LossSeries means(LossSeries raw, int window) {
    int points = (window == 0 ? raw.size() / 50 : window) | 1; // odd, as the average counts it
    return raw.smoothed(raw.name() + " (mean of " + points + " points)", points);
  }

  // A line of one pixel fills that pixel and no part of its neighbours.
  private static double crisp(double place) {
    return Math.floor(place) + 0.5;
  }
}
