package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.CategoryChart;

class RowProbabilitiesTest {
  @TempDir Path folder;

  private static RowProbabilities figure() {
    double[][] rows = new double[28][10];
    for (int row = 0; row < 28; row++) {
      Arrays.fill(rows[row], (1 - row / 28.0) / 9);
      rows[row][3] = row / 28.0;
    }
    float[] image = new float[784];
    Arrays.fill(image, 300, 400, 1f);
    return new RowProbabilities(image, 3, rows);
  }

  @Test
  void thereIsAChartForEachRowWithTheSameAxes() {
    List<CategoryChart> panels = figure().panels();
    assertThat(panels).hasSize(28);
    assertThat(panels)
        .allSatisfy(
            panel -> {
              assertThat(panel.getStyler().getYAxisMin()).isZero();
              assertThat(panel.getStyler().getYAxisMax()).isEqualTo(1);
            });
    var own = panels.get(27).getSeriesMap().get("its digit");
    assertThat(own.getYData().stream().map(Number::doubleValue).toList().get(3))
        .isEqualTo(27 / 28.0);
  }

  @Test
  void thePictureHasItsSizeAndEveryPanelIsDrawn() throws IOException {
    figure().write(folder.resolve("rows.png"));
    BufferedImage picture = ImageIO.read(folder.resolve("rows.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(RowProbabilities.WIDTH);
    assertThat(picture.getHeight()).isEqualTo(figure().height());
    for (int row = 1; row < 28; row++) {
      assertThat(orange(picture, 360 + row % 7 * 180, 60 + row / 7 * 180))
          .as("row " + row)
          .isTrue();
    }
  }

  @Test
  void theSvgSaysInWordsWhatItShows() throws IOException {
    figure().write(folder.resolve("rows.svg"));
    assertThat(Files.readString(folder.resolve("rows.svg")))
        .contains("<title>Probability of each digit as the rows of a 3 are read");
  }

  @Test
  void probabilitiesThatDoNotFitTheImageAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RowProbabilities(new float[784], 3, new double[27][10]))
        .withMessageContaining("784 pixels and 27 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> figure().write(folder.resolve("rows.gif")));
  }

  private static boolean orange(BufferedImage picture, int left, int top) {
    for (int y = top; y < top + 180; y++) {
      for (int x = left; x < left + 180; x++) {
        if ((picture.getRGB(x, y) & 0xFFFFFF) == 0xD55E00) {
          return true;
        }
      }
    }
    return false;
  }
}
