package io.github.charlstm.sample;

import io.github.charlstm.sample.NextSymbolModel.SavedState;
import java.util.Optional;

/**
 * A text that a model has read, from which it can go on in several ways: {@link #next} goes back to
 * here first if the model has read something else since. A model that cannot keep its state reads
 * the text again for that.
 */
final class ReadText implements AutoCloseable {
  private final Shared shared;
  private final ReadText before; // null at the start
  private final int[] symbols; // since the text before
  private final int size;
  private Optional<SavedState> state;
  private float[] probabilities; // null once closed: texts after it refer to it

  /** The model, and the text that it has read now. */
  private static final class Shared {
    private final NextSymbolModel model;
    private ReadText current;

    Shared(NextSymbolModel model) {
      this.model = model;
    }
  }

  private ReadText(Shared shared, ReadText before, int[] symbols) {
    this.shared = shared;
    this.before = before;
    this.symbols = symbols;
    size = symbols.length + (before == null ? 0 : before.size);
    float[] next = new float[0];
    for (int symbol : symbols) {
      next = shared.model.predictNext(symbol);
    }
    probabilities = next;
    state = shared.model.saveState();
    shared.current = this;
  }

  /** Reads a text from a state of zeros. */
  static ReadText of(NextSymbolModel model, int... symbols) {
    model.resetState();
    return new ReadText(new Shared(model), null, symbols);
  }

  /** The text with more symbols, at least one. */
  ReadText next(int... more) {
    if (shared.current != this) {
      shared.current = null; // if it fails, the model's state is neither's
      if (state.isPresent()) {
        state.get().restore();
      } else {
        shared.model.resetState();
        for (int symbol : toArray()) {
          shared.model.predictNext(symbol);
        }
      }
    }
    shared.current = null;
    return new ReadText(shared, this, more);
  }

  /** For each symbol the probability that it is next, until this is closed. */
  float[] probabilities() {
    if (probabilities == null) {
      throw new IllegalStateException("the text is closed");
    }
    return probabilities;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    int[] all = new int[size];
    for (ReadText part = this; part != null; part = part.before) {
      System.arraycopy(part.symbols, 0, all, part.size - part.symbols.length, part.symbols.length);
    }
    return all;
  }

  /** Gives up state and probabilities; {@link #next} then reads the text again. */
  @Override
  public void close() {
    state.ifPresent(SavedState::close);
    state = Optional.empty();
    probabilities = null;
  }
}
