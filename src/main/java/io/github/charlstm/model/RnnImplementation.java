package io.github.charlstm.model;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.FusedLstm;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.Locale;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * How a training graph runs its cells over time. It is a choice of a run, not of a model: variables
 * and checkpoints are the same for all, and the numbers are equal except for rounding.
 */
public enum RnnImplementation {
  /**
   * {@link io.github.charlstm.rnn.FusedLstm}, the fastest; a model whose cells it does not cover is
   * run by {@link ModelSettings#loopOfOtherCells}.
   */
  FUSED,
  /**
   * As {@link #FUSED}, with matrix products in bfloat16, for processors that have instructions for
   * it; losses agree with float32's to about three digits.
   */
  FUSED_BFLOAT16,
  /** {@link io.github.charlstm.rnn.DynamicRnn}: a graph whose size does not grow with the steps. */
  DYNAMIC,
  /** {@link io.github.charlstm.rnn.StaticRnn}: one copy of the cells per step, as in the books. */
  UNROLLED;

  /** Outputs {@code [N, T, L]}, and the state after the last step. */
  record Outputs(Operand<TFloat32> outputs, RNNState<TFloat32> state) {}

  /** The loop of a model's graph; a graph without training is unrolled. */
  static RnnImplementation of(ModelSettings settings, Optional<TrainingOptions> options) {
    RnnImplementation chosen = options.map(TrainingOptions::loop).orElse(UNROLLED);
    if (chosen == FUSED_BFLOAT16 && !settings.hasPlainLstm()) {
      throw new IllegalArgumentException(
          "bfloat16 is for layers of plain LSTM cells, and this model has others; train it in"
              + " float32");
    }
    return chosen == FUSED && !settings.hasPlainLstm() ? settings.loopOfOtherCells() : chosen;
  }

  /**
   * Runs a cell over inputs {@code [N, T, depth]} in a scope of the root, with lanes if it is a
   * fused loop; T is known if the loop is unrolled.
   */
  Outputs run(
      Ops tf,
      VariableScope root,
      String scope,
      RNNCell cell,
      Operand<TFloat32> inputs,
      RNNState<TFloat32> initialState,
      int lanes) {
    return switch (this) {
      case FUSED, FUSED_BFLOAT16 -> {
        FusedLstm rnn =
            FusedLstm.builder(tf, root, cell, inputs)
                .initialState(initialState)
                .scope(scope)
                .bfloat16Products(this == FUSED_BFLOAT16)
                .lanes(lanes)
                .build();
        yield new Outputs(rnn.outputs(), rnn.state());
      }
      case DYNAMIC -> {
        DynamicRnn<TFloat32> rnn =
            DynamicRnn.builder(tf, root, cell, inputs)
                .initialState(initialState)
                .scope(scope)
                .build();
        yield new Outputs(rnn.outputs(), rnn.state());
      }
      case UNROLLED -> {
        var steps = // T times [N, depth]
            tf.unstack(inputs, inputs.shape().get(1), Unstack.axis(1L)).output();
        StaticRnn<TFloat32> rnn =
            StaticRnn.builder(tf, root, cell, steps)
                .initialState(initialState)
                .scope(scope)
                .build();
        yield new Outputs(TimeStack.of(tf, rnn.outputs()), rnn.state());
      }
    };
  }

  /** {@return whether it is a loop of {@link io.github.charlstm.rnn.FusedLstm}} */
  public boolean isFused() {
    return this == FUSED || this == FUSED_BFLOAT16;
  }

  /**
   * {@return why this machine cannot run it, a clause without a full stop; empty if it can} For
   * {@link #FUSED_BFLOAT16} the first call starts another process, which takes about two seconds.
   */
  public Optional<String> missing() {
    return this == FUSED_BFLOAT16 ? FusedLstm.missingForBfloat16() : Optional.empty();
  }

  /** {@return its name in lower case, with hyphens} */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
