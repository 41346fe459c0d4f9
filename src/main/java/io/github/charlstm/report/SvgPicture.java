package io.github.charlstm.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Writes a {@link Drawing} as SVG, without AWT: it needs no fonts and no native library. */
final class SvgPicture {
  private final StringBuilder svg = new StringBuilder();
  private final boolean isInPage;

  private SvgPicture(boolean isInPage) {
    this.isInPage = isInPage;
  }

  /** A file on white ground, with title and description as text. */
  static String file(Drawing drawing) {
    SvgPicture picture = new SvgPicture(false);
    picture.svg.append(
        String.format(
            Locale.ROOT,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
            role="img" font-family="sans-serif" fill="none" stroke-linejoin="round">
            <title>%s</title>
            """,
            drawing.width,
            drawing.height,
            drawing.width,
            drawing.height,
            escaped(drawing.title)));
    if (!drawing.description.isEmpty()) {
      picture.svg.append("<desc>").append(escaped(drawing.description)).append("</desc>\n");
    }
    picture.draw(new Drawing.Rectangle(0, 0, drawing.width, drawing.height, Drawing.WHITE));
    return picture.shapes(drawing);
  }

  /** An element of an HTML page; the page's style sheet gives the colours by class. */
  static String element(Drawing drawing) {
    SvgPicture picture = new SvgPicture(true);
    picture.svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            drawing.width,
            drawing.height,
            escaped(drawing.title)));
    return picture.shapes(drawing);
  }

  private String shapes(Drawing drawing) {
    drawing.shapes.forEach(this::draw);
    return svg.append("</svg>\n").toString();
  }

  private void draw(Drawing.Shape shape) {
    if (shape instanceof Drawing.Line line) {
      svg.append("<polyline points=\"").append(points(line.x(), line.y()));
      svg.append(color("stroke", line.color()));
      attribute("stroke-width", line.width());
      svg.append(line.isDashed() ? "\" stroke-dasharray=\"8 5" : "").append("\"/>\n");
    } else if (shape instanceof Drawing.Rectangle area) {
      svg.append("<rect x=\"").append(number(area.left()));
      attribute("y", area.top());
      attribute("width", area.width());
      attribute("height", area.height());
      svg.append(color("fill", area.color())).append("\"/>\n");
    } else if (shape instanceof Drawing.Polygon polygon) {
      svg.append("<polygon points=\"").append(points(polygon.x(), polygon.y()));
      svg.append(color("fill", polygon.color())).append("\"/>\n");
    } else if (shape instanceof Drawing.Dot dot) {
      svg.append("<circle cx=\"").append(number(dot.x()));
      attribute("cy", dot.y());
      attribute("r", dot.radius());
      svg.append(color("fill", dot.color())).append("\"/>\n");
    } else if (shape instanceof Drawing.Text text) {
      String x = number(text.x());
      String y = number(text.y());
      svg.append("<text x=\"").append(x).append("\" y=\"").append(y);
      svg.append("\" font-size=\"").append(text.size());
      svg.append(text.isBold() ? "\" font-weight=\"bold" : "");
      svg.append(text.isRotated() ? "\" transform=\"rotate(-90 " + x + " " + y + ")" : "");
      svg.append("\" text-anchor=\"").append(text.anchor().name().toLowerCase(Locale.ROOT));
      svg.append(isInPage ? "" : color("fill", Drawing.BLACK)).append("\">");
      svg.append(escaped(text.text())).append("</text>\n");
    }
  }

  private void attribute(String name, double value) {
    svg.append("\" ").append(name).append("=\"").append(number(value));
  }

  private static String points(double[] x, double[] y) {
    StringBuilder points = new StringBuilder();
    for (int k = 0; k < x.length; k++) {
      points.append(k == 0 ? "" : " ").append(number(x[k])).append(',').append(number(y[k]));
    }
    return points.toString();
  }

  private static String number(double pixels) {
    return BigDecimal.valueOf(pixels)
        .setScale(1, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString();
  }

  // An attribute after the one that is open.
  private String color(String attribute, int color) {
    return isInPage
        ? "\" class=\"" + styleClass(color)
        : String.format(Locale.ROOT, "\" %s=\"#%06X", attribute, color);
  }

  private static String styleClass(int color) {
    for (int k = 0; k < 2; k++) {
      if (color == Drawing.series(k) || color == Drawing.pale(Drawing.series(k))) {
        return "c" + k + (color == Drawing.series(k) ? "" : " pale");
      }
    }
    return switch (color) {
      case Drawing.GRID -> "grid";
      case Drawing.AXIS -> "axis";
      default ->
          throw new IllegalArgumentException(String.format("no style class for #%06X", color));
    };
  }

  // XML has no control characters, lone surrogates, U+FFFE and U+FFFF.
  private static String escaped(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cs}\\uFFFE\\uFFFF]", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
