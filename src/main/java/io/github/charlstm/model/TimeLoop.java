package io.github.charlstm.model;

import java.util.Locale;

/**
 * How a training graph runs its cells over time. The numbers are the same but for rounding, the
 * variables and checkpoints are the same: a choice of a run, not of a model.
 */
public enum TimeLoop {
  /**
   * {@link io.github.charlstm.rnn.FusedLstm}, the fastest; where it does not cover the cells, it is
   * {@link #DYNAMIC}.
   */
  FUSED,

  /** {@link io.github.charlstm.rnn.DynamicRnn}: a graph whose size does not grow with the steps. */
  DYNAMIC,

  /** {@link io.github.charlstm.rnn.StaticRnn}: one copy of the cells a step, as the books do. */
  UNROLLED;

  /** In lower case, as flags spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
