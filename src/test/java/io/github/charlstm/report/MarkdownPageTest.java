package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownPageTest {
  @TempDir Path folder;

  @Test
  void aPictureIsAPng() throws IOException {
    MarkdownPage page = new MarkdownPage(folder);
    page.picture("a curve", "a", file -> Files.write(file, new byte[] {1}));
    page.write("page");
    assertThat(folder.resolve("page.md")).content().contains("![a curve](a.png)");
    assertThat(folder.resolve("page.html")).content().contains("data:image/png;base64,");
    assertThat(folder.resolve("a.svg")).doesNotExist();
  }

  @Test
  void withoutFontsAPictureIsAnSvg() throws IOException {
    MarkdownPage page = new MarkdownPage(folder);
    page.picture(
        "a curve",
        "a",
        file -> {
          if (file.toString().endsWith(".png")) {
            throw new PngUnavailableException(new InternalError("no fonts"));
          }
          Files.writeString(file, "drawn");
        });
    page.write("page");
    assertThat(folder.resolve("page.md")).content().contains("![a curve](a.svg)");
    assertThat(folder.resolve("a.svg")).hasContent("drawn");
  }

  @Test
  void columnsOfNumbersAreAlignedToTheRight() throws IOException {
    MarkdownPage page = new MarkdownPage(folder);
    page.table(
        List.of("run", "loss"), List.of(List.of("a|b", "1.5e-7"), List.of("c", MarkdownPage.NONE)));
    page.write("page");
    assertThat(folder.resolve("page.md"))
        .content()
        .contains("| run | loss |\n|---|---:|\n| a\\|b | 1.5e-7 |\n| c | – |\n");
  }

  @Test
  void aBlockOfCodeMayHoldFences() throws IOException {
    MarkdownPage page = new MarkdownPage(folder);
    page.verbatim("```");
    page.write("page");
    assertThat(folder.resolve("page.md")).content().contains("````text\n```\n````\n");
  }
}
