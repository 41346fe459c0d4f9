package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.report.RunPage.Figure;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("machine")
class RunPageFigureTest {

  private static LossSeries series(double... values) {
    double[] steps = IntStream.rangeClosed(1, values.length).asDoubleStream().toArray();
    return new LossSeries("a", steps, values);
  }

  @Test
  void aLongLineIsDrawnAsMeansOverABand() {
    double[] values = IntStream.range(0, 1000).mapToDouble(k -> 5 - 0.004 * k + k % 2).toArray();
    String html = new Figure("loss", "Loss", "nats").line(series(values)).html();
    assertThat(html).contains("class=\"c0 pale\"", "mean and range of 4 steps");
    assertThat(points(html, "polyline", "c0")).hasSize(250);
    String[] band = points(html, "polygon", "c0 pale");
    assertThat(band).hasSize(500);
    double high = Double.parseDouble(band[0].split(",")[1]);
    double low = Double.parseDouble(band[499].split(",")[1]);
    double mean = Double.parseDouble(points(html, "polyline", "c0")[0].split(",")[1]);
    assertThat(mean).isBetween(high, low); // y grows downwards
  }

  private static String[] points(String html, String element, String style) {
    return html.lines()
        .filter(line -> line.startsWith("<" + element) && line.contains(" class=\"" + style + "\""))
        .findFirst()
        .orElseThrow()
        .replaceAll(".* points=\"([^\"]*)\".*", "$1")
        .split(" ");
  }

  @Test
  void valuesFarAboveTheOthersAreNamedBelow() {
    double[] values = new double[100];
    Arrays.fill(values, 2);
    values[0] = 456;
    String html = new Figure("s", "Seconds", "s").line(series(values)).html();
    assertThat(html).contains("1 of the values lies above the upper edge", "the largest is 456.");
    assertThat(points(html, "polyline", "c0"))
        .allSatisfy(
            point -> assertThat(Double.parseDouble(point.split(",")[1])).isBetween(10.0, 254.0));
  }

  @Test
  void unusualValuesGiveAChart() {
    for (double[] values :
        new double[][] {{0}, {3}, {-1, -1}, {1e-9, 2e-9}, {1e12, 1}, {0, 0, 0}, {5, 5 + 1e-12}}) {
      String html = new Figure("a", "A", "a").marked(series(values)).html();
      assertThat(html)
          .as(Arrays.toString(values))
          .contains("<svg", "<circle")
          .doesNotContain("NaN", "Infinity");
      assertThat(html.split("<text").length).isBetween(4, 30);
    }
  }
}
