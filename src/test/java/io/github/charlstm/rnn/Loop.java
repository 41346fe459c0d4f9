package io.github.charlstm.rnn;

import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TIntegral;

/** The five loops over the same inputs. */
enum Loop {
  DYNAMIC_RNN,
  STATIC_RNN,
  BIDIRECTIONAL_DYNAMIC_RNN,
  STATIC_BIDIRECTIONAL_RNN,
  RNN_DECODER;

  boolean unrolled() {
    return this == STATIC_RNN || this == STATIC_BIDIRECTIONAL_RNN || this == RNN_DECODER;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  List<Operand<TFloat32>> build(
      Ops tf,
      VariableScope scope,
      RNNCell cell,
      List<? extends Operand<TFloat32>> steps,
      Optional<RNNState<TFloat32>> state,
      Optional<? extends Operand<? extends TIntegral>> lengths) {
    switch (this) {
      case DYNAMIC_RNN -> {
        DynamicRnn.Builder<TFloat32> builder = DynamicRnn.builder(tf, scope, cell, steps.get(0));
        state.ifPresent(builder::initialState);
        lengths.ifPresent(builder::sequenceLength);
        return List.of(builder.build().outputs());
      }
      case STATIC_RNN -> {
        StaticRnn.Builder<TFloat32> builder = StaticRnn.builder(tf, scope, cell, steps);
        state.ifPresent(builder::initialState);
        lengths.ifPresent(builder::sequenceLength);
        return builder.build().outputs();
      }
      case BIDIRECTIONAL_DYNAMIC_RNN -> {
        BidirectionalDynamicRnn.Builder<TFloat32> builder =
            BidirectionalDynamicRnn.builder(tf, scope, new GRUCell(4), cell, steps.get(0));
        state.ifPresent(builder::initialStateBackward);
        lengths.ifPresent(builder::sequenceLength);
        return List.of(builder.build().outputsBackward());
      }
      case STATIC_BIDIRECTIONAL_RNN -> {
        StaticBidirectionalRnn.Builder<TFloat32> builder =
            StaticBidirectionalRnn.builder(tf, scope, new GRUCell(4), cell, steps);
        state.ifPresent(builder::initialStateBackward);
        lengths.ifPresent(builder::sequenceLength);
        return builder.build().outputs();
      }
      default -> {
        RNNState<TFloat32> start = state.orElseGet(() -> cell.zeroState(tf, 2));
        return RnnDecoder.of(tf, scope, steps, start, cell, Optional.empty()).outputs();
      }
    }
  }
}
