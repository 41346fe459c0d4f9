package io.github.charlstm.report;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.report.Html.Entry;
import io.github.charlstm.report.InterpretableCells.ShownCell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A text as one HTML file. Each character is coloured by the model's surprise at it or by the
 * activation of a cell; the model's guesses are shown for the character under the pointer, or
 * reached with the arrow keys.
 */
public final class TextPage {
  /** Lower limits, in bits, of the colours of surprise, the palest first. */
  static final double[] LEVELS = {0.5, 1, 2, 3, 4, 6, 8, 10};

  private static final String SCRIPT = HtmlPage.resource("text.js");

  private final PredictionTrace trace;
  private final ReadText text;
  private final Vocabulary vocabulary;
  private final List<ShownCell> cells;
  private final List<String> labels = new ArrayList<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  /**
   * The text of a {@link PredictionTrace}: a character or a word for each symbol that was read, and
   * whether it is in the vocabulary; if not, it was read as the unknown symbol.
   */
  public record ReadText(
      String title, List<String> pieces, List<Boolean> known, String separator, String unit) {
    public ReadText {
      pieces = List.copyOf(pieces);
      known = List.copyOf(known);
      if (pieces.size() != known.size()) {
        throw new IllegalArgumentException(
            "expected as many flags as pieces, found " + known.size() + " and " + pieces.size());
      }
    }

    /** {@return the code point of each piece; empty if the pieces are words} */
    public int[] codePoints() {
      return separator.isEmpty()
          ? pieces.stream().mapToInt(piece -> piece.codePointAt(0)).toArray()
          : new int[0];
    }
  }

  private TextPage(
      PredictionTrace trace, ReadText text, Vocabulary vocabulary, List<ShownCell> cells) {
    this.trace = trace;
    this.text = text;
    this.vocabulary = vocabulary;
    this.cells = cells;
  }

  /**
   * {@return a page that needs no other file} It lets the reader choose from the cells, if any.
   *
   * @throws IllegalArgumentException if the trace and the text differ in length
   */
  public static String html(
      PredictionTrace trace,
      ReadText text,
      Vocabulary vocabulary,
      List<ShownCell> cells,
      List<Entry> facts) {
    if (text.pieces().size() != trace.length()) {
      throw new IllegalArgumentException(
          "expected a piece for each of the "
              + trace.length()
              + " symbols, found "
              + text.pieces().size());
    }
    return new TextPage(trace, text, vocabulary, List.copyOf(cells)).page(facts);
  }

  private String page(List<Entry> facts) {
    StringBuilder body = new StringBuilder();
    body.append("<header>\n<h1>").append(Html.text(text.title())).append("</h1>\n");
    body.append(Html.table(facts)).append("</header>\n");
    body.append(bar());
    body.append("<div id=\"text\" dir=\"auto\" tabindex=\"0\" role=\"group\"");
    body.append(" aria-label=\"the text; arrow keys move through it\">");
    for (int k = 0; k < trace.length(); k++) {
      body.append(k > 0 ? text.separator() : "").append(piece(k));
    }
    body.append("</div>\n<div id=\"tip\" role=\"status\" hidden></div>\n");
    body.append(table());
    body.append("<script type=\"application/json\" id=\"data\">");
    body.append(Html.json(data())).append("</script>\n");
    return HtmlPage.of(text.title(), body.toString(), SCRIPT);
  }

  private String bar() {
    StringBuilder html = new StringBuilder("<div id=\"bar\">\n");
    html.append("<label>Colour by <select id=\"by\">\n<option value=\"-1\">surprise</option>\n");
    for (int k = 0; k < cells.size(); k++) {
      String cell = cells.get(k).name() + ": " + Html.text(cells.get(k).reason());
      html.append("<option value=\"" + k + "\">" + cell + "</option>\n");
    }
    html.append("</select></label>\n<div class=\"legend\" id=\"of-surprise\">bits <div>");
    html.append("<span class=\"s0\">0</span>");
    for (int k = 0; k < LEVELS.length; k++) {
      html.append("<span class=\"s" + (k + 1) + "\">" + Scale.plain(LEVELS[k]) + "</span>");
    }
    html.append("</div> and more</div>\n<div class=\"legend\" id=\"of-cells\" hidden>");
    html.append(trace.isGated() ? "tanh(c)" : "state").append(" <div>");
    for (int k = -8; k <= 8; k += 4) {
      String level = k == 0 ? "s0" : (k < 0 ? "n" : "p") + Math.abs(k);
      String value = k == 0 ? "0" : String.format(Locale.ROOT, "%+.1f", k / 8.0);
      html.append("<span class=\"" + level + "\">" + value + "</span>");
    }
    return html.append("</div></div>\n</div>\n").toString();
  }

