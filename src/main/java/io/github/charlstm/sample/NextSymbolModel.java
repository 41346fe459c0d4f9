package io.github.charlstm.sample;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that reads a text symbol by symbol and predicts the next one. It has one state, so it is
 * for one thread at a time: the models of this program reject a second one with {@link
 * java.util.ConcurrentModificationException}.
 */
public interface NextSymbolModel extends AutoCloseable {
  /**
   * {@return the use of this model by one text} {@link TextGenerator} keeps other threads out until
   * its text is complete; models that any thread may call at any time need not implement it.
   */
  default ExclusiveUse exclusive() {
    return new ExclusiveUse("");
  }

  /** Sets the state back to zeros, as before the first symbol. */
  void resetState();

  /**
   * {@return the present state, to go back to} It is closed before the model. Empty if the model
   * cannot keep more than one state: then the text is read again to go back.
   */
  default Optional<SavedState> saveState() {
    return Optional.empty();
  }

  /** A state of a model. */
  interface SavedState extends AutoCloseable {
    /** Makes it the model's state again, as often as one likes. */
    void restore();

    @Override
    void close();
  }

  /** {@return for each symbol the probability that it is the next after this one} */
  float[] predictNext(int symbol);

  /** {@return whether {@link #generate} follows a policy; else {@link #predictNext} is called} */
  default boolean generates(NextSymbolPolicy policy) {
    return false;
  }

  /**
   * Reads a symbol, chooses the next, reads that one, and so on, in one call: the same as {@link
   * #predictNext} and {@link NextSymbolPolicy#next} in turn, except for the rounding of the
   * probabilities. The last symbol that is chosen is not read: the next call begins with it.
   *
   * @param policy one that the model {@link #generates}
   * @param stop symbol after which to stop, if it is chosen
   * @param uniforms a random number in [0, 1) for each symbol to choose, at least one; only their
   *     count matters if the policy does not {@link NextSymbolPolicy#draws draw}
   */
  default GeneratedSymbols generate(
      int symbol, NextSymbolPolicy policy, OptionalInt stop, double[] uniforms) {
    throw new UnsupportedOperationException(
        "this model cannot choose symbols by " + policy + "; call predictNext for each symbol");
  }

  /**
   * The symbols that {@link #generate} chose, and probabilities that are not finite, from which no
   * further symbol could be chosen; empty if there were none.
   */
  record GeneratedSymbols(int[] symbols, float[] invalid) {}

  @Override
  void close();
}
