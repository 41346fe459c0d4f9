package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void medianIsTheMiddleOfTheSortedValues() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4.0);
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(10.0, 1.0, 2.0, 4.0))).isEqualTo(3.0);
  }

  // numpy.quantile([1, 2, 4, 8, 16, 32], [0.25, 0.75]) gives 2.5 and 14
  @Test
  void quartilesAreThoseOfNumPy() {
    List<Double> values = List.of(32.0, 16.0, 8.0, 4.0, 2.0, 1.0);
    assertThat(Statistics.quantile(values, 0.25)).isCloseTo(2.5, within(1e-12));
    assertThat(Statistics.quantile(values, 0.75)).isCloseTo(14.0, within(1e-12));
  }

  @Test
  void quantilesEndAtTheLeastAndTheLargest() {
    List<Double> values = List.of(3.0, 1.0, 2.0);
    assertThat(Statistics.quantile(values, 0)).isEqualTo(1.0);
    assertThat(Statistics.quantile(values, 1)).isEqualTo(3.0);
  }

  @Test
  void noValuesHaveNoMedian() {
    assertThatThrownBy(() -> Statistics.median(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no values");
  }

  @Test
  void ratioIsOfMediansAndItsQuartilesAreByRound() {
    // by round 1/2, 2/2, 4/2, 5/2 (medians of the rounds)
    var ours = List.of(List.of(1.0, 1.0, 9.0), List.of(2.0), List.of(4.0, 4.0), List.of(5.0, 5.0));
    var theirs = List.of(List.of(2.0), List.of(2.0), List.of(2.0), List.of(2.0));
    Statistics.Ratio ratio = Statistics.ratio(ours, theirs);
    assertThat(ratio.ofMedians()).isEqualTo(4.0 / 2);
    assertThat(ratio.low()).isCloseTo(0.875, within(1e-12));
    assertThat(ratio.high()).isCloseTo(2.125, within(1e-12));
  }

  @Test
  void roundsThatSlowBothDownDoNotChangeTheRatioByRound() {
    var ours = List.of(List.of(1.0), List.of(10.0), List.of(2.0));
    var theirs = List.of(List.of(2.0), List.of(20.0), List.of(4.0));
    Statistics.Ratio ratio = Statistics.ratio(ours, theirs);
    assertThat(ratio.low()).isEqualTo(0.5);
    assertThat(ratio.high()).isEqualTo(0.5);
  }

  @Test
  void roundsThatOnlyOneHasAreLeftOutOfTheQuartiles() {
    var ours = List.of(List.of(1.0), List.of(100.0));
    var theirs = List.of(List.of(2.0));
    assertThat(Statistics.ratio(ours, theirs).high()).isEqualTo(0.5);
  }
}
