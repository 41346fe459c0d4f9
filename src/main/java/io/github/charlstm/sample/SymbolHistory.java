package io.github.charlstm.sample;

import java.util.Arrays;
import java.util.Objects;

/** The symbols of a text so far, the first one at position 0; it grows as the text does. */
public final class SymbolHistory {
  private int[] symbols;
  private int size;

  private SymbolHistory(int[] symbols) {
    this.symbols = symbols;
    size = symbols.length;
  }

  /** {@return a text of these symbols} */
  public static SymbolHistory of(int... symbols) {
    return new SymbolHistory(symbols.clone());
  }

  /** {@return the number of symbols} */
  public int size() {
    return size;
  }

  /** {@return the symbol at a position} */
  public int get(int position) {
    return symbols[Objects.checkIndex(position, size)];
  }

  void add(int symbol) {
    if (size == symbols.length) {
      symbols = Arrays.copyOf(symbols, Math.max(16, 2 * size));
    }
    symbols[size++] = symbol;
  }

  /** Keeps the first symbols only. */
  void cut(int length) {
    size = Objects.checkIndex(length, size + 1);
  }

  int[] toArray() {
    return Arrays.copyOf(symbols, size);
  }
}
