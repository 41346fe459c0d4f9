package io.github.charlstm.recipe;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Writes a document in CommonMark with tables. */
final class Markdown {
  static final String NONE = "–";
  private final StringBuilder text = new StringBuilder();

  Markdown heading(int level, String words) {
    return paragraph("#".repeat(level) + " " + words);
  }

  Markdown paragraph(String words) {
    text.append(words).append("\n\n");
    return this;
  }

  Markdown bullets(List<String> items) {
    items.forEach(item -> text.append("- ").append(item).append('\n'));
    text.append('\n');
    return this;
  }

  /** Columns of numbers are aligned to the right. */
  Markdown table(List<String> head, List<List<String>> rows) {
    row(head);
    for (int column = 0; column < head.size(); column++) {
      int here = column;
      boolean isOfNumbers = rows.stream().allMatch(row -> isNumber(row.get(here)));
      text.append(isOfNumbers ? "|---:" : "|---");
    }
    text.append("|\n");
    rows.forEach(this::row);
    text.append('\n');
    return this;
  }

  private static boolean isNumber(String cell) {
    return cell.equals(NONE) || cell.matches("[0-9.]+");
  }

  /** A code block. */
  Markdown verbatim(String words) {
    int longest = 0;
    for (String part : words.split("[^`]+")) {
      longest = Math.max(longest, part.length());
    }
    String fence = "`".repeat(Math.max(3, longest + 1));
    text.append(fence).append("text\n").append(words).append('\n').append(fence).append("\n\n");
    return this;
  }

  Markdown picture(String description, String file) {
    return paragraph("![" + description + "](" + file + ")");
  }

  static String number(double value, int places) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + places + "f", value) : NONE;
  }

  static String number(OptionalDouble value, int places) {
    return value.isPresent() ? number(value.getAsDouble(), places) : NONE;
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void row(List<String> cells) {
    text.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
