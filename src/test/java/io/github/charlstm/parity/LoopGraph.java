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
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A loop of a golden file, built in Java. Batch and, in dynamic loops, steps are unknown to the
 * graph.
 *
 * @param inputs placeholder
 * @param initialState placeholders; empty for zero states
 * @param outputs joined as the golden files join them
 */
record LoopGraph<T extends TFloating>(
    Operand<T> inputs,
    List<Operand<T>> initialState,
    Operand<T> outputs,
    List<Operand<T>> finalState) {

  /** Builds one loop; the kind may differ from the one the file names. */
  static final class Builder<T extends TFloating> {
    private final Class<T> dtype;
    private final Ops tf;
    private final VariableScope scope;
    private final JsonNode loop;
    private final Shape inputsShape;
    private final boolean zeroState;
    private final RNNCell cell;
    private final Optional<RNNCell> backward;
    private final SpecCells cells;
    private final JsonNode spec;
    private final List<Operand<T>> initialState = new ArrayList<>();

    Builder(
        Class<T> dtype,
        Ops tf,
        VariableScope scope,
        SpecCells cells,
        JsonNode cell,
        JsonNode loop,
        Shape inputsShape,
        boolean zeroState) {
      this.dtype = dtype;
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

    LoopGraph<T> build(String kind) {
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

    private LoopGraph<T> dynamic() {
      Operand<T> inputs = placeholder(Shape.of(-1, -1, inputsShape.get(2)));
      DynamicRnn.Builder<T> builder =
          DynamicRnn.builder(tf, scope, cell, inputs).timeMajor(timeMajor());
      lengths(builder::sequenceLength);
      given(cell, builder::initialState);
      scopeName(builder::scope);
      DynamicRnn<T> rnn = builder.build();
      return new LoopGraph<>(inputs, initialState, rnn.outputs(), rnn.state().flatten());
    }

    private LoopGraph<T> unrolled() {
      Operand<T> inputs = placeholder(unrolledShape());
      StaticRnn.Builder<T> builder = StaticRnn.builder(tf, scope, cell, steps(inputs));
      lengths(builder::sequenceLength);
      given(cell, builder::initialState);
      scopeName(builder::scope);
      StaticRnn<T> rnn = builder.build();
      return new LoopGraph<>(inputs, initialState, joined(rnn.outputs()), rnn.state().flatten());
    }

    private LoopGraph<T> bidirectionalDynamic() {
      Operand<T> inputs = placeholder(Shape.of(-1, -1, inputsShape.get(2)));
      BidirectionalDynamicRnn.Builder<T> builder =
          BidirectionalDynamicRnn.builder(tf, scope, cell, backward.orElseThrow(), inputs)
              .timeMajor(timeMajor());
      lengths(builder::sequenceLength);
      given(cell, builder::initialStateForward);
      given(backward.orElseThrow(), builder::initialStateBackward);
      scopeName(builder::scope);
      BidirectionalDynamicRnn<T> rnn = builder.build();
      return new LoopGraph<>(
          inputs, initialState, rnn.joined(tf), both(rnn.stateForward(), rnn.stateBackward()));
    }

    private LoopGraph<T> stackBidirectional() {
      Operand<T> inputs = placeholder(Shape.of(-1, -1, inputsShape.get(2)));
      List<RNNCell> forward = layers(spec);
      List<RNNCell> backward = layers(loop.get("cell_bw"));
      StackBidirectionalDynamicRnn.Builder<T> builder =
          StackBidirectionalDynamicRnn.builder(tf, scope, forward, backward, inputs)
              .timeMajor(timeMajor());
      lengths(builder::sequenceLength);
      if (!zeroState) {
        builder.initialStatesForward(givenStates(forward));
        builder.initialStatesBackward(givenStates(backward));
      }
      scopeName(builder::scope);
      StackBidirectionalDynamicRnn<T> rnn = builder.build();
      return new LoopGraph<>(
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

    private List<RNNState<T>> givenStates(List<RNNCell> layers) {
      List<RNNState<T>> states = new ArrayList<>();
      layers.forEach(layer -> given(layer, states::add));
      return states;
    }

    private LoopGraph<T> bidirectionalUnrolled() {
      Operand<T> inputs = placeholder(unrolledShape());
      StaticBidirectionalRnn.Builder<T> builder =
          StaticBidirectionalRnn.builder(tf, scope, cell, backward.orElseThrow(), steps(inputs));
      lengths(builder::sequenceLength);
      given(cell, builder::initialStateForward);
      given(backward.orElseThrow(), builder::initialStateBackward);
      scopeName(builder::scope);
      StaticBidirectionalRnn<T> rnn = builder.build();
      return new LoopGraph<>(
          inputs,
          initialState,
          joined(rnn.outputs()),
          both(rnn.stateForward(), rnn.stateBackward()));
    }

    private LoopGraph<T> decoder() {
      Operand<T> inputs = placeholder(unrolledShape());
      List<RNNState<T>> state = new ArrayList<>();
      given(cell, state::add);
      int depth = (int) inputsShape.get(2);
      Optional<RnnDecoder.LoopFunction<T>> function =
          loop.hasNonNull("loop_function")
              ? Optional.of(
                  (ops, previous, step) ->
                      ops.math.tanh(ops.slice(previous, ops.array(0, 0), ops.array(-1, depth))))
              : Optional.empty();
      RnnDecoder<T> rnn = RnnDecoder.of(tf, scope, steps(inputs), state.get(0), cell, function);
      return new LoopGraph<>(inputs, initialState, joined(rnn.outputs()), rnn.state().flatten());
    }

    private Operand<T> placeholder(Shape shape) {
      return tf.placeholder(dtype, Placeholder.shape(shape));
    }

    private Shape unrolledShape() {
      return timeMajor()
          ? Shape.of(inputsShape.get(0), -1, inputsShape.get(2))
          : Shape.of(-1, inputsShape.get(1), inputsShape.get(2));
    }

    private List<Output<T>> steps(Operand<T> inputs) {
      int axis = timeMajor() ? 0 : 1;
      return tf.unstack(inputs, inputsShape.get(axis), Unstack.axis((long) axis)).output();
    }

    private Operand<T> joined(List<Operand<T>> outputs) {
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

    private void given(RNNCell owner, Consumer<RNNState<T>> set) {
      if (zeroState) {
        return;
      }
      List<Operand<T>> leaves = new ArrayList<>();
      owner.stateSize().flatten().forEach(size -> leaves.add(placeholder(Shape.of(-1, size))));
      initialState.addAll(leaves);
      set.accept(owner.stateSize().pack(leaves));
    }

    private void scopeName(Consumer<String> set) {
      if (loop.hasNonNull("scope")) {
        set.accept(loop.get("scope").asText());
      }
    }

    private List<Operand<T>> both(RNNState<T> forward, RNNState<T> backward) {
      List<Operand<T>> leaves = new ArrayList<>(forward.flatten());
      leaves.addAll(backward.flatten());
      return leaves;
    }
  }
}
