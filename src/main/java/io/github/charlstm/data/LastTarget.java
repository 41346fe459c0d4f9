package io.github.charlstm.data;

/** What the last step of a window is to predict. */
public enum LastTarget {
  /**
   * The window's own first input: {@code y[:, -1] = x[:, 0]}, as Deep Learning by Example has it.
   */
  FIRST_INPUT,
  /**
   * The character that follows in the text, at its end the first: {@code y = roll(x, -1)} of the
   * whole text, as char-rnn-tensorflow has it.
   */
  NEXT_CHARACTER
}
