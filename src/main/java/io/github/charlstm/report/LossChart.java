package io.github.charlstm.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The drawing behind {@link LossPlot}: fonts, colours and the order of the lines. */
final class LossChart {

  /** Training losses and, or null, validation losses. */
  record Run(LossSeries training, LossSeries validation) {
    Stream<LossSeries> series() {
      return Stream.of(training, validation).filter(Objects::nonNull);
    }
  }

  /** A band of losses, or a line where both edges are equal. */
  record Reference(String name, double low, double high) {}

  // Okabe and Ito's palette: told apart by colour-blind readers too
  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9));

  private static final Color BAND = new Color(0xD0D0D0);
  private static final Color REFERENCE_LINE = new Color(0x404040);
  private static final Color GRID = new Color(0xE4E4E4);

  private static final String STEP_AXIS = "training step";

  private static final String POINTS = " (each point)";

  private final String valueAxis;
  private final XYChart chart;

  LossChart(String title, String valueAxis, int width, int height) {
    this.valueAxis = valueAxis;
    chart =
        new XYChartBuilder()
            .title(title)
            .width(width)
            .height(height)
            .xAxisTitle(STEP_AXIS)
            .yAxisTitle(valueAxis)
            .build();
    style(chart.getStyler());
  }

  XYChart chart() {
    return chart;
  }

  /** What the picture shows, in words: the axes and the legend's entries. */
  String description() {
    return chart.getSeriesMap().values().stream()
        .filter(XYSeries::isShowInLegend)
        .map(XYSeries::getLabel)
        .collect(Collectors.joining("; ", valueAxis + " against " + STEP_AXIS + ": ", ""));
  }

  /** Adds everything from the back to the front; window 0 means the default. */
  void draw(List<Run> runs, List<Reference> references, int window) {
    double last = steps(runs).max().orElseThrow();
    double first = axisStart(steps(runs).min().orElseThrow(), last);
    chart.getStyler().setXAxisMin(first);
    references.forEach(reference -> drawReference(reference, first, last));
    for (int index = 0; index < runs.size(); index++) {
      if (isSmoothed(runs.get(index))) {
        drawPoints(runs.get(index).training(), color(index));
      }
    }
    for (int index = 0; index < runs.size(); index++) {
      Run run = runs.get(index);
      drawLine(isSmoothed(run) ? smoothed(run.training(), window) : run.training(), color(index));
      if (run.validation() != null) {
        drawValidation(run.validation(), color(index));
      }
    }
    placeLegend(first, last);
    breakEvenSteps(first, lowestLoss(runs));
  }

  // XChart labels evenly spaced values by their index, every 101st for instance. One value between
  // two others, which is not drawn, makes it take round numbers.
  private void breakEvenSteps(double first, double loss) {
    add("uneven", new double[] {first + 0.37}, new double[] {loss}).setShowInLegend(false);
  }

  private static double lowestLoss(List<Run> runs) {
    return runs.stream()
        .flatMap(Run::series)
        .flatMapToDouble(series -> Arrays.stream(series.losses()))
        .min()
        .orElseThrow();
  }

  /** Into the upper right corner, free where losses fall; below the plot if it is taken. */
  private void placeLegend(double first, double last) {
    Collection<XYSeries> all = chart.getSeriesMap().values();
    double lowest = all.stream().mapToDouble(XYSeries::getYMin).min().orElseThrow();
    double highest = all.stream().mapToDouble(XYSeries::getYMax).max().orElseThrow();
    double right = first + 0.5 * (last - first);
    double upper = lowest + 0.5 * (highest - lowest);
    boolean isTaken = all.stream().anyMatch(series -> reaches(series, right, upper));
    chart
        .getStyler()
        .setLegendPosition(isTaken ? LegendPosition.OutsideS : LegendPosition.InsideNE);
  }

  private static boolean reaches(XYSeries series, double right, double upper) {
    return IntStream.range(0, series.getXData().length)
        .anyMatch(point -> series.getXData()[point] >= right && series.getYData()[point] >= upper);
  }

  /** Zero, unless the runs start so late that this would leave a hole on the left. */
  private static double axisStart(double first, double last) {
    return first >= 0 && (first <= 1 || first < 0.2 * last) ? 0 : first;
  }

  private static DoubleStream steps(List<Run> runs) {
    return runs.stream()
        .flatMap(Run::series)
        .flatMapToDouble(series -> Arrays.stream(series.steps()));
  }

  private static boolean isSmoothed(Run run) {
    return run.training().size() > LossPlot.SMOOTHED_ABOVE;
  }

  private static LossSeries smoothed(LossSeries raw, int window) {
    int points = (window == 0 ? raw.size() / 50 : window) | 1; // odd, as the average counts it
    return raw.smoothed(raw.name() + " (mean of " + points + " points)", points);
  }

  private void drawReference(Reference reference, double first, double last) {
    double low = reference.low();
    double high = reference.high();
    if (low == high) {
      XYSeries line = add(reference.name(), new double[] {first, last}, new double[] {low, low});
      line.setLineColor(REFERENCE_LINE).setLineStyle(dashes(2f));
      return;
    }
    double[] corners = {first, last, last, first};
    XYSeries band = add(reference.name() + " (area)", corners, new double[] {low, low, high, high});
    band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    band.setLineColor(BAND).setLineWidth(1f);
    band.setFillColor(BAND);
    band.setShowInLegend(false);
    // XChart makes a legend that mixes areas and lines too narrow for its text, so that a line of
    // no length stands in for the area
    XYSeries entry = add(reference.name(), new double[] {first, first}, new double[] {low, low});
    entry.setLineColor(BAND).setLineStyle(new BasicStroke(12f, BasicStroke.CAP_BUTT, 0));
  }

  private void drawPoints(LossSeries series, Color color) {
    boolean isFirst = chart.getSeriesMap().values().stream().noneMatch(LossChart::isPoints);
    XYSeries line = add(series.name() + POINTS, series.steps(), series.losses());
    line.setLineColor(pale(color)).setLineStyle(new BasicStroke(1f));
    line.setLabel("pale: each point").setShowInLegend(isFirst);
  }

  private static boolean isPoints(XYSeries series) {
    return series.getName().endsWith(POINTS);
  }

  private void drawLine(LossSeries series, Color color) {
    XYSeries line = add(series.name(), series.steps(), series.losses());
    line.setLineColor(color).setLineStyle(new BasicStroke(2.5f));
    if (series.size() == 1) {
      line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color);
    }
  }

  private void drawValidation(LossSeries series, Color color) {
    XYSeries line = add(series.name(), series.steps(), series.losses());
    line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color);
    line.setLineColor(color).setLineStyle(dashes(2f));
  }

  private XYSeries add(String name, double[] steps, double[] losses) {
    XYSeries series = chart.addSeries(name, steps, losses);
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  private static void style(XYStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE).setChartPadding(16);
    styler.setChartTitleBoxVisible(false).setChartTitleFont(font(Font.BOLD, 20));
    styler.setAxisTitleFont(font(Font.PLAIN, 17)).setAxisTickLabelsFont(font(Font.PLAIN, 15));
    styler.setLegendFont(font(Font.PLAIN, 15));
    styler.setLegendBorderColor(GRID).setLegendSeriesLineLength(40);
    styler.setPlotGridLinesColor(GRID).setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setPlotBorderVisible(false).setMarkerSize(7);
    styler
        .setXAxisDecimalPattern("0.###")
        .setYAxisDecimalPattern("0.0##")
        .setLocale(Locale.ENGLISH);
  }

  private static Font font(int weight, int size) {
    return new Font(Font.SANS_SERIF, weight, size);
  }

  private static BasicStroke dashes(float width) {
    return new BasicStroke(
        width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {8f, 5f}, 0f);
  }

  private static Color color(int run) {
    return COLORS.get(run % COLORS.size());
  }

  private static Color pale(Color color) {
    return new Color(
        (color.getRed() + 2 * 255) / 3,
        (color.getGreen() + 2 * 255) / 3,
        (color.getBlue() + 2 * 255) / 3);
  }
}
