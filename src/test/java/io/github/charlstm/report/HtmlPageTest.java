package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlPageTest {
  @TempDir Path folder;

  @Test
  void picturesAreEmbedded() throws IOException {
    Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});
    Files.writeString(folder.resolve("b.svg"), "<svg/>");
    String html = HtmlPage.ofMarkdown("# T\n\n![one](a.png) ![two](b.svg)\n", folder);
    assertThat(html)
        .contains("<img src=\"data:image/png;base64,AQID\" alt=\"one\" />")
        .contains("<img src=\"data:image/svg+xml;base64,PHN2Zy8+\" alt=\"two\" />");
  }

  @Test
  void tablesAndTheTitleAreConverted() throws IOException {
    String html = HtmlPage.ofMarkdown("# A & B\n\n| a | b |\n|---|---:|\n| 1 | 2 |\n", folder);
    assertThat(html)
        .contains("<title>A &amp; B</title>", "<td>1</td>", "<td align=\"right\">2</td>");
  }

  @Test
  void markupInASampleIsShownAsText() throws IOException {
    String html =
        HtmlPage.ofMarkdown("# T\n\n<script>alert(1)</script>\n\n```text\n<b>\n```\n", folder);
    assertThat(html).doesNotContain("<script>", "<b>").contains("&lt;script&gt;", "&lt;b&gt;");
  }

  @Test
  void aMissingPictureIsNamed() {
    assertThatThrownBy(() -> HtmlPage.ofMarkdown("![x](gone.png)", folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("gone.png");
  }
}
