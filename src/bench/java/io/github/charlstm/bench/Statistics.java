package io.github.charlstm.bench;

import java.util.ArrayList;
import java.util.List;

/** Statistics of measured times. */
final class Statistics {
  private Statistics() {}

  /** The middle value, or the mean of the two in the middle. */
  static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  /**
   * The quantile, by linear interpolation as {@code numpy.quantile}.
   *
   * @param share from 0 to 1
   * @throws IllegalArgumentException without values
   */
  static double quantile(List<Double> values, double share) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there are no values to take a quantile of");
    }
    List<Double> sorted = values.stream().sorted().toList();
    double place = share * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.size() - 1);
    double rest = place - below;
    return sorted.get(below) * (1 - rest) + sorted.get(above) * rest;
  }

  /**
   * How one contender's times compare with another's.
   *
   * @param ofMedians the median of all its times over the median of all of the other's
   * @param low first quartile of the ratios by round
   * @param high third quartile of the ratios by round
   */
  record Ratio(double ofMedians, double low, double high) {}

  /**
   * Compares times by round. Both have done every round one after the other, so what slows a
   * machine down for a while is in both halves of a round's ratio.
   *
   * @param times of one, by round
   * @param others of the other, by round; rounds that only one has are left out of the quartiles
   */
  static Ratio ratio(List<List<Double>> times, List<List<Double>> others) {
    List<Double> byRound = new ArrayList<>();
    for (int round = 0; round < Math.min(times.size(), others.size()); round++) {
      byRound.add(median(times.get(round)) / median(others.get(round)));
    }
    return new Ratio(
        median(all(times)) / median(all(others)), quantile(byRound, 0.25), quantile(byRound, 0.75));
  }

  /** The times of all rounds. */
  static List<Double> all(List<List<Double>> rounds) {
    return rounds.stream().flatMap(List::stream).toList();
  }
}
