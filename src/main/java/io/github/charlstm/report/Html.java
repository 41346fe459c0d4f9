package io.github.charlstm.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.charlstm.data.Characters;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Escapes text for HTML. Invisible characters, and those that change the direction of writing, are
 * replaced by visible marks.
 */
public final class Html {
  private static final int CONTROL_PICTURES = 0x2400;
  private static final String DOTTED_CIRCLE = "\u25CC";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Html() {}

  /** A row of a table of two columns; name and value are text, not HTML. */
  public record Entry(String name, String value) {}

  /** A table; empty if there are no entries. */
  static String table(List<Entry> entries) {
    StringBuilder html = new StringBuilder();
    for (Entry entry : entries) {
      html.append("<tr><th scope=\"row\">").append(text(entry.name()));
      html.append("</th><td>").append(text(entry.value())).append("</td></tr>\n");
    }
    return entries.isEmpty() ? "" : "<table class=\"facts\">\n" + html + "</table>\n";
  }

  /** Escapes a text for an element or an attribute in double quotes; keeps newlines and tabs. */
  static String text(String text) {
    return each(text, c -> c == '\n' || c == '\t' || isShown(c) ? escaped(c) : mark(c));
  }

  /** Escapes one symbol that is shown by itself; keeps newline, tab and space. */
  static String symbol(String symbol) {
    return each(symbol, c -> isInvisible(c) ? mark(c) : base(c) + escaped(c));
  }

  /** One symbol as text, not escaped, with a mark and a name for white space. */
  static String label(String symbol) {
    return each(
        symbol,
        c ->
            switch (c) {
              case '\n' -> "\u21B5 newline";
              case '\t' -> "\u21E5 tab";
              case ' ' -> "\u2423 space";
              default -> isInvisible(c) ? mark(c) : base(c) + Character.toString(c);
            });
  }

  /** Whether a symbol is invisible and no white space, so that a mark replaces it. */
  static boolean isInvisible(String symbol) {
    return symbol.codePoints().anyMatch(Html::isInvisible);
  }

  /** A value as JSON for a {@code script} element. */
  static String json(Object value) {
    try {
      // "</script" and "<!--" would end or change the element
      return JSON.writeValueAsString(value).replace("<", "\\u003c").replace(">", "\\u003e");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts can be written as JSON", e);
    }
  }

  private static String each(String text, IntFunction<String> html) {
    return text.codePoints().mapToObj(html).collect(Collectors.joining());
  }

  private static boolean isInvisible(int character) {
    return character != '\n' && character != '\t' && !isVisible(character);
  }

  // A joiner within a text changes its neighbours, so it stays.
  private static boolean isShown(int character) {
    return isVisible(character)
        || character == 0x200C
        || character == 0x200D
        || Character.getType(character) == Character.SPACE_SEPARATOR;
  }

  private static boolean isVisible(int character) {
    return character == ' ' || Characters.isVisible(character);
  }

  // A combining mark needs a character to stand on.
  private static String base(int character) {
    int type = Character.getType(character);
    boolean isMark = type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    return isMark ? DOTTED_CIRCLE : "";
  }

  private static String mark(int character) {
    return character < ' '
        ? Character.toString(CONTROL_PICTURES + character)
        : String.format("U+%04X", character);
  }

  private static String escaped(int character) {
    return switch (character) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      default -> Character.toString(character);
    };
  }
}
