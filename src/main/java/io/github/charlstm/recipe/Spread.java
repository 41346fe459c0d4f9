package io.github.charlstm.recipe;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;

/** The values of several seeds; NaN without a value. */
record Spread(double mean, double lowest, double highest) {
  static Spread of(double... values) {
    DoubleSummaryStatistics statistics = Arrays.stream(values).summaryStatistics();
    return values.length == 0
        ? new Spread(Double.NaN, Double.NaN, Double.NaN)
        : new Spread(statistics.getAverage(), statistics.getMin(), statistics.getMax());
  }

  double width() {
    return highest - lowest;
  }
}
