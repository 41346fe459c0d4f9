package io.github.charlstm.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How the next symbol is chosen from the probabilities, in words that a graph can follow: first the
 * temperatures reshape them, one after the other, then one symbol is picked. {@link
 * NextSymbolModel#write} takes one.
 *
 * <p>A temperature t makes {@code p_i^(1/t)} of {@code p_i}, scaled to sum to one. Then the
 * likeliest symbol is picked, of equals the first; or one is drawn: of the weights' running sum,
 * the first place above {@code point * total}. Among equals at the edge of the likeliest n, the
 * symbols with the higher numbers stay in the draw.
 *
 * @param temperatures each above zero and finite; may be empty
 * @param pick whether a symbol is drawn
 * @param candidates how many of the likeliest stay in the draw, at least 1; more than there are
 *     means all
 */
public record SamplingParams(List<Double> temperatures, Pick pick, int candidates) {

  /** What picks the symbol in the end. */
  public enum Pick {
    /** The likeliest symbol. */
    LIKELIEST,
    /** A draw, each symbol with a chance in proportion to its probability. */
    DRAWN
  }

  /**
   * Copies the temperatures and checks the numbers.
   *
   * @param temperatures each above zero and finite
   * @param pick the likeliest or a draw
   * @param candidates at least 1
   * @throws IllegalArgumentException if a number is out of its range
   */
  public SamplingParams {
    temperatures = List.copyOf(temperatures);
    for (double temperature : temperatures) {
      if (!(temperature > 0 && temperature <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "expected a finite temperature above 0, found " + temperature);
      }
    }
    if (candidates < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 candidate for the draw, found " + candidates);
    }
  }

  /** {@return the rule that always picks the likeliest} */
  public static SamplingParams likeliest() {
    return new SamplingParams(List.of(), Pick.LIKELIEST, Integer.MAX_VALUE);
  }

  /**
   * {@return the rule that draws among the likeliest}
   *
   * @param candidates at least 1; more than there are means all
   */
  public static SamplingParams drawnAmong(int candidates) {
    return new SamplingParams(List.of(), Pick.DRAWN, candidates);
  }

  /**
   * {@return this rule with one more temperature, which reshapes the probabilities first}
   *
   * @param temperature above zero and finite
   * @throws IllegalArgumentException if it is not
   */
  public SamplingParams afterTemperature(double temperature) {
    List<Double> all = new ArrayList<>(List.of(temperature));
    all.addAll(temperatures);
    return new SamplingParams(all, pick, candidates);
  }

  /** {@return whether it needs a random number for each symbol} */
  public boolean draws() {
    return pick == Pick.DRAWN;
  }
}
