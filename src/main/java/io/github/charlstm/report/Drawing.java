package io.github.charlstm.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture as a list of shapes, from back to front, which {@link SvgPicture} and {@link
 * PngPicture} write. Coordinates are pixels from the upper left corner; colours are {@code
 * 0xRRGGBB}.
 */
final class Drawing {
  static final int BLACK = 0x000000;
  static final int WHITE = 0xFFFFFF;
  static final int GRID = 0xE4E4E4;
  static final int AXIS = 0x808080;
  static final int BLUE = 0x0072B2;
  static final int ORANGE = 0xD55E00;
  // Okabe and Ito's colours, which colour-blind readers can tell apart.
  private static final int[] SERIES = {BLUE, ORANGE, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9};

  // Widths of characters relative to the font's size: those of DejaVu Sans, which is wider than
  // most fonts. So the layout needs no fonts and is the same everywhere.
  private static final double USUAL = 0.62;
  private static final double BOLD = 0.70;
  private static final double NARROW = 0.36;
  private static final double WIDE = 1.0;

  /** Which part of a text is at its coordinates. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  sealed interface Shape permits Line, Rectangle, Polygon, Dot, Text {
    int color();
  }

  /** A line through at least two points. */
  record Line(double[] x, double[] y, int color, double width, boolean isDashed) implements Shape {}

  record Rectangle(double left, double top, double width, double height, int color)
      implements Shape {}

  record Polygon(double[] x, double[] y, int color) implements Shape {}

  record Dot(double x, double y, double radius, int color) implements Shape {}

  /** A text at its base line; a rotated one runs upwards. */
  record Text(
      String text, double x, double y, int size, boolean isBold, Anchor anchor, boolean isRotated)
      implements Shape {
    @Override
    public int color() {
      return BLACK;
    }
  }

  final int width;
  final int height;
  final String title;
  final String description;
  final List<Shape> shapes = new ArrayList<>();

  /** An empty picture; title and description, perhaps empty, are for those who cannot see it. */
  Drawing(int width, int height, String title, String description) {
    this.width = width;
    this.height = height;
    this.title = title;
    this.description = description;
  }

  void line(double fromX, double fromY, double toX, double toY, int color) {
    line(new double[] {fromX, toX}, new double[] {fromY, toY}, color, 1, false);
  }

  void line(double[] x, double[] y, int color, double width, boolean isDashed) {
    shapes.add(new Line(x, y, color, width, isDashed));
  }

  void rectangle(double left, double top, double width, double height, int color) {
    shapes.add(new Rectangle(left, top, width, height, color));
  }

  void polygon(double[] x, double[] y, int color) {
    shapes.add(new Polygon(x, y, color));
  }

  void frame(double left, double top, double width, double height, int color) {
    line(
        new double[] {left, left + width, left + width, left, left},
        new double[] {top, top, top + height, top + height, top},
        color,
        1,
        false);
  }

  void dot(double x, double y, double radius, int color) {
    shapes.add(new Dot(x, y, radius, color));
  }

  void text(String text, double x, double y, int size, Anchor anchor) {
    shapes.add(new Text(text, x, y, size, false, anchor, false));
  }

  void heading(String text, double x, double y, int size, Anchor anchor) {
    shapes.add(new Text(text, x, y, size, true, anchor, false));
  }

  void rotatedText(String text, double x, double y, int size, Anchor anchor) {
    shapes.add(new Text(text, x, y, size, false, anchor, true));
  }

  /** The colour of the k-th series; repeats after six. */
  static int series(int k) {
    return SERIES[k % SERIES.length];
  }

  /** A colour mixed with two parts of white. */
  static int pale(int color) {
    return paleChannel(color >> 16) << 16 | paleChannel(color >> 8) << 8 | paleChannel(color);
  }

  private static int paleChannel(int channel) {
    return ((channel & 0xFF) + 2 * 0xFF) / 3;
  }

  /** An upper estimate of a text's width in pixels. */
  static double textWidth(String text, int size) {
    return size * text.codePoints().mapToDouble(Drawing::characterWidth).sum();
  }

  /** The text, its end replaced by an ellipsis if it may be wider than {@code most} pixels. */
  static String fitted(String text, int size, double most) {
    if (textWidth(text, size) <= most) {
      return text;
    }
    double left = most / size - WIDE;
    int end = 0;
    while (end < text.length() && left >= characterWidth(text.codePointAt(end))) {
      left -= characterWidth(text.codePointAt(end));
      end += Character.charCount(text.codePointAt(end));
    }
    return text.substring(0, end) + "\u2026";
  }

  /** As {@link #fitted}, for bold text. */
  static String fittedBold(String text, int size, double most) {
    return fitted(text, size, most * USUAL / BOLD);
  }

  private static double characterWidth(int character) {
    if (character >= 0x1100 || "mwMWOQ%@".indexOf(character) >= 0) {
      return WIDE;
    }
    return " ijlItfr.,:;'|!()[]".indexOf(character) >= 0 ? NARROW : USUAL;
  }

  /**
   * Writes the picture, over an older one if there is one.
   *
   * @throws IllegalArgumentException if the file's name ends neither in .png nor in .svg
   */
  void write(Path pngOrSvg) throws IOException {
    String name = pngOrSvg.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".svg")) {
      throw new IllegalArgumentException(
          "expected the picture's file name to end in .png or .svg, found " + pngOrSvg);
    }
    // drawn in memory first, so that a failed drawing leaves no half file
    byte[] picture =
        name.endsWith(".png")
            ? PngPicture.bytes(this)
            : SvgPicture.file(this).getBytes(StandardCharsets.UTF_8);
    Files.write(pngOrSvg, picture);
  }
}
