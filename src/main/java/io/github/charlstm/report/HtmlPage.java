package io.github.charlstm.report;

import io.github.charlstm.data.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

/**
 * The frame of every HTML page: style, title, and a content security policy that allows no request
 * and no script but the page's own.
 */
public final class HtmlPage {
  private static final String STYLE = resource("page.css");
  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

  private HtmlPage() {}

  /**
   * Converts CommonMark with tables to a page with its pictures (PNG and SVG in the folder {@code
   * pictures}) inside. The first block is the title; HTML is shown as text.
   */
  public static String ofMarkdown(String markdown, Path pictures) throws IOException {
    Node document = Parser.builder().extensions(EXTENSIONS).build().parse(markdown);
    try {
      document.accept(new PictureEmbedder(pictures));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Node first = document.getFirstChild();
    String title = first == null ? "" : TextContentRenderer.builder().build().render(first);
    String body =
        HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build().render(document);
    return of(title.strip(), "<article>\n" + body + "</article>\n", "");
  }

  private static final class PictureEmbedder extends AbstractVisitor {
    private final Path folder;

    PictureEmbedder(Path folder) {
      this.folder = folder;
    }

    @Override
    public void visit(Image image) {
      Path file = folder.resolve(image.getDestination());
      boolean isSvg = file.toString().toLowerCase(Locale.ROOT).endsWith(".svg");
      try {
        String bytes = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        image.setDestination("data:image/" + (isSvg ? "svg+xml" : "png") + ";base64," + bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A page of a title in text, a body in HTML, and a script, perhaps empty, that runs last. */
  static String of(String title, String body, String script) {
    String allowed = script.isEmpty() ? "" : " script-src 'sha256-" + sha256(script) + "';";
    String run = script.isEmpty() ? "" : "<script>" + script + "</script>\n";
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; img-src data:;%s">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>
    %s</style>
    </head>
    <body>
    %s%s</body>
    </html>
    """
        .formatted(allowed, Html.text(title), STYLE, body, run);
  }

  /** The text of a file beside this package's classes. */
  static String resource(String name) {
    try (InputStream file = HtmlPage.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is missing from the program; install it again");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String script) {
    byte[] digest = Digests.sha256().digest(script.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(digest);
  }
}
