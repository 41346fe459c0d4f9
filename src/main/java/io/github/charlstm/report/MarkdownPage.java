package io.github.charlstm.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page in CommonMark with tables, written block by block, and its pictures in one folder. */
public final class MarkdownPage {
  /** A table's cell without a value. */
  public static final String NONE = "–";

  private final StringBuilder page = new StringBuilder();
  private final Path folder;

  /** A picture that is still to be drawn. */
  @FunctionalInterface
  public interface PictureWriter {
    /** Draws it into a file, whose name ends in {@code .png} or {@code .svg}. */
    void write(Path pngOrSvg) throws IOException;
  }

  /** An empty page, whose pictures are written into a folder. */
  public MarkdownPage(Path folder) {
    this.folder = folder;
  }

  /** Adds a heading, of level 1 to 6. */
  public void heading(int level, String words) {
    paragraph("#".repeat(level) + " " + words);
  }

  /** Adds a paragraph in CommonMark. */
  public void paragraph(String words) {
    page.append(words).append("\n\n");
  }

  /** Adds a block of code. */
  public void verbatim(String words) {
    int longest = Stream.of(words.split("[^`]+")).mapToInt(String::length).max().orElse(0);
    String fence = "`".repeat(Math.max(3, longest + 1));
    paragraph(fence + "text\n" + words + "\n" + fence);
  }

  /** Adds a table; columns of numbers are aligned to the right. */
  public void table(List<String> head, List<List<String>> rows) {
    row(head);
    for (int column = 0; column < head.size(); column++) {
      int here = column;
      boolean isOfNumbers =
          rows.stream().map(row -> row.get(here)).allMatch(c -> c.matches("-?[0-9.e-]+|" + NONE));
      page.append(isOfNumbers ? "|---:" : "|---");
    }
    page.append("|\n");
    rows.forEach(this::row);
    page.append('\n');
  }

  private void row(List<String> cells) {
    page.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Draws a picture as PNG, or as SVG where Java has no fonts, and adds it. */
  public void picture(String description, String name, PictureWriter picture) throws IOException {
    paragraph("![" + description + "](" + draw(name, picture) + ")");
  }

  /** Adds a picture of the one kind, {@code .png} or {@code .svg}, that the writer can make. */
  public void picture(String description, String name, String kind, PictureWriter picture)
      throws IOException {
    picture.write(folder.resolve(name + kind));
    paragraph("![" + description + "](" + name + kind + ")");
  }

  // Returns the file's name.
  private String draw(String name, PictureWriter picture) throws IOException {
    try {
      picture.write(folder.resolve(name + ".png"));
      return name + ".png";
    } catch (PngUnavailableException e) {
      picture.write(folder.resolve(name + ".svg"));
      return name + ".svg";
    }
  }

  /** Writes the page as {@code <name>.md}, and as {@code <name>.html} with the pictures inside. */
  public void write(String name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".md"), page, StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve(name + ".html"),
        HtmlPage.ofMarkdown(page.toString(), folder),
        StandardCharsets.UTF_8);
  }

  /** {@return a number with so many decimal places; {@link #NONE} if it is not finite} */
  public static String number(double value, int places) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + places + "f", value) : NONE;
  }

  /** As {@link #number(double, int)}; {@link #NONE} if there is none. */
  public static String number(OptionalDouble value, int places) {
    return number(value.orElse(Double.NaN), places);
  }
}
