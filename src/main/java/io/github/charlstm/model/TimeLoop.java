package io.github.charlstm.model;

import java.util.Locale;
import java.util.Optional;

/**
 * How a training graph runs its cells over time. The numbers are the same but for rounding, the
 * variables and checkpoints are the same: a choice of a run, not of a model.
 */
public enum TimeLoop {
  /**
   * {@link io.github.charlstm.rnn.FusedLstm}, the fastest; a model whose cells it does not cover is
   * {@link #UNROLLED}.
   */
  FUSED,

  /** {@link io.github.charlstm.rnn.DynamicRnn}: a graph whose size does not grow with the steps. */
  DYNAMIC,

  /** {@link io.github.charlstm.rnn.StaticRnn}: one copy of the cells a step, as the books do. */
  UNROLLED;

  /** The loop of a model's graph; one without training is unrolled. */
  static TimeLoop of(ModelSettings settings, Optional<TrainingOptions> options) {
    TimeLoop chosen = options.map(TrainingOptions::loop).orElse(UNROLLED);
    return chosen == FUSED && !settings.hasPlainLstm() ? UNROLLED : chosen;
  }

  /** In lower case, as flags spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
