package io.github.charlstm.model;

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

  @Override
  void close();
}
