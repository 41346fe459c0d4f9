package io.github.charlstm.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds cells that follow a feature of the text, such as being inside quotation marks: for each
 * feature the cell whose activation has the highest absolute correlation with it (Karpathy, Johnson
 * and Li, "Visualizing and Understanding Recurrent Networks", 2015). With hundreds of cells and a
 * short text a high correlation can be chance.
 */
public final class InterpretableCells {
  private static final double LEAST_CORRELATION = 0.3;
  private static final int LEAST_OCCURRENCES = 10;
  private static final int LEAST_CELLS = 4;

  private final PredictionTrace trace;
  private final Set<Integer> taken = new HashSet<>();
  // of cell layer * units + unit
  private final double[] means;
  private final double[] deviations;

  /** A cell to show; layer and unit count from 0. */
  public record ShownCell(int layer, int unit, String reason) {
    public ShownCell {
      if (layer < 0 || unit < 0) {
        throw new IllegalArgumentException(
            "expected a layer and a unit from 0, found " + layer + " and " + unit);
      }
    }

    String name() {
      return "layer " + layer + ", unit " + unit;
    }
  }

  private InterpretableCells(PredictionTrace trace) {
    this.trace = trace;
    means = new double[trace.layers() * trace.units()];
    deviations = new double[means.length];
    for (int cell = 0; cell < means.length; cell++) {
      double sum = 0;
      double squares = 0;
      for (int k = 0; k < trace.length(); k++) {
        sum += value(cell, k);
        squares += value(cell, k) * value(cell, k);
      }
      means[cell] = sum / trace.length();
      deviations[cell] = deviation(squares / trace.length(), means[cell]);
    }
  }

  private static double deviation(double meanSquare, double mean) {
    return Math.sqrt(Math.max(0, meanSquare - mean * mean));
  }

  /** Chooses different cells, at least four if there are; {@code text} is empty for words. */
  public static List<ShownCell> of(PredictionTrace trace, int[] text) {
    InterpretableCells cells = new InterpretableCells(trace);
    List<ShownCell> found = new ArrayList<>();
    if (text.length == trace.length()) {
      Features.of(text).forEach((name, values) -> cells.best(values, name).ifPresent(found::add));
    }
    while (found.size() < Math.min(LEAST_CELLS, cells.means.length)) {
      found.add(cells.mostVarying());
    }
    return found;
  }

  private Optional<ShownCell> best(double[] feature, String name) {
    double mean = 0;
    double meanSquare = 0;
    for (double value : feature) {
      mean += value / feature.length;
      meanSquare += value * value / feature.length;
    }
    double deviation = deviation(meanSquare, mean);
    if (isRare(feature) || deviation < 1e-9) {
      return Optional.empty();
    }
    int best = -1;
    double highest = 0;
    for (int cell = 0; cell < means.length; cell++) {
      double r = taken.contains(cell) ? 0 : correlation(cell, feature, mean, deviation);
      if (Math.abs(r) > Math.abs(highest)) {
        best = cell;
        highest = r;
      }
    }
    return Math.abs(highest) < LEAST_CORRELATION
        ? Optional.empty()
        : Optional.of(take(best, String.format(Locale.ROOT, "%s, r = %+.2f", name, highest)));
  }

  // Whether a feature is nearly always, or nearly never, zero.
  private static boolean isRare(double[] feature) {
    long times = Arrays.stream(feature).filter(value -> value != 0).count();
    return Math.min(times, feature.length - times)
        < Math.min(LEAST_OCCURRENCES, feature.length / 10 + 1);
  }

  private double correlation(int cell, double[] feature, double mean, double deviation) {
    if (deviations[cell] < 1e-3) {
      return 0;
    }
    double sum = 0;
    for (int k = 0; k < feature.length; k++) {
      sum += (value(cell, k) - means[cell]) * (feature[k] - mean);
    }
    return sum / feature.length / (deviations[cell] * deviation);
  }

  private ShownCell mostVarying() {
    int best = -1;
    for (int cell = 0; cell < means.length; cell++) {
      if (!taken.contains(cell) && (best < 0 || deviations[cell] > deviations[best])) {
        best = cell;
      }
    }
    return take(
        best, String.format(Locale.ROOT, "varies most, standard deviation %.2f", deviations[best]));
  }

  private ShownCell take(int cell, String reason) {
    taken.add(cell);
    return new ShownCell(cell / trace.units(), cell % trace.units(), reason);
  }

  private double value(int cell, int position) {
    return trace.cell(cell / trace.units(), cell % trace.units(), position);
  }

  // Visible features of a text, as numbers.
  private static final class Features {
    private static final String VOWELS = "aeiouyAEIOUY\u0430\u0435\u0438\u043E\u0443\u044B\u044D";

    private int column;
    private int letters;
    private int sentence;
    private int brackets;
    private boolean isQuoted;

    // By name, the values after each character.
    static Map<String, double[]> of(int[] text) {
      Map<String, double[]> features = new LinkedHashMap<>();
      Features state = new Features();
      for (int k = 0; k < text.length; k++) {
        int position = k;
        state.read(text[k], k > 0 ? text[k - 1] : '\n');
        state
            .values(text[k])
            .forEach(
                (name, value) ->
                    features.computeIfAbsent(name, any -> new double[text.length])[position] =
                        value);
      }
      return features;
    }

    private Map<String, Double> values(int character) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("inside quotation marks", isQuoted ? 1.0 : 0);
      values.put("inside brackets", brackets > 0 ? 1.0 : 0);
      values.put("place in the line", (double) column);
      values.put("a new line", character == '\n' ? 1.0 : 0);
      values.put("place in the sentence", (double) sentence);
      values.put("place in the word", (double) letters);
      values.put("between words", Character.isLetter(character) ? 0 : 1.0);
      values.put("a capital letter", Character.isUpperCase(character) ? 1.0 : 0);
      values.put("a vowel", VOWELS.indexOf(character) >= 0 ? 1.0 : 0);
      values.put("a digit", Character.isDigit(character) ? 1.0 : 0);
      return values;
    }

    private void read(int character, int before) {
      column = character == '\n' ? 0 : column + 1;
      letters = Character.isLetter(character) ? letters + 1 : 0;
      sentence = ".!?".indexOf(character) >= 0 ? 0 : sentence + 1;
      switch (character) {
        case '(', '[', '{' -> brackets++;
        case ')', ']', '}' -> brackets = Math.max(0, brackets - 1);
        case '"' -> isQuoted = !isQuoted;
        case '\u201C', '\u00AB' -> isQuoted = true;
        case '\u201D', '\u00BB' -> isQuoted = false;
        default -> {
          if (character == '\n' && before == '\n') {
            isQuoted = false; // quotations and brackets end with their paragraph
            brackets = 0;
          }
        }
      }
    }
  }
}
