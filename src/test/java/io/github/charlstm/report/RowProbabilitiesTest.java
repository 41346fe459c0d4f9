package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.NeedsFonts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void thereIsAChartForEachRowWithTheSameAxis() throws IOException {
    figure().write(folder.resolve("rows.svg"));
    String svg = Files.readString(folder.resolve("rows.svg"));
    assertThat(svg).contains(">row 1<", ">row 28<").doesNotContain(">row 29<");
    for (String tick : new String[] {"0.2", "0.4", "0.6", "0.8"}) {
      assertThat(svg.split(">" + tick + "<", -1)).as(tick).hasSize(28 + 1);
    }
  }

  @Test
  void theBarOfTheTrueClassIsAsHighAsItsProbability() throws IOException {
    figure().write(folder.resolve("rows.svg"));
    Matcher bar =
        Pattern.compile("<rect[^>]* height=\"([0-9.]+)\" fill=\"#D55E00\"/>")
            .matcher(Files.readString(folder.resolve("rows.svg")));
    List<Double> heights = bar.results().map(found -> Double.valueOf(found.group(1))).toList();
    assertThat(heights).hasSize(1 + 28); // the first is the key's
    for (int row = 0; row < 28; row++) {
      assertThat(heights.get(1 + row)).isCloseTo(120 * row / 28.0, within(0.06));
    }
  }

  @Test
  @NeedsFonts
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
  void theSvgHasATitle() throws IOException {
    figure().write(folder.resolve("rows.svg"));
    assertThat(Files.readString(folder.resolve("rows.svg")))
        .contains("<title>Probability of each digit as the rows of a 3 are read");
  }

  @Test
  void probabilitiesThatDoNotFitTheImageAreRejected() {
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
