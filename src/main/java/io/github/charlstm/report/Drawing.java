package io.github.charlstm.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture as a list of shapes, from the back to the front, to be written as SVG or PNG. Places
 * are pixels from the upper left corner; colours are {@code 0xRRGGBB}.
 */
final class Drawing {
  static final int BLACK = 0x000000;
  static final int WHITE = 0xFFFFFF;

  /** Which part of a text stands at its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** What a picture consists of. */
  sealed interface Shape permits Line, Area, Dot, Words {}

  /** A line through two points or more. */
  record Line(double[] x, double[] y, int color, double width, boolean isDashed) implements Shape {}

  /** A filled rectangle. */
  record Area(double left, double top, double width, double height, int color) implements Shape {}

  /** A filled circle. */
  record Dot(double x, double y, double radius, int color) implements Shape {}

  /** A text; one that goes upwards has its base line on the right. */
  record Words(
      String text, double x, double y, int size, boolean isBold, Anchor anchor, boolean goesUp)
      implements Shape {}

  private final int width;
  private final int height;
  private final String title;
  private final String description;
  private final List<Shape> shapes = new ArrayList<>();

  /**
   * A white picture.
   *
   * @param title of an SVG, for search and for readers who cannot see it
   * @param description likewise
   */
  Drawing(int width, int height, String title, String description) {
    this.width = width;
    this.height = height;
    this.title = title;
    this.description = description;
    area(0, 0, width, height, WHITE);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  String title() {
    return title;
  }

  String description() {
    return description;
  }

  List<Shape> shapes() {
    return List.copyOf(shapes);
  }

  void line(double fromX, double fromY, double toX, double toY, int color) {
    line(new double[] {fromX, toX}, new double[] {fromY, toY}, color, 1, false);
  }

  void line(double[] x, double[] y, int color, double width, boolean isDashed) {
    shapes.add(new Line(x, y, color, width, isDashed));
  }

  void area(double left, double top, double width, double height, int color) {
    shapes.add(new Area(left, top, width, height, color));
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

  void words(String text, double x, double y, int size, Anchor anchor) {
    shapes.add(new Words(text, x, y, size, false, anchor, false));
  }

  void heading(String text, double x, double y, int size, Anchor anchor) {
    shapes.add(new Words(text, x, y, size, true, anchor, false));
  }

  void wordsUpwards(String text, double x, double y, int size, Anchor anchor) {
    shapes.add(new Words(text, x, y, size, false, anchor, true));
  }

  /**
   * @throws IllegalArgumentException if the file's name ends neither in .png nor in .svg
   */
  static void checkKind(Path picture) {
    if (!isPng(picture) && !lowerCase(picture).endsWith(".svg")) {
      throw new IllegalArgumentException(
          "expected the picture's file name to end in .png or .svg, found " + picture);
    }
  }

  /** Writes the kind of picture that the file's name says, over an older one if there is one. */
  void write(Path pngOrSvg) throws IOException {
    checkKind(pngOrSvg);
    // drawn in memory first, so that a failed drawing leaves no half file
    byte[] picture =
        isPng(pngOrSvg)
            ? PngPicture.bytes(this)
            : SvgPicture.text(this).getBytes(StandardCharsets.UTF_8);
    Files.write(pngOrSvg, picture);
  }

  private static boolean isPng(Path picture) {
    return lowerCase(picture).endsWith(".png");
  }

  private static String lowerCase(Path picture) {
    return picture.toString().toLowerCase(Locale.ROOT);
  }
}
