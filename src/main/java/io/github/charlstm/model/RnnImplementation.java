package io.github.charlstm.model;

import io.github.charlstm.rnn.FusedLstm;
import java.util.Locale;
import java.util.Optional;

/**
 * How a training graph runs its cells over time. The numbers are the same but for rounding, the
 * variables and checkpoints are the same: a choice of a run, not of a model.
 */
public enum RnnImplementation {
  /**
   * {@link io.github.charlstm.rnn.FusedLstm}, the fastest; a model whose cells it does not cover is
   * {@link #UNROLLED}.
   */
  FUSED,

  /**
   * As {@link #FUSED}, with products in bfloat16, for processors that have instructions for it;
   * losses agree with float32's in about three digits.
   */
  FUSED_BFLOAT16,

  /** {@link io.github.charlstm.rnn.DynamicRnn}: a graph whose size does not grow with the steps. */
  DYNAMIC,

  /** {@link io.github.charlstm.rnn.StaticRnn}: one copy of the cells a step, as the books do. */
  UNROLLED;

  /** The loop of a model's graph; one without training is unrolled. */
  static RnnImplementation of(ModelSettings settings, Optional<TrainingOptions> options) {
    RnnImplementation chosen = options.map(TrainingOptions::loop).orElse(UNROLLED);
    if (chosen == FUSED_BFLOAT16 && !settings.hasPlainLstm()) {
      throw new IllegalArgumentException(
          "bfloat16 is for layers of plain LSTM cells, and this model has others; train it in"
              + " float32");
    }
    return chosen == FUSED && !settings.hasPlainLstm() ? UNROLLED : chosen;
  }

  /** {@return whether it is a loop of {@link io.github.charlstm.rnn.FusedLstm}} */
  public boolean isFused() {
    return this == FUSED || this == FUSED_BFLOAT16;
  }

  /**
   * Why this machine cannot run it. Of a loop in bfloat16 the first call takes about two seconds,
   * for which another process is started.
   *
   * @return a clause without a full stop; empty if it can
   */
  public Optional<String> missing() {
    return this == FUSED_BFLOAT16 ? FusedLstm.missingForBfloat16() : Optional.empty();
  }

  /** {@return its name in lower case, with hyphens} */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
