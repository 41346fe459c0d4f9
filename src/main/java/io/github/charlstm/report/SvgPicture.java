package io.github.charlstm.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** A {@link Drawing} as SVG, made without AWT: it needs no fonts and no native library. */
final class SvgPicture {
  private SvgPicture() {}

  static String text(Drawing drawing) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
            role="img" font-family="sans-serif" fill="none" stroke-linejoin="round">
            <title>%s</title>
            """,
            drawing.width(),
            drawing.height(),
            drawing.width(),
            drawing.height(),
            escaped(drawing.title())));
    if (!drawing.description().isEmpty()) {
      svg.append("<desc>").append(escaped(drawing.description())).append("</desc>\n");
    }
    for (Drawing.Shape shape : drawing.shapes()) {
      if (shape instanceof Drawing.Line line) {
        append(svg, line);
      } else if (shape instanceof Drawing.Area area) {
        append(svg, area);
      } else if (shape instanceof Drawing.Dot dot) {
        append(svg, dot);
      } else if (shape instanceof Drawing.Words words) {
        append(svg, words);
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private static void append(StringBuilder svg, Drawing.Line line) {
    svg.append("<polyline points=\"");
    for (int k = 0; k < line.x().length; k++) {
      svg.append(k == 0 ? "" : " ").append(place(line.x()[k])).append(',');
      svg.append(place(line.y()[k]));
    }
    svg.append("\" stroke=\"").append(color(line.color()));
    svg.append("\" stroke-width=\"").append(place(line.width()));
    svg.append(line.isDashed() ? "\" stroke-dasharray=\"8 5" : "").append("\"/>\n");
  }

  private static void append(StringBuilder svg, Drawing.Area area) {
    svg.append("<rect x=\"").append(place(area.left()));
    svg.append("\" y=\"").append(place(area.top()));
    svg.append("\" width=\"").append(place(area.width()));
    svg.append("\" height=\"").append(place(area.height()));
    svg.append("\" fill=\"").append(color(area.color())).append("\"/>\n");
  }

  private static void append(StringBuilder svg, Drawing.Dot dot) {
    svg.append("<circle cx=\"").append(place(dot.x()));
    svg.append("\" cy=\"").append(place(dot.y()));
    svg.append("\" r=\"").append(place(dot.radius()));
    svg.append("\" fill=\"").append(color(dot.color())).append("\"/>\n");
  }

  private static void append(StringBuilder svg, Drawing.Words words) {
    String x = place(words.x());
    String y = place(words.y());
    svg.append("<text x=\"").append(x).append("\" y=\"").append(y);
    svg.append("\" font-size=\"").append(words.size());
    svg.append(words.isBold() ? "\" font-weight=\"bold" : "");
    svg.append(words.goesUp() ? "\" transform=\"rotate(-90 " + x + " " + y + ")" : "");
    svg.append("\" text-anchor=\"").append(words.anchor().name().toLowerCase(Locale.ROOT));
    svg.append("\" fill=\"").append(color(Drawing.BLACK)).append("\">");
    svg.append(escaped(words.text())).append("</text>\n");
  }

  private static String place(double pixels) {
    return BigDecimal.valueOf(pixels)
        .setScale(1, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String color(int color) {
    return String.format(Locale.ROOT, "#%06X", color);
  }

  // XML has no place for control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
  private static String escaped(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cs}\\uFFFE\\uFFFF]", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}
