package io.github.charlstm.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A small SVG of values against training steps, to stand within a page: its colours and letters are
 * the page's, in light and in dark.
 *
 * <p>More than {@value #MOST_POINTS} points are drawn as the means of as many stretches, over a
 * band from the lowest to the highest of each. A few values far above all others, such as the
 * seconds of a first step, are left above the upper edge and named below the picture.
 */
final class Curve {
  private static final int MOST_POINTS = 300;
  private static final double LETTER = 7.7; // width of a figure
  private static final double AXIS = 62;
  private static final double NO_AXIS = 16;
  private static final double TOP = 10;
  private static final double BOTTOM = 46;

  private final String id;
  private final String title;
  private final String valueName;
  private final List<Line> lines = new ArrayList<>();
  private Optional<Second> second = Optional.empty();
  private double width = 760;
  private double left;
  private double height = 300;
  private int ticks = 6;
  // how often as high as the usual a value must be to be left out
  private double towering = 20;

  private record Line(String name, boolean isMarked, double[] steps, double[] values) {}

  private record Second(String name, double factor) {}

  /**
   * @param id of the element, a word, new to the page
   * @param title above the picture
   * @param valueName what the upright axis shows
   */
  Curve(String id, String title, String valueName) {
    this.id = id;
    this.title = title;
    this.valueName = valueName;
  }

  /** Half as wide, to stand beside another. */
  Curve half() {
    width = 400;
    height = 230;
    ticks = 5;
    towering = 2;
    return this;
  }

  /** Adds a line, its steps rising; one without points is passed over. */
  Curve line(String name, double[] steps, double[] values) {
    return add(new Line(name, false, steps, values));
  }

  /** As {@link #line}, with a mark at each point. */
  Curve marked(String name, double[] steps, double[] values) {
    return add(new Line(name, true, steps, values));
  }

  private Curve add(Line line) {
    if (line.steps().length > 0) {
      lines.add(line);
    }
    return this;
  }

  /** Adds an axis on the right: the same values in another unit. */
  Curve secondAxis(String name, double factor) {
    second = Optional.of(new Second(name, factor));
    return this;
  }

  /** A {@code figure} with the picture and its legend; nothing if there is no line. */
  String html() {
    if (lines.isEmpty()) {
      return "";
    }
    double[] all = lines.stream().flatMapToDouble(line -> Arrays.stream(line.values())).toArray();
    double top = highest(all);
    double low = Arrays.stream(all).min().orElse(0);
    Scale y = Scale.of(low < 0.5 * top ? Math.min(0, low) : low, low, top, height - BOTTOM, TOP);
    int longest = y.ticks(ticks).stream().mapToInt(t -> y.text(t, ticks).length()).max().orElse(1);
    left = 32 + LETTER * longest;
    Scale x = Scale.of(0, 0, steps().max().orElse(1), left, rightEdge());
    return String.format(
        Locale.ROOT,
        """
        <figure id="%s"%s>
        <figcaption><b>%s</b> %s</figcaption>
        <svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">
        <clipPath id="%s-clip"><rect x="%.0f" y="%.0f" width="%.0f" height="%.0f"/></clipPath>
        %s</svg>
        %s</figure>
        """,
        id,
        width < 500 ? " class=\"half\"" : "",
        Html.text(title),
        legend(),
        width,
        height,
        Html.text(title + ": " + valueName + " against training steps"),
        id,
        left,
        TOP,
        rightEdge() - left,
        height - TOP - BOTTOM,
        drawn(x, y),
        above(all, y.high()));
  }

  private String drawn(Scale x, Scale y) {
    StringBuilder svg = new StringBuilder(grid(x, y));
    svg.append(String.format("<g clip-path=\"url(#%s-clip)\">%n", id));
    for (int k = 0; k < lines.size(); k++) {
      svg.append(drawn(lines.get(k), k, x, y));
    }
    return svg.append("</g>\n").toString();
  }

  private static String above(double[] values, double edge) {
    long count = Arrays.stream(values).filter(value -> value > edge).count();
    if (count == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "<p class=\"quiet\">%d of the values %s above the upper edge (%s); the largest is %s.</p>%n",
        count,
        count == 1 ? "lies" : "lie",
        Scale.plain(edge),
        Scale.plain(Arrays.stream(values).max().orElseThrow()));
  }

  private double rightEdge() {
    return width - (second.isPresent() ? AXIS : NO_AXIS);
  }

  private DoubleStream steps() {
    return lines.stream().flatMapToDouble(line -> Arrays.stream(line.steps()));
  }

  // The largest, or, if a few values tower over all others, the largest of those others.
  private double highest(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double largest = sorted[sorted.length - 1];
    double usual = sorted[(int) (0.98 * (sorted.length - 1))];
    return usual > 0 && largest > towering * usual ? 1.1 * usual : largest;
  }

  // One line alone is what the title says.
  private String legend() {
    StringBuilder html = new StringBuilder();
    for (int k = 0; k < lines.size(); k++) {
      Line line = lines.get(k);
      if (lines.size() > 1) {
        html.append("<span class=\"key c").append(k).append("\"></span>");
        html.append(Html.text(line.name()));
      }
      if (isBanded(line)) {
        int steps = (line.steps().length + MOST_POINTS - 1) / MOST_POINTS;
        html.append(" <small class=\"quiet\">mean and range of ").append(steps);
        html.append(" steps each</small>");
      }
    }
    return html.toString();
  }

  private static boolean isBanded(Line line) {
    return line.steps().length > MOST_POINTS;
  }

  private String grid(Scale x, Scale y) {
    StringBuilder svg = new StringBuilder();
    for (double tick : y.ticks(ticks)) {
      double at = y.place(tick);
      svg.append(element("line", "grid", left, at, rightEdge(), at));
      svg.append(label("end", left - 8, at + 4, y.text(tick, ticks)));
    }
    for (double tick : x.ticks(ticks)) {
      if (tick != Math.rint(tick)) {
        continue; // there are no halves of steps
      }
      double at = x.place(tick);
      svg.append(element("line", "grid", at, height - BOTTOM, at, height - BOTTOM + 5));
      svg.append(label("middle", at, height - BOTTOM + 19, RunFiles.count((long) tick)));
    }
    svg.append(element("line", "axis", left, height - BOTTOM, rightEdge(), height - BOTTOM));
    svg.append(label("middle", (left + rightEdge()) / 2, height - 6, "training step"));
    svg.append(upright(14, valueName));
    second.ifPresent(axis -> svg.append(right(axis, y)));
    return svg.toString();
  }

  private String right(Second axis, Scale y) {
    Scale other = y.times(axis.factor());
    StringBuilder svg = new StringBuilder();
    for (double tick : other.ticks(ticks)) {
      double at = other.place(tick);
      svg.append(element("line", "axis", rightEdge(), at, rightEdge() + 5, at));
      svg.append(label("start", rightEdge() + 9, at + 4, other.text(tick, ticks)));
    }
    return svg.append(upright(width - 8, axis.name())).toString();
  }

  private static String drawn(Line line, int color, Scale x, Scale y) {
    double[][] means = means(line);
    StringBuilder svg = new StringBuilder();
    if (isBanded(line)) {
      StringBuilder band = new StringBuilder();
      for (int k = 0; k < means.length; k++) {
        band.append(point(x.place(means[k][0]), y.place(means[k][2])));
      }
      for (int k = means.length - 1; k >= 0; k--) {
        band.append(point(x.place(means[k][0]), y.place(means[k][3])));
      }
      svg.append("<polygon class=\"band c%s\" points=\"%s\"/>%n".formatted(color, band));
    }
    StringBuilder points = new StringBuilder();
    StringBuilder marks = new StringBuilder();
    for (double[] mean : means) {
      points.append(point(x.place(mean[0]), y.place(mean[1])));
      if (line.isMarked() || means.length == 1) {
        marks.append(
            String.format(
                Locale.ROOT,
                "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n",
                color,
                x.place(mean[0]),
                y.place(mean[1])));
      }
    }
    svg.append("<polyline class=\"line c%s\" points=\"%s\"/>%n".formatted(color, points));
    return svg.append(marks).toString();
  }

  // A row each: step, mean, highest, lowest.
  private static double[][] means(Line line) {
    int points = line.steps().length;
    int stretch = (points + MOST_POINTS - 1) / MOST_POINTS;
    double[][] rows = new double[(points + stretch - 1) / stretch][];
    for (int k = 0; k < rows.length; k++) {
      int from = k * stretch;
      int to = Math.min(points, from + stretch);
      var of = Arrays.stream(line.values(), from, to).summaryStatistics();
      double step = Arrays.stream(line.steps(), from, to).average().orElseThrow();
      rows[k] = new double[] {step, of.getAverage(), of.getMax(), of.getMin()};
    }
    return rows;
  }

  private static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
  }

  private static String element(String kind, String style, double... at) {
    return String.format(
        Locale.ROOT,
        "<%s class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
        kind,
        style,
        at[0],
        at[1],
        at[2],
        at[3]);
  }

  private static String label(String anchor, double x, double y, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        Html.text(words));
  }

  private String upright(double x, String words) {
    double middle = (TOP + height - BOTTOM) / 2;
    return String.format(
        Locale.ROOT,
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
        x,
        middle,
        Html.text(words));
  }
}
