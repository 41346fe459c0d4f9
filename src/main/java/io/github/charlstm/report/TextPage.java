package io.github.charlstm.report;

import io.github.charlstm.data.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A text as one HTML file, each character coloured by how much it surprised a model, or by what one
 * of the model's cells did when it read it; and the model's guesses beside a character under the
 * pointer, or reached by the arrow keys.
 */
public final class TextPage {
  /** Bits from which the colours of surprise begin, the palest first. */
  static final double[] LEVELS = {0.5, 1, 2, 3, 4, 6, 8, 10};

  private static final String SCRIPT = HtmlPage.resource("text.js");

  private final PredictionTrace reading;
  private final ReadText text;
  private final Vocabulary vocabulary;
  private final List<ShownCell> cells;
  private final List<String> labels = new ArrayList<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  private TextPage(
      PredictionTrace reading, ReadText text, Vocabulary vocabulary, List<ShownCell> cells) {
    this.reading = reading;
    this.text = text;
    this.vocabulary = vocabulary;
    this.cells = cells;
  }

  /**
   * The page; it needs nothing but itself.
   *
   * @param reading what the model said
   * @param text that was read, a piece for each symbol
   * @param vocabulary of the model
   * @param cells to choose from, none where the reading has none
   * @param facts what the page says of the model and the text
   * @return HTML
   * @throws IllegalArgumentException if the text has more or fewer pieces than were read
   */
  public static String html(
      PredictionTrace reading,
      ReadText text,
      Vocabulary vocabulary,
      List<ShownCell> cells,
      List<Entry> facts) {
    Objects.requireNonNull(vocabulary, "vocabulary");
    if (text.pieces().size() != reading.length()) {
      throw new IllegalArgumentException(
          "expected a piece for each of the "
              + reading.length()
              + " symbols, found "
              + text.pieces().size());
    }
    return new TextPage(reading, text, vocabulary, List.copyOf(cells)).page(facts);
  }

  private String page(List<Entry> facts) {
    StringBuilder body = new StringBuilder();
    body.append("<header>\n<h1>").append(Html.text(text.title())).append("</h1>\n");
    body.append(Entry.table(facts)).append("</header>\n");
    body.append(bar());
    body.append("<div id=\"text\" dir=\"auto\" tabindex=\"0\" role=\"group\"");
    body.append(" aria-label=\"the text; arrow keys go through it\">");
    for (int k = 0; k < reading.length(); k++) {
      body.append(k > 0 ? text.separator() : "").append(piece(k));
    }
    body.append("</div>\n<div id=\"tip\" role=\"status\" hidden></div>\n");
    body.append(table());
    body.append("<script type=\"application/json\" id=\"data\">");
    body.append(Html.json(data())).append("</script>\n");
    return HtmlPage.html(text.title(), body.toString(), SCRIPT);
  }

  private String bar() {
    StringBuilder html = new StringBuilder("<div id=\"bar\">\n");
    html.append("<label>Colour by <select id=\"by\">\n<option value=\"-1\">surprise</option>\n");
    for (int k = 0; k < cells.size(); k++) {
      html.append("<option value=\"").append(k).append("\">").append(cells.get(k).name());
      html.append(": ").append(Html.text(cells.get(k).reason())).append("</option>\n");
    }
    html.append("</select></label>\n<div class=\"legend\" id=\"of-surprise\">bits <div>");
    html.append("<span class=\"s0\">0</span>");
    for (int k = 0; k < LEVELS.length; k++) {
      html.append("<span class=\"s").append(k + 1).append("\">");
      html.append(Scale.plain(LEVELS[k])).append("</span>");
    }
    html.append("</div> and more</div>\n<div class=\"legend\" id=\"of-cells\" hidden>");
    html.append(reading.isGated() ? "tanh(c)" : "state").append(" <div>");
    for (int k = -8; k <= 8; k += 4) {
      String level = k == 0 ? "s0" : (k < 0 ? "n" : "p") + Math.abs(k);
      html.append("<span class=\"").append(level).append("\">");
      html.append(k == 0 ? "0" : String.format(Locale.ROOT, "%+.1f", k / 8.0)).append("</span>");
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
          default -> Html.isOdd(piece) ? "odd" : text.known().get(position) ? "" : "new";
        };
    return "<span class=\"s"
        + (position == 0 ? 0 : level(reading.bits(position)))
        + (kind.isEmpty() ? "\">" : "\" data-w=\"" + kind + "\">")
        + Html.symbol(piece)
        + "</span>";
  }

  /** Which colour so many bits have, from 0. */
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
    html.append("<p class=\"quiet\">Red is -1, blue is +1. r is the correlation with what stands");
    html.append(" beside it, over this text; in a short text a high one can be chance.</p>\n");
    html.append("<table id=\"cells\">\n");
    for (int k = 0; k < cells.size(); k++) {
      html.append("<tr data-cell=\"").append(k).append("\"><td>").append(cells.get(k).name());
      html.append("</td><td>").append(Html.text(cells.get(k).reason())).append("</td></tr>\n");
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
    for (int k = 0; k < reading.length(); k++) {
      bits.add(k == 0 ? null : Math.round(reading.bits(k) * 1000) / 1000.0);
      ranks.add(k == 0 ? null : reading.rank(k));
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
    data.put("next", guesses(reading.length()));
    data.put("cells", cells.stream().map(this::values).toList());
    data.put("labels", labels); // last: it holds what the others asked for
    return data;
  }

  // symbol and probability in turn
  private List<Object> guesses(int position) {
    List<Object> list = new ArrayList<>();
    for (PredictionTrace.Guess guess : reading.guesses(position)) {
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
    for (int k = 0; k < reading.length(); k++) {
      values.add((int) Math.round(100 * reading.cell(cell.layer(), cell.unit(), k)));
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", cell.name());
    shown.put("values", values);
    return shown;
  }
}
