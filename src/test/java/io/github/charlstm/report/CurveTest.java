package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {

  private static double[] steps(int count) {
    return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
  }

  @Test
  void aLongLineIsDrawnAsMeansOverABand() {
    double[] values = IntStream.range(0, 1000).mapToDouble(k -> 5 - 0.004 * k + k % 2).toArray();
    String html = new Curve("loss", "Loss", "nats").line("a", steps(1000), values).html();
    assertThat(html).contains("<polygon class=\"band c0\"", "mean and range of 4 steps");
    String points =
        html.replaceAll("(?s).*<polyline class=\"line c0\" points=\"([^\"]*)\".*", "$1");
    assertThat(points.strip().split(" ")).hasSize(250);
  }

  @Test
  void aFewValuesFarAboveAreNamedBelow() {
    double[] values = new double[100];
    Arrays.fill(values, 2);
    values[0] = 456;
    String html = new Curve("s", "Seconds", "s").line("a", steps(100), values).html();
    assertThat(html).contains("1 of the values lies above the upper edge", "the largest is 456.");
  }

  @Test
  void oddValuesGiveAPictureAllTheSame() {
    for (double[] values :
        new double[][] {{0}, {3}, {-1, -1}, {1e-9, 2e-9}, {1e12, 1}, {0, 0, 0}, {5, 5 + 1e-12}}) {
      String html = new Curve("a", "A", "a").marked("a", steps(values.length), values).html();
      assertThat(html)
          .as(Arrays.toString(values))
          .contains("<svg", "<circle")
          .doesNotContain("NaN", "Infinity");
      assertThat(html.split("<text").length).isBetween(4, 30);
    }
    assertThat(new Curve("a", "A", "a").line("a", new double[0], new double[0]).html()).isEmpty();
  }
}
