package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TupleState;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.BidirectionalDynamicRnn;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.RnnDecoder;
import io.github.charlstm.rnn.StackBidirectionalDynamicRnn;
import io.github.charlstm.rnn.StaticBidirectionalRnn;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A loop of a golden file, built in Java. Batch and, in dynamic loops, steps are unknown to the
 * graph.
 *
 * @param inputs placeholder
 * @param initialState placeholders; empty for zero states
 * @param outputs joined as the golden files join them
 */
record LoopGraph(
    Operand<TFloat32> inputs,
    List<Operand<TFloat32>> initialState,
    Operand<TFloat32> outputs,
    List<Operand<TFloat32>> finalState) {

  /** Builds one loop; the kind may differ from the one the file names. */
  static final class Builder {
    private final Ops tf;
    private final VariableScope scope;
    private final JsonNode loop;
    private final Shape inputsShape;
    private final boolean zeroState;
    private final RNNCell cell;
    private final Optional<RNNCell> backward;
    private final SpecCells cells;
    private final JsonNode spec;
    private final List<Operand<TFloat32>> initialState = new ArrayList<>();

    Builder(
        Ops tf,
        VariableScope scope,
        SpecCells cells,
        JsonNode cell,
        JsonNode loop,
        Shape inputsShape,
        boolean zeroState) {
      this.tf = tf;
      this.scope = scope;
      this.loop = loop;
      this.inputsShape = inputsShape;
      this.zeroState = zeroState;
      this.cells = cells;
      this.spec = cell;
      this.cell = cells.cell(cell);
      this.backward =
          loop.has("cell_bw") ? Optional.of(cells.cell(loop.get("cell_bw"))) : Optional.empty();
    }

    LoopGraph build(String kind) {
      return switch (kind) {
        case "dynamic_rnn" -> dynamic();
        case "static_rnn" -> unrolled();
        case "bidirectional_dynamic_rnn" -> bidirectionalDynamic();
        case "stack_bidirectional_dynamic_rnn" -> stackBidirectional();
        case "static_bidirectional_rnn" -> bidirectionalUnrolled();
        case "rnn_decoder" -> decoder();
        default -> throw new AssertionError("unknown loop " + kind);
      };
    }

    private boolean timeMajor() {
      return loop.path("time_major").asBoolean(false);
    }

    private LoopGraph dynamic() {
      Operand<TFloat32> inputs = placeholder(Shape.of(-1, -1, inputsShape.get(2)));
      DynamicRnn.Builder<TFloat32> builder =
          DynamicRnn.builder(tf, scope, cell, inputs).timeMajor(timeMajor());
      lengths(builder::sequenceLength);
      given(cell, builder::initialState);
      scopeName(builder::scope);
      DynamicRnn<TFloat32> rnn = builder.build();
      return new LoopGraph(inputs, initialState, rnn.outputs(), rnn.state().flatten());
    }

    private LoopGraph unrolled() {
      Operand<TFloat32> inputs = placeholder(unrolledShape());
      StaticRnn.Builder<TFloat32> builder = StaticRnn.builder(tf, scope, cell, steps(inputs));
      lengths(builder::sequenceLength);
      given(cell, builder::initialState);
      scopeName(builder::scope);
      StaticRnn<TFloat32> rnn = builder.build();
      return new LoopGraph(inputs, initialState, joined(rnn.outputs()), rnn.state().flatten());
    }

    private LoopGraph bidirectionalDynamic() {
      Operand<TFloat32> inputs = placeholder(Shape.of(-1, -1, inputsShape.get(2)));
      BidirectionalDynamicRnn.Builder<TFloat32> builder =
          BidirectionalDynamicRnn.builder(tf, scope, cell, backward.orElseThrow(), inputs)
              .timeMajor(timeMajor());
      lengths(builder::sequenceLength);
      given(cell, builder::initialStateForward);
      given(backward.orElseThrow(), builder::initialStateBackward);
      scopeName(builder::scope);
      BidirectionalDynamicRnn<TFloat32> rnn = builder.build();
      return new LoopGraph(
          inputs, initialState, rnn.joined(tf), both(rnn.stateForward(), rnn.stateBackward()));
    }

    private LoopGraph stackBidirectional() {
      Operand<TFloat32> inputs = placeholder(Shape.of(-1, -1, inputsShape.get(2)));
      List<RNNCell> forward = layers(spec);
      List<RNNCell> backward = layers(loop.get("cell_bw"));
      StackBidirectionalDynamicRnn.Builder<TFloat32> builder =
          StackBidirectionalDynamicRnn.builder(tf, scope, forward, backward, inputs)
              .timeMajor(timeMajor());
      lengths(builder::sequenceLength);
      if (!zeroState) {
        builder.initialStatesForward(givenStates(forward));
        builder.initialStatesBackward(givenStates(backward));
      }
      scopeName(builder::scope);
      StackBidirectionalDynamicRnn<TFloat32> rnn = builder.build();
      return new LoopGraph(
          inputs,
          initialState,
          rnn.outputs(),
          both(new TupleState<>(rnn.statesForward()), new TupleState<>(rnn.statesBackward())));
    }

    private List<RNNCell> layers(JsonNode stack) {
      List<RNNCell> layers = new ArrayList<>();
      stack.get("cells").forEach(layer -> layers.add(cells.cell(layer)));
      return layers;
    }

    private List<RNNState<TFloat32>> givenStates(List<RNNCell> layers) {
      List<RNNState<TFloat32>> states = new ArrayList<>();
      layers.forEach(layer -> given(layer, states::add));
      return states;
    }

    private LoopGraph bidirectionalUnrolled() {
      Operand<TFloat32> inputs = placeholder(unrolledShape());
      StaticBidirectionalRnn.Builder<TFloat32> builder =
          StaticBidirectionalRnn.builder(tf, scope, cell, backward.orElseThrow(), steps(inputs));
      lengths(builder::sequenceLength);
      given(cell, builder::initialStateForward);
      given(backward.orElseThrow(), builder::initialStateBackward);
      scopeName(builder::scope);
      StaticBidirectionalRnn<TFloat32> rnn = builder.build();
      return new LoopGraph(
          inputs,
          initialState,
          joined(rnn.outputs()),
          both(rnn.stateForward(), rnn.stateBackward()));
    }

    private LoopGraph decoder() {
      Operand<TFloat32> inputs = placeholder(unrolledShape());
      List<RNNState<TFloat32>> state = new ArrayList<>();
      given(cell, state::add);
      int depth = (int) inputsShape.get(2);
      Optional<RnnDecoder.LoopFunction<TFloat32>> function =
          loop.hasNonNull("loop_function")
              ? Optional.of(
                  (ops, previous, step) ->
                      ops.math.tanh(ops.slice(previous, ops.array(0, 0), ops.array(-1, depth))))
              : Optional.empty();
      RnnDecoder<TFloat32> rnn =
          RnnDecoder.of(tf, scope, steps(inputs), state.get(0), cell, function);
      return new LoopGraph(inputs, initialState, joined(rnn.outputs()), rnn.state().flatten());
    }

    private Operand<TFloat32> placeholder(Shape shape) {
      return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    }

    private Shape unrolledShape() {
      return timeMajor()
          ? Shape.of(inputsShape.get(0), -1, inputsShape.get(2))
          : Shape.of(-1, inputsShape.get(1), inputsShape.get(2));
    }

    private List<Output<TFloat32>> steps(Operand<TFloat32> inputs) {
      int axis = timeMajor() ? 0 : 1;
      return tf.unstack(inputs, inputsShape.get(axis), Unstack.axis((long) axis)).output();
    }

    private Operand<TFloat32> joined(List<Operand<TFloat32>> outputs) {
      return timeMajor() ? tf.stack(outputs) : TimeStack.of(tf, outputs);
    }

    private void lengths(Consumer<Operand<TInt32>> set) {
      if (loop.hasNonNull("sequence_length")) {
        int[] lengths = new int[loop.get("sequence_length").size()];
        for (int k = 0; k < lengths.length; k++) {
          lengths[k] = loop.get("sequence_length").get(k).asInt();
        }
        set.accept(tf.constant(lengths));
      }
    }

    private void given(RNNCell owner, Consumer<RNNState<TFloat32>> set) {
      if (zeroState) {
        return;
      }
      List<Operand<TFloat32>> leaves = new ArrayList<>();
      owner.stateSize().flatten().forEach(size -> leaves.add(placeholder(Shape.of(-1, size))));
      initialState.addAll(leaves);
      set.accept(owner.stateSize().pack(leaves));
    }

    private void scopeName(Consumer<String> set) {
      if (loop.hasNonNull("scope")) {
        set.accept(loop.get("scope").asText());
      }
    }

    private static List<Operand<TFloat32>> both(
        RNNState<TFloat32> forward, RNNState<TFloat32> backward) {
      List<Operand<TFloat32>> leaves = new ArrayList<>(forward.flatten());
      leaves.addAll(backward.flatten());
      return leaves;
    }
  }
}
