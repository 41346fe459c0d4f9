package io.github.charlstm.model;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.FusedLstm;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * A cell over the steps of a window, by the loop that the run has chosen.
 *
 * @param outputs {@code [N, T, L]}
 * @param state after the last step
 */
record TimeSteps(Operand<TFloat32> outputs, RNNState state) {

  /**
   * @param scope of the variables and the operations, at the graph's root
   * @param inputs {@code [N, T, depth]}
   * @param initial before the first step
   */
  static TimeSteps of(
      ModelGraph graph, String scope, RNNCell cell, Operand<TFloat32> inputs, RNNState initial) {
    return switch (graph.loop) {
      case FUSED, FUSED_BFLOAT16 -> {
        FusedLstm rnn =
            FusedLstm.builder(graph.tf, graph.variables.rootScope(), cell, inputs)
                .initialState(initial)
                .scope(scope)
                .bfloat16Products(graph.loop == RnnImplementation.FUSED_BFLOAT16)
                .lanes(graph.lanes)
                .build();
        yield new TimeSteps(rnn.outputs(), rnn.state());
      }
      case DYNAMIC -> {
        DynamicRnn rnn =
            DynamicRnn.builder(graph.tf, graph.variables.rootScope(), cell, inputs)
                .initialState(initial)
                .scope(scope)
                .build();
        yield new TimeSteps(rnn.outputs(), rnn.state());
      }
      case UNROLLED -> {
        var steps = // T times [N, depth]
            graph.tf.unstack(inputs, (long) graph.numSteps, Unstack.axis(1L)).output();
        StaticRnn rnn =
            StaticRnn.builder(graph.tf, graph.variables.rootScope(), cell, steps)
                .initialState(initial)
                .scope(scope)
                .build();
        yield new TimeSteps(TimeStack.of(graph.tf, rnn.outputs()), rnn.state());
      }
    };
  }
}
