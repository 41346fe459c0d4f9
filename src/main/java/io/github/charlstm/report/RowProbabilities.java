package io.github.charlstm.report;

import io.github.charlstm.report.Drawing.Anchor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A picture of a classifier's probabilities while it reads an image row by row: the image, and a
 * bar chart after each row in which the true class has its own colour.
 */
public final class RowProbabilities {
  /** Width of the picture, in pixels. */
  public static final int WIDTH = 1640;

  private static final int COLUMNS = 7;
  private static final int PANEL_WIDTH = 180;
  private static final int PANEL_HEIGHT = 180;
  private static final int LEFT = 360;
  private static final int TOP = 60;
  private static final int BOTTOM = 30;
  private static final int TRUE = Drawing.ORANGE;
  private static final int OTHER = Drawing.BLUE;

  private final float[] image;
  private final int label;
  private final double[][] probabilities;

  /**
   * A picture of an image {@code [rows * columns]}, from 0 (background) to 1 (ink), with the
   * probabilities {@code [rows][classes]}, in [0, 1], after each row.
   */
  public RowProbabilities(float[] image, int label, double[][] probabilities) {
    if (probabilities.length == 0
        || image.length == 0
        || image.length % probabilities.length != 0) {
      throw new IllegalArgumentException(
          "expected probabilities for each row of the image, found %s pixels and %s rows"
              .formatted(image.length, probabilities.length));
    }
    int classes = probabilities[0].length;
    for (double[] row : probabilities) {
      if (row.length != classes || !Arrays.stream(row).allMatch(p -> p >= 0 && p <= 1.00001)) {
        throw new IllegalArgumentException(
            "expected probabilities [rows][%s] from 0 to 1, found %s"
                .formatted(classes, Arrays.toString(row)));
      }
    }
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "expected a label from 0 to %s, found %s".formatted(classes - 1, label));
    }
    this.image = image.clone();
    this.label = label;
    this.probabilities = Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new);
  }

  /** {@return the height of the picture, in pixels} */
  public int height() {
    return TOP + BOTTOM + PANEL_HEIGHT * ((probabilities.length + COLUMNS - 1) / COLUMNS);
  }

  /** Writes the picture, to a {@code .png} or {@code .svg}, over an older one if there is one. */
  public void write(Path pngOrSvg) throws IOException {
    drawing().write(pngOrSvg);
  }

  private Drawing drawing() {
    String title =
        "Probability of each digit as the rows of a "
            + label
            + " are read, after row 1 to "
            + probabilities.length;
    Drawing drawing = new Drawing(WIDTH, height(), title, "");
    drawing.heading(title, 30, 38, 22, Anchor.START);
    drawImage(drawing);
    for (int row = 0; row < probabilities.length; row++) {
      int left = LEFT + row % COLUMNS * PANEL_WIDTH;
      drawPanel(drawing, row, left, TOP + row / COLUMNS * PANEL_HEIGHT);
    }
    String axes =
        "across: digit, 0 to " + (probabilities[0].length - 1) + "; up: probability, 0 to 1";
    drawing.text(axes, LEFT + 20, height() - 8, 16, Anchor.START);
    return drawing;
  }

  // The row numbers are those of the panels.
  private void drawImage(Drawing drawing) {
    int rows = probabilities.length;
    int columns = image.length / rows;
    int size = Math.max(1, Math.min(280 / columns, (height() - TOP - 120) / rows));
    int left = 55;
    int top = TOP + 20;
    for (int k = 0; k < image.length; k++) {
      int shade = 255 - Math.round(255 * Math.max(0, Math.min(1, image[k])));
      if (shade < 255) {
        int gray = shade << 16 | shade << 8 | shade;
        drawing.rectangle(left + k % columns * size, top + k / columns * size, size, size, gray);
      }
    }
    drawing.frame(left - 0.5, top - 0.5, columns * size + 1, rows * size + 1, Drawing.AXIS);
    for (int row = 1; row <= rows; row++) {
      if (row == 1 || row % COLUMNS == 0) {
        double middle = top + (row - 0.5) * size;
        drawing.text(String.valueOf(row), left - 10, middle + 5, 13, Anchor.END);
      }
    }
    int below = top + rows * size + 30;
    drawing.text("the image, its rows numbered", left, below, 16, Anchor.START);
    drawKey(drawing, TRUE, "its digit, " + label, left, below + 30);
    drawKey(drawing, OTHER, "the other digits", left, below + 56);
  }

  private static void drawKey(Drawing drawing, int color, String text, int left, int base) {
    drawing.rectangle(left, base - 13, 16, 16, color);
    drawing.text(text, left + 26, base, 16, Anchor.START);
  }

  private void drawPanel(Drawing drawing, int row, int left, int top) {
    double axis = left + 32;
    double end = left + PANEL_WIDTH - 8;
    Scale height = new Scale(0, 1, top + PANEL_HEIGHT - 34, top + 26);
    drawing.text("row " + (row + 1), (axis + end) / 2, top + 18, 15, Anchor.MIDDLE);
    for (double tick : height.ticks(5)) {
      double at = height.place(tick) + 0.5;
      drawing.line(axis, at, end, at, tick == 0 ? Drawing.AXIS : Drawing.GRID);
      drawing.line(axis - 3, at, axis, at, Drawing.AXIS);
      String figure = tick == 0 || tick == 1 ? Scale.plain(tick) : height.text(tick, 5);
      drawing.text(figure, axis - 6, at + 4, 12, Anchor.END);
    }
    drawing.line(axis + 0.5, height.end(), axis + 0.5, height.start(), Drawing.AXIS);
    int classes = probabilities[row].length;
    double place = (end - axis) / classes;
    for (int k = 0; k < classes; k++) {
      double high = height.place(probabilities[row][k]);
      double from = axis + (k + 0.1) * place;
      drawing.rectangle(from, high, 0.8 * place, height.start() - high, k == label ? TRUE : OTHER);
      drawing.text(
          String.valueOf(k), axis + (k + 0.5) * place, height.start() + 16, 12, Anchor.MIDDLE);
    }
  }
}