  private String piece(int position) {
    String piece = text.pieces().get(position);
    String kind =
        switch (piece) {
          case "\n" -> "nl";
          case "\t" -> "tab";
          case " " -> "sp";
          default -> Html.isInvisible(piece) ? "odd" : text.known().get(position) ? "" : "new";
        };
    return "<span class=\"s"
        + (position == 0 ? 0 : level(trace.bits(position)))
        + (kind.isEmpty() ? "\">" : "\" data-w=\"" + kind + "\">")
        + Html.symbol(piece)
        + "</span>";
  }

  /** The colour for a number of bits, from 0. */
  static int level(double bits) {
    int level = 0;
    while (level < LEVELS.length && bits >= LEVELS[level]) {
      level++;
    }
    return level;
  }

  private String table() {
    if (cells.isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder();
    html.append("<section class=\"screen\"><h2>Cells to colour by</h2>\n");
    html.append("<p class=\"quiet\">Red is -1, blue is +1. r is the correlation with the feature");
    html.append(" over this text; in a short text a high value can be chance.</p>\n");
    html.append("<table id=\"cells\">\n");
    for (int k = 0; k < cells.size(); k++) {
      html.append("<tr data-cell=\"" + k + "\"><td>" + cells.get(k).name() + "</td><td>");
      html.append(Html.text(cells.get(k).reason()) + "</td></tr>\n");
    }
    return html.append("</table></section>\n").toString();
  }

  private Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    List<Object> bits = new ArrayList<>();
    List<Object> ranks = new ArrayList<>();
    List<Object> guesses = new ArrayList<>();
    List<Integer> shown = new ArrayList<>();
    List<Integer> unknown = new ArrayList<>();
    for (int k = 0; k < trace.length(); k++) {
      bits.add(k == 0 ? null : Math.round(trace.bits(k) * 1000) / 1000.0);
      ranks.add(k == 0 ? null : trace.rank(k));
      guesses.add(k == 0 ? List.of() : guesses(k));
      shown.add(number(Html.label(text.pieces().get(k))));
      if (!text.known().get(k)) {
        unknown.add(k);
      }
    }
    data.put("unit", text.unit());
    data.put("bits", bits);
    data.put("ranks", ranks);
    data.put("guesses", guesses);
    data.put("shown", shown);
    data.put("unknown", unknown);
    data.put("next", guesses(trace.length()));
    data.put("cells", cells.stream().map(this::values).toList());
    data.put("labels", labels); // last: the others add to it
    return data;
  }

  // symbol and probability alternate
  private List<Object> guesses(int position) {
    List<Object> list = new ArrayList<>();
    for (PredictionTrace.Guess guess : trace.guesses(position)) {
      list.add(number(Html.label(vocabulary.symbol(guess.symbol()))));
      list.add(Math.round(guess.probability() * 1e5) / 1e5);
    }
    return list;
  }

  private int number(String label) {
    Integer known = numbers.putIfAbsent(label, labels.size());
    if (known == null) {
      labels.add(label);
      return labels.size() - 1;
    }
    return known;
  }

  private Map<String, Object> values(ShownCell cell) {
    List<Integer> values = new ArrayList<>();
    for (int k = 0; k < trace.length(); k++) {
      values.add((int) Math.round(100 * trace.cell(cell.layer(), cell.unit(), k)));
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", cell.name());
    shown.put("values", values);
    return shown;
  }
}
