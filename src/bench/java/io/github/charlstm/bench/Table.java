package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of words and numbers.
 *
 * @param title above it
 * @param head names of the columns; the first column has words, the others numbers
 * @param rows as long as the head each
 * @param notes below it
 */
record Table(String title, List<String> head, List<List<String>> rows, List<String> notes) {
  Table {
    head = List.copyOf(head);
    notes = List.copyOf(notes);
    List<List<String>> copies = new ArrayList<>();
    for (List<String> row : rows) {
      if (row.size() != head.size()) {
        throw new IllegalArgumentException(
            "a row of '" + title + "' has " + row.size() + " cells, its head " + head.size());
      }
      copies.add(List.copyOf(row));
    }
    rows = List.copyOf(copies);
  }

  /** For a screen: columns of one width, numbers to the right. */
  String text() {
    int[] widths = new int[head.size()];
    for (int column = 0; column < widths.length; column++) {
      int place = column;
      widths[column] =
          Math.max(
              length(head.get(column)),
              rows.stream().mapToInt(row -> length(row.get(place))).max().orElse(0));
    }
    StringBuilder text = new StringBuilder(title).append("\n\n");
    text.append(aligned(head, widths));
    rows.forEach(row -> text.append(aligned(row, widths)));
    notes.forEach(note -> text.append("  ").append(note).append('\n'));
    return text.toString();
  }

  /** For a page: CommonMark with tables. */
  String markdown() {
    StringBuilder text = new StringBuilder("## ").append(title).append("\n\n");
    text.append(piped(head));
    text.append("|---").append("|---:".repeat(head.size() - 1)).append("|\n");
    rows.forEach(row -> text.append(piped(row)));
    text.append('\n');
    notes.forEach(note -> text.append("- ").append(note).append('\n'));
    return text.append(notes.isEmpty() ? "" : "\n").toString();
  }

  private static String aligned(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
            .mapToObj(
                column -> {
                  String cell = row.get(column);
                  String space = " ".repeat(widths[column] - length(cell));
                  return column == 0 ? cell + space : space + cell;
                })
            .collect(Collectors.joining("  ", "  ", ""))
            .stripTrailing()
        + "\n";
  }

  private static String piped(List<String> row) {
    return row.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
