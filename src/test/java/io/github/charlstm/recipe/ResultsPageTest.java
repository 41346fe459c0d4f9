package io.github.charlstm.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.report.PngUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsPageTest {
  @TempDir Path folder;

  @Test
  void aPictureIsAPng() throws IOException {
    ResultsPage.PictureWriter picture = file -> Files.writeString(file, "drawn");
    assertThat(ResultsPage.draw(folder, "a", picture)).isEqualTo("a.png");
    assertThat(folder.resolve("a.png")).hasContent("drawn");
    assertThat(folder.resolve("a.svg")).doesNotExist();
  }

  @Test
  void withoutFontsAPictureIsAnSvg() throws IOException {
    ResultsPage.PictureWriter picture =
        file -> {
          if (file.toString().endsWith(".png")) {
            throw new PngUnavailableException(new InternalError("no fonts"));
          }
          Files.writeString(file, "drawn");
        };
    assertThat(ResultsPage.draw(folder, "a", picture)).isEqualTo("a.svg");
    assertThat(folder.resolve("a.svg")).hasContent("drawn");
  }
}
