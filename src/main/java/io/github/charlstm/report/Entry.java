package io.github.charlstm.report;

import java.util.List;
import java.util.Objects;

/**
 * A line of a table of two columns.
 *
 * @param name what it is, any text
 * @param value any text
 */
public record Entry(String name, String value) {
  /**
   * Checks that both are there.
   *
   * @param name not null
   * @param value not null
   */
  public Entry {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }

  /** The lines as a table; nothing if there is none. */
  static String table(List<Entry> entries) {
    StringBuilder html = new StringBuilder();
    for (Entry entry : entries) {
      html.append("<tr><th scope=\"row\">").append(Html.text(entry.name()));
      html.append("</th><td>").append(Html.text(entry.value())).append("</td></tr>\n");
    }
    return entries.isEmpty() ? "" : "<table class=\"facts\">\n" + html + "</table>\n";
  }
}
