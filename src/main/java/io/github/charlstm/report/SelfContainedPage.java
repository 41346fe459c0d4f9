package io.github.charlstm.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/** One HTML file out of a page in CommonMark: its pictures inside, nothing fetched. */
public final class SelfContainedPage {
  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto;
             padding: 0 1rem; }
      h1, h2, h3 { line-height: 1.25; }
      h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd; padding-bottom: .3rem; }
      table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
      th, td { border: 1px solid #ddd; padding: .3rem .7rem; text-align: left; }
      td[align=right], th[align=right] { text-align: right; font-variant-numeric: tabular-nums; }
      tr:nth-child(even) td { background: #f7f7f7; }
      pre { background: #f5f5f5; padding: .8rem 1rem; white-space: pre-wrap;
            overflow-wrap: anywhere; }
      img { max-width: 100%; height: auto; }
      """;

  private SelfContainedPage() {}

  /**
   * Makes one file of a page and its pictures.
   *
   * @param markdown the page; its first heading becomes the title; HTML in it is shown, not run
   * @param pictures folder that its pictures' names start from
   * @return the HTML
   * @throws IOException if a picture cannot be read
   */
  public static String html(String markdown, Path pictures) throws IOException {
    Node page = Parser.builder().extensions(EXTENSIONS).build().parse(markdown);
    try {
      page.accept(new Inliner(pictures));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    String body =
        HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build().render(page);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        %s</body>
        </html>
        """
        .formatted(title(page), STYLE, body);
  }

  private static String title(Node page) {
    Node first = page.getFirstChild();
    String words = first == null ? "" : TextContentRenderer.builder().build().render(first);
    return words.replace("&", "&amp;").replace("<", "&lt;").strip();
  }

  private static final class Inliner extends AbstractVisitor {
    private final Path folder;

    Inliner(Path folder) {
      this.folder = folder;
    }

    @Override
    public void visit(Image image) {
      Path file = folder.resolve(image.getDestination());
      String name = file.toString().toLowerCase(Locale.ROOT);
      String type = name.endsWith(".svg") ? "image/svg+xml" : "image/png";
      try {
        String bytes = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        image.setDestination("data:" + type + ";base64," + bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
