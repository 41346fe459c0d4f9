package io.github.charlstm.model;

import java.util.OptionalInt;

/**
 * A model that reads a text symbol by symbol and says after each what may come next. Not for use by
 * several threads at once.
 */
public interface NextSymbolModel extends AutoCloseable {
  /** Forgets what it has read. */
  void resetState();

  /**
   * Reads one symbol.
   *
   * @param symbol its number in the vocabulary
   * @return probability of each symbol of the vocabulary coming next; they add up to 1
   */
  float[] predictNext(int symbol);

  /** {@return whether it has {@link #write}} A model that has not is read symbol by symbol. */
  default boolean writes() {
    return false;
  }

  /**
   * Reads a symbol, chooses the next, reads that one, and so on, in one call: what {@link
   * #predictNext} and a choice do in turn, but for the rounding of the probabilities. The symbol
   * chosen last is not read yet: it is what the next call begins with.
   *
   * @param symbol its number in the vocabulary
   * @param rule chooses
   * @param stop the symbol to stop at
   * @param points a number from 0 to below 1 for each symbol to write, at least one; a rule that
   *     does not draw needs their number only
   * @return the symbols that were chosen, or the probabilities that none could be chosen from
   * @throws UnsupportedOperationException unless the model {@link #writes}
   */
  default GeneratedSymbols write(
      int symbol, SamplingParams rule, OptionalInt stop, double[] points) {
    throw new UnsupportedOperationException(
        "this model does not choose symbols by itself; read it symbol by symbol");
  }

  @Override
  void close();
}
