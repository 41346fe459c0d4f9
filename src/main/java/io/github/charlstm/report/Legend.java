package io.github.charlstm.report;

import io.github.charlstm.report.Drawing.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What each line of a picture is: in a box within the plot, or in rows below it. */
final class Legend {
  /** Distance of two rows, in pixels. */
  static final int ROW = 25;

  private static final int SIZE = 15;
  private static final int SAMPLE = 40; // length of a piece of line
  private static final int GAP = 10;
  private static final double DOT = 3.5;

  /** A piece of line, with a dot on it perhaps, and what it stands for. */
  record Entry(String name, int color, double width, boolean isDashed, boolean hasDot) {
    double length() {
      return SAMPLE + GAP + TextWidth.of(name, SIZE);
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  void add(Entry entry) {
    entries.add(entry);
  }

  String inWords() {
    return entries.stream().map(Entry::name).collect(Collectors.joining("; "));
  }

  double boxWidth() {
    return entries.stream().mapToDouble(Entry::length).max().orElse(0) + 2 * GAP;
  }

  double boxHeight() {
    return ROW * entries.size() + GAP;
  }

  void drawBox(Drawing drawing, double right, double top) {
    double left = right - boxWidth();
    drawing.area(left, top, boxWidth(), boxHeight(), Drawing.WHITE);
    drawing.frame(left, top, boxWidth(), boxHeight(), Palette.GRID);
    for (int k = 0; k < entries.size(); k++) {
      draw(drawing, entries.get(k), left + GAP, top + (k + 0.5) * ROW + GAP / 2.0, boxWidth());
    }
  }

  /** How many rows the entries take one after another. */
  int rows(double width) {
    return inRows(width).size();
  }

  void drawRows(Drawing drawing, double left, double top, double width) {
    List<List<Entry>> rows = inRows(width);
    for (int row = 0; row < rows.size(); row++) {
      double x = left;
      for (Entry entry : rows.get(row)) {
        draw(drawing, entry, x, top + (row + 0.5) * ROW, width);
        x += entry.length() + 2 * GAP;
      }
    }
  }

  private List<List<Entry>> inRows(double width) {
    List<List<Entry>> rows = new ArrayList<>();
    double taken = width;
    for (Entry entry : entries) {
      if (taken + entry.length() > width) {
        rows.add(new ArrayList<>());
        taken = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      taken += entry.length() + 2 * GAP;
    }
    return rows;
  }

  private static void draw(Drawing drawing, Entry entry, double x, double y, double width) {
    drawing.line(
        new double[] {x, x + SAMPLE},
        new double[] {y, y},
        entry.color(),
        entry.width(),
        entry.isDashed());
    if (entry.hasDot()) {
      drawing.dot(x + SAMPLE / 2.0, y, DOT, entry.color());
    }
    String name = TextWidth.fitted(entry.name(), SIZE, width - SAMPLE - GAP);
    drawing.words(name, x + SAMPLE + GAP, y + 5, SIZE, Anchor.START);
  }
}
