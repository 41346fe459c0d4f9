package io.github.charlstm.model;

import java.util.Objects;

/**
 * What {@link NextSymbolModel#write} gives.
 *
 * @param symbols that were chosen, in order; the one that it stopped at is the last
 * @param refused probabilities that no symbol could be chosen from, because they are not finite;
 *     empty if all went well
 */
public record GeneratedSymbols(int[] symbols, float[] refused) {
  /**
   * Refuses null.
   *
   * @param symbols that were chosen, in order
   * @param refused empty if all went well
   */
  public GeneratedSymbols {
    Objects.requireNonNull(symbols, "symbols");
    Objects.requireNonNull(refused, "refused");
  }
}
