package io.github.charlstm.report;

import io.github.charlstm.report.Drawing.Anchor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Draws values against training steps: axes, grid and lines, in a picture's file ({@link LossPlot})
 * as in a page ({@link RunPage}).
 */
final class Chart {
  static final String STEP_AXIS = "training step";
  private static final int TICK = 4; // length of a tick's mark
  private static final double DOT = 3.5;

  /** Sizes of text and margins, in pixels. */
  enum Style {
    FILE(17, 15, 11, 56, 24),
    PAGE(13, 13, 1, 10, 16);

    private final int axisSize;
    private final int tickSize;
    private final int left;
    final int top;
    final int right;

    Style(int axisSize, int tickSize, int left, int top, int right) {
      this.axisSize = axisSize;
      this.tickSize = tickSize;
      this.left = left;
      this.top = top;
      this.right = right;
    }

    /** Height of tick labels and axis title below the plot. */
    int below() {
      return axisSize + tickSize + 14;
    }
  }

  private final Drawing drawing;
  private final Style style;
  private final double bottom;
  private final int stepTicks;
  private final int valueTicks;
  private final List<LossSeries> series;
  private final Scale x;
  private final Scale y;

  /**
   * Computes the scales: the series decide the range of steps, {@code values} are the lower end of
   * the axis, the lowest and the highest value.
   */
  Chart(
      Drawing drawing,
      Style style,
      List<LossSeries> series,
      double[] values,
      double right,
      double bottom) {
    this.drawing = drawing;
    this.style = style;
    this.series = series;
    this.bottom = bottom;
    valueTicks = (int) ((bottom - style.top) / 28);
    y = Scale.of(values[0], values[1], values[2], bottom, style.top);
    double labels =
        y.ticks(valueTicks).stream()
            .mapToDouble(tick -> Drawing.textWidth(y.text(tick, valueTicks), style.tickSize))
            .max()
            .orElse(0);
    double first = firstStep(series);
    double left = style.left + style.axisSize + labels + 24;
    stepTicks = (int) ((right + style.right) / 90);
    x = Scale.of(first, first, steps(series).max().orElseThrow(), left, right);
  }

  private static DoubleStream steps(List<LossSeries> series) {
    return series.stream().flatMapToDouble(one -> Arrays.stream(one.steps()));
  }

  /** Start of the axis of steps: 0, unless that would leave a gap on the left. */
  static double firstStep(List<LossSeries> series) {
    double first = steps(series).min().orElseThrow();
    double last = steps(series).max().orElseThrow();
    return first >= 0 && (first <= 1 || first < 0.2 * last) ? 0 : first;
  }

  /** The highest value within the plot. */
  double highest() {
    return y.high();
  }

  void axes(String valueAxis) {
    for (double tick : y.ticks(valueTicks)) {
      double at = crisp(y.place(tick));
      drawing.line(x.start(), at, x.end(), at, Drawing.GRID);
      drawing.line(x.start() - TICK, at, x.start(), at, Drawing.AXIS);
      label(y.text(tick, valueTicks), x.start() - 9, at, Anchor.END);
    }
    boolean areWhole = steps(series).allMatch(step -> step == Math.rint(step));
    for (double tick : x.ticks(stepTicks)) {
      if (areWhole && tick != Math.rint(tick)) {
        continue;
      }
      double at = crisp(x.place(tick));
      drawing.line(at, style.top, at, bottom, Drawing.GRID);
      drawing.line(at, bottom, at, bottom + TICK, Drawing.AXIS);
      String step = areWhole ? String.format(Locale.ROOT, "%,.0f", tick) : x.text(tick, stepTicks);
      drawing.text(step, at, bottom + style.tickSize + 7, style.tickSize, Anchor.MIDDLE);
    }
    drawing.line(crisp(x.start()), style.top, crisp(x.start()), bottom, Drawing.AXIS);
    drawing.line(x.start(), crisp(bottom), x.end(), crisp(bottom), Drawing.AXIS);
    double middle = (x.start() + x.end()) / 2;
    drawing.text(STEP_AXIS, middle, bottom + style.below(), style.axisSize, Anchor.MIDDLE);
    valueTitle(valueAxis, style.left + style.axisSize);
  }

  /** Adds an axis on the right: the same values, times a factor. */
  void rightAxis(String title, double factor) {
    Scale other = y.times(factor);
    for (double tick : other.ticks(valueTicks)) {
      double at = crisp(other.place(tick));
      drawing.line(x.end(), at, x.end() + TICK, at, Drawing.AXIS);
      label(other.text(tick, valueTicks), x.end() + 9, at, Anchor.START);
    }
    valueTitle(title, drawing.width - 8);
  }

  private void valueTitle(String title, double at) {
    double most = drawing.height - 2.0 * style.right;
    String fitted = Drawing.fitted(title, style.axisSize, most);
    drawing.rotatedText(fitted, at, (style.top + bottom) / 2, style.axisSize, Anchor.MIDDLE);
  }

  private void label(String text, double at, double middle, Anchor anchor) {
    drawing.text(text, at, middle + Math.rint(style.tickSize / 3.0), style.tickSize, anchor);
  }

  /** Draws a line; a series of one point has none. */
  void line(LossSeries one, int color, double width, boolean isDashed) {
    if (one.size() > 1) {
      drawing.line(placesX(one.steps()), placesY(one.losses()), color, width, isDashed);
    }
  }

  void dots(LossSeries one, int color) {
    double[] across = placesX(one.steps());
    double[] up = placesY(one.losses());
    for (int k = 0; k < across.length; k++) {
      drawing.dot(across[k], up[k], DOT, color);
    }
  }

  /** Fills the area between two lines over the same steps. */
  void band(double[] steps, double[] low, double[] high, int color) {
    int points = steps.length;
    double[] across = Arrays.copyOf(placesX(steps), 2 * points);
    double[] up = Arrays.copyOf(placesY(high), 2 * points);
    double[] down = placesY(low);
    for (int k = 0; k < points; k++) {
      across[points + k] = across[points - 1 - k];
      up[points + k] = down[points - 1 - k];
    }
    drawing.polygon(across, up, color);
  }

  /** Fills the range of two values over all steps; draws a dashed line where they are equal. */
  void range(double low, double high, int band, int line, double width) {
    double bottomEdge = y.place(low);
    double topEdge = y.place(high);
    if (topEdge == bottomEdge) {
      double[] ends = {x.start(), x.end()};
      drawing.line(ends, new double[] {topEdge, topEdge}, line, width, true);
    } else {
      double thick = Math.max(1, bottomEdge - topEdge);
      drawing.rectangle(x.start(), topEdge, x.end() - x.start(), thick, band);
    }
  }

  private double[] placesX(double[] steps) {
    return Arrays.stream(steps).map(x::place).toArray();
  }

  // Values above the plot are drawn at its upper edge.
  private double[] placesY(double[] values) {
    return Arrays.stream(values).map(value -> y.place(Math.min(value, y.high()))).toArray();
  }

  // A line of one pixel fills that pixel and no part of its neighbours.
  private static double crisp(double place) {
    return Math.floor(place) + 0.5;
  }
}
