package io.github.charlstm.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What all pages have around their body. */
final class HtmlPage {
  private static final String STYLE = resource("page.css");

  private HtmlPage() {}

  /** A page without a script. */
  static String html(String title, String body) {
    return html(title, body, "");
  }

  /**
   * A page.
   *
   * @param title any text
   * @param body HTML
   * @param script JavaScript that runs when the body is there, or empty
   */
  static String html(String title, String body, String script) {
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

  /** A file beside the classes of this package. */
  static String resource(String name) {
    try (InputStream file = HtmlPage.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the program is not whole: it has no " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
