package io.github.charlstm.sample;

import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A model whose predictions are random numbers that depend on all symbols read. It counts what it
 * reads, and which of its saved states are open.
 */
final class Chain implements NextSymbolModel {
  private final int symbols;
  private final long seed;
  private final boolean savesStates;
  private final Set<Object> open = new HashSet<>();
  private long state;
  private int reads;

  Chain(int symbols, long seed, boolean savesStates) {
    this.symbols = symbols;
    this.seed = seed;
    this.savesStates = savesStates;
    resetState();
  }

  @Override
  public void resetState() {
    state = seed;
  }

  @Override
  public float[] predictNext(int symbol) {
    reads++;
    state = after(state, symbol);
    return probabilities(state);
  }

  private static long after(long state, int symbol) {
    return new Random(31 * state + symbol).nextLong();
  }

  private float[] probabilities(long at) {
    Random random = new Random(at);
    float[] row = new float[symbols];
    float sum = 0;
    for (int k = 0; k < symbols; k++) {
      row[k] = (float) Math.pow(random.nextDouble(), 3);
      sum += row[k];
    }
    for (int k = 0; k < symbols; k++) {
      row[k] /= sum;
    }
    return row;
  }

  @Override
  public Optional<SavedState> saveState() {
    if (!savesStates) {
      return Optional.empty();
    }
    long saved = state;
    SavedState kept =
        new SavedState() {
          @Override
          public void restore() {
            state = saved;
          }

          @Override
          public void close() {
            open.remove(this);
          }
        };
    open.add(kept);
    return Optional.of(kept);
  }

  /** The probability of each symbol after a whole text. */
  float[] after(int... text) {
    long at = seed;
    for (int symbol : text) {
      at = after(at, symbol);
    }
    return probabilities(at);
  }

  int openStates() {
    return open.size();
  }

  int reads() {
    return reads;
  }

  @Override
  public void close() {}
}
