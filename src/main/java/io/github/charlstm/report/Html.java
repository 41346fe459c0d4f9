package io.github.charlstm.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.charlstm.data.Characters;

/** Any text as HTML that shows it and does nothing else. */
final class Html {
  private static final int CONTROL_PICTURES = 0x2400;
  private static final int DOTTED_CIRCLE = 0x25CC;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Html() {}

  /**
   * A text of any length, for an element or an attribute in double quotes. Newlines and tabs stay;
   * what cannot be seen or turns the direction of writing is written as its number.
   */
  static String text(String any) {
    StringBuilder html = new StringBuilder(any.length() + 16);
    any.codePoints()
        .forEach(
            character -> {
              if (character == '\n' || character == '\t' || isShown(character)) {
                append(html, character);
              } else {
                html.append(mark(character));
              }
            });
    return html.toString();
  }

  /** One symbol by itself, such that it can be seen; newline, tab and space stay what they are. */
  static String symbol(String symbol) {
    StringBuilder html = new StringBuilder();
    symbol
        .codePoints()
        .forEach(
            character -> {
              if (isOdd(character)) {
                html.append(mark(character));
              } else {
                append(html, isMark(character) ? DOTTED_CIRCLE : -1);
                append(html, character);
              }
            });
    return html.toString();
  }

  /** One symbol in words, not yet escaped: a person sees the white space in it too. */
  static String label(String symbol) {
    StringBuilder label = new StringBuilder();
    symbol
        .codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\n' -> label.append("\u21B5 newline");
                case '\t' -> label.append("\u21E5 tab");
                case ' ' -> label.append("\u2423 space");
                default -> {
                  if (isOdd(character)) {
                    label.append(mark(character));
                  } else {
                    label.append(isMark(character) ? Character.toString(DOTTED_CIRCLE) : "");
                    label.appendCodePoint(character);
                  }
                }
              }
            });
    return label.toString();
  }

  /** Whether a symbol is drawn as a mark of its own, because nothing would be seen of it. */
  static boolean isOdd(String symbol) {
    return symbol.codePoints().anyMatch(Html::isOdd);
  }

  /** A value as JSON that may stand within a {@code script} element. */
  static String json(Object value) {
    try {
      // "</script" and "<!--" would end or change the element
      return JSON.writeValueAsString(value).replace("<", "\\u003c").replace(">", "\\u003e");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of numbers and texts can be written as JSON", e);
    }
  }

  private static boolean isOdd(int character) {
    return character != '\n' && character != '\t' && character != ' ' && !isVisible(character);
  }

  // Joiners within a text belong to what stands beside them.
  private static boolean isShown(int character) {
    return isVisible(character)
        || character == 0x200C
        || character == 0x200D
        || Character.getType(character) == Character.SPACE_SEPARATOR;
  }

  private static boolean isVisible(int character) {
    return character == ' ' || Characters.isVisible(character);
  }

  private static boolean isMark(int character) {
    int type = Character.getType(character);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  private static String mark(int character) {
    return character < ' '
        ? Character.toString(CONTROL_PICTURES + character)
        : String.format("U+%04X", character);
  }

  private static void append(StringBuilder html, int character) {
    switch (character) {
      case -1 -> {}
      case '&' -> html.append("&amp;");
      case '<' -> html.append("&lt;");
      case '>' -> html.append("&gt;");
      case '"' -> html.append("&quot;");
      case '\'' -> html.append("&#39;");
      default -> html.appendCodePoint(character);
    }
  }
}
