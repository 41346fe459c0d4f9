package io.github.charlstm.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A handful of cells worth a look: for each trait of a text, such as being inside quotation marks,
 * the cell whose activation goes with it most (the correlation's absolute value), in the manner of
 * the cells shown by Karpathy, Johnson and Li, "Visualizing and Understanding Recurrent Networks"
 * (2015). With some hundred cells and a short text a high value can be chance.
 */
public final class InterpretableCells {
  private static final double LEAST_CORRELATION = 0.3;
  private static final int LEAST_TIMES = 10;
  private static final int LEAST_CELLS = 4;

  private final PredictionTrace reading;
  private final Set<Integer> taken = new HashSet<>();
  private final List<ShownCell> found = new ArrayList<>();
  // of each cell: layer * units + unit
  private final double[] means;
  private final double[] deviations;

  private InterpretableCells(PredictionTrace reading) {
    this.reading = reading;
    means = new double[reading.layers() * reading.units()];
    deviations = new double[means.length];
    for (int cell = 0; cell < means.length; cell++) {
      double sum = 0;
      double squares = 0;
      for (int k = 0; k < reading.length(); k++) {
        double value = value(cell, k);
        sum += value;
        squares += value * value;
      }
      means[cell] = sum / reading.length();
      deviations[cell] =
          Math.sqrt(Math.max(0, squares / reading.length() - means[cell] * means[cell]));
    }
  }

  /**
   * Chooses cells.
   *
   * @param reading that has cells
   * @param text the code points that were read; empty where its symbols are no characters
   * @return no cell twice; at least four where the model has so many
   */
  public static List<ShownCell> of(PredictionTrace reading, int[] text) {
    InterpretableCells cells = new InterpretableCells(reading);
    if (text.length == reading.length()) {
      Map<String, double[]> traits = CharacterFeatures.of(text);
      traits.forEach((name, values) -> cells.best(values, name).ifPresent(cells.found::add));
    }
    while (cells.found.size() < Math.min(LEAST_CELLS, cells.means.length)) {
      cells.found.add(cells.liveliest());
    }
    return List.copyOf(cells.found);
  }

  private Optional<ShownCell> best(double[] trait, String name) {
    double mean = 0;
    double squares = 0;
    for (double value : trait) {
      mean += value / trait.length;
      squares += value * value / trait.length;
    }
    double deviation = Math.sqrt(Math.max(0, squares - mean * mean));
    if (isRare(trait) || deviation < 1e-9) {
      return Optional.empty();
    }
    int best = -1;
    double highest = 0;
    for (int cell = 0; cell < means.length; cell++) {
      double r = taken.contains(cell) ? 0 : correlation(cell, trait, mean, deviation);
      if (Math.abs(r) > Math.abs(highest)) {
        best = cell;
        highest = r;
      }
    }
    if (Math.abs(highest) < LEAST_CORRELATION) {
      return Optional.empty();
    }
    return Optional.of(shown(best, String.format(Locale.ROOT, "%s, r = %+.2f", name, highest)));
  }

  private static boolean isRare(double[] trait) {
    int times = 0;
    for (double value : trait) {
      times += value != 0 ? 1 : 0;
    }
    return Math.min(times, trait.length - times) < Math.min(LEAST_TIMES, trait.length / 10 + 1);
  }

  private double correlation(int cell, double[] trait, double mean, double deviation) {
    if (deviations[cell] < 1e-3) {
      return 0;
    }
    double sum = 0;
    for (int k = 0; k < trait.length; k++) {
      sum += (value(cell, k) - means[cell]) * (trait[k] - mean);
    }
    return sum / trait.length / (deviations[cell] * deviation);
  }

  private ShownCell liveliest() {
    int best = -1;
    for (int cell = 0; cell < means.length; cell++) {
      if (!taken.contains(cell) && (best < 0 || deviations[cell] > deviations[best])) {
        best = cell;
      }
    }
    return shown(best, String.format(Locale.ROOT, "moves most, deviation %.2f", deviations[best]));
  }

  private ShownCell shown(int cell, String reason) {
    taken.add(cell);
    return new ShownCell(cell / reading.units(), cell % reading.units(), reason);
  }

  private double value(int cell, int position) {
    return reading.cell(cell / reading.units(), cell % reading.units(), position);
  }
}
