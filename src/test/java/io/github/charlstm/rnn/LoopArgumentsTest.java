package io.github.charlstm.rnn;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.loop.Body;
import io.github.charlstm.loop.Scan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TIntegral;

/** Bad arguments of the loops, and the messages. */
class LoopArgumentsTest {
  private static final int UNITS = 4;
  private final LoopRunner loops = new LoopRunner();
  private final Ops tf = loops.tf;

  @AfterEach
  void close() {
    loops.close();
  }

  private List<Operand<TFloat32>> build(
      Loop loop,
      List<? extends Operand<TFloat32>> steps,
      Optional<RNNState<TFloat32>> state,
      Optional<? extends Operand<? extends TIntegral>> lengths) {
    RNNCell cell = new BasicLSTMCell(UNITS);
    return loop.build(tf, loops.store.rootScope(), cell, steps, state, lengths);
  }

  private List<Operand<TFloat32>> good(Loop loop) {
    return loop.unrolled()
        ? List.of(loops.values(1, 2, 3), loops.values(2, 2, 3))
        : List.of(loops.values(1, 2, 5, 3));
  }

  private void assertInputsRejected(Loop loop, Operand<TFloat32> inputs, String... parts) {
    assertRejected(() -> build(loop, List.of(inputs), Optional.empty(), Optional.empty()), parts);
    assertThat(loops.store.all()).isEmpty();
  }

  @SuppressWarnings("unchecked") // a caller's mistake
  private static <T> T cast(Operand<?> operand) {
    return (T) operand;
  }

  @ParameterizedTest
  @EnumSource
  void inputsOfAnotherRankTypeOrUnknownDepth(Loop loop) {
    String wanted = loop.unrolled() ? "[batch, depth]" : "[batch, steps, depth]";
    String[] why = {loop.text(), wanted};
    assertInputsRejected(loop, tf.array(1f, 2f), why);
    assertInputsRejected(loop, loops.values(1, 2, 3, 4, 5), why);
    assertInputsRejected(loop, tf.placeholder(TFloat32.class), wanted, "an unknown shape");
    Operand<TFloat32> open =
        loop.unrolled() ? loops.placeholder(2, -1) : loops.placeholder(2, 5, -1);
    assertInputsRejected(loop, open, wanted, "known depth", "-1");
    Operand<TFloat32> integers = cast(tf.dtypes.cast(good(loop).get(0), TInt32.class));
    assertInputsRejected(loop, integers, loop.text(), "float32", "int32");
  }

  @ParameterizedTest
  @EnumSource
  void aStateOfAnotherBatch(Loop loop) {
    RNNState<TFloat32> wide =
        new BasicLSTMCell(UNITS)
            .stateSize()
            .pack(List.of(loops.values(1, 3, UNITS), loops.values(2, 3, UNITS)));
    assertRejected(
        () -> build(loop, good(loop), Optional.of(wide), Optional.empty()), "batch of 2", "has 3");
  }

  @ParameterizedTest
  @EnumSource
  void aStateOfAnotherStructure(Loop loop) {
    RNNState<TFloat32> single = new TensorState<>(loops.values(1, 2, UNITS));
    assertRejected(
        () -> build(loop, good(loop), Optional.of(single), Optional.empty()),
        "BasicLSTMCell expects a state of structure LSTMStateTuple(c=4, h=4)");
  }

  @ParameterizedTest
  @EnumSource
  void aStateOfAnotherWidth(Loop loop) {
    RNNState<TFloat32> narrow =
        new BasicLSTMCell(UNITS)
            .stateSize()
            .pack(List.of(loops.values(1, 2, UNITS), loops.values(2, 2, 1)));
    assertRejected(
        () -> build(loop, good(loop), Optional.of(narrow), Optional.empty()),
        "[batch, 4]",
        "[2, 1]");
  }

  @ParameterizedTest
  @EnumSource(names = "RNN_DECODER", mode = EnumSource.Mode.EXCLUDE)
  void lengthsOfAnotherNumberOrType(Loop loop) {
    List<Operand<TFloat32>> inputs = good(loop);
    assertRejected(
        () -> build(loop, inputs, Optional.empty(), Optional.of(tf.array(1, 2, 2))),
        loop.text(),
        "[2], one for each sequence",
        "[3]");
    assertRejected(
        () -> build(loop, inputs, Optional.empty(), Optional.of(tf.constant(1))), "[2]", "[]");
    Operand<TUint8> bytes = tf.dtypes.cast(tf.array(1, 2), TUint8.class);
    assertRejected(
        () -> build(loop, inputs, Optional.empty(), Optional.of(bytes)),
        "int32 or int64",
        "DT_UINT8");
    Operand<TInt32> floats = cast(tf.array(1f, 2f));
    assertRejected(
        () -> build(loop, inputs, Optional.empty(), Optional.of(floats)),
        "int32 or int64",
        "DT_FLOAT");
  }

  @ParameterizedTest
  @EnumSource(names = "RNN_DECODER", mode = EnumSource.Mode.EXCLUDE)
  void lengthsThatDoNotFitFailWhenRun(Loop loop) {
    int steps = loop.unrolled() ? 2 : 5;
    Operand<TInt32> lengths = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    List<Operand<TFloat32>> outputs =
        build(loop, good(loop), Optional.empty(), Optional.of(lengths));
    loops.initialize();
    boolean oneDirection = loop == Loop.STATIC_RNN || loop == Loop.DYNAMIC_RNN;
    // in both directions TensorFlow's reverse_sequence may be the first to see another number
    List<int[]> wrong =
        oneDirection
            ? List.of(new int[] {1}, new int[] {1, 1, 1})
            : List.of(new int[] {steps + 1, 1}, new int[] {1, -1});
    for (int[] bad : wrong) {
      assertThatThrownBy(
              () -> {
                try (TInt32 fed = TInt32.vectorOf(bad)) {
                  loops.runner.session().runner().feed(lengths, fed).fetch(outputs.get(0)).run();
                }
              })
          .isInstanceOf(TFInvalidArgumentException.class)
          .hasMessageContainingAll(
              "[" + loop.text() + " expects one sequence_length",
              oneDirection ? "[2]" : "[" + steps + "]",
              Arrays.toString(bad).replace(",", ""));
    }
  }

  /** Python: a placeholder without a shape, as in TensorFlow's own tests. */
  @ParameterizedTest
  @EnumSource(names = "RNN_DECODER", mode = EnumSource.Mode.EXCLUDE)
  void lengthsOfUnknownShapeLeaveTheOtherShapesKnown(Loop loop) {
    List<Operand<TInt64>> unknown =
        List.of(
            tf.placeholder(TInt64.class),
            tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(-1))));
    List<Operand<TFloat32>> known =
        build(loop, good(loop), Optional.empty(), Optional.of(tf.array(1, 2)));
    for (Operand<TInt64> lengths : unknown) {
      VariableScope scope = loops.store.rootScope().withReuse(Reuse.TRUE);
      List<Operand<TFloat32>> results =
          loop.build(
              tf,
              scope,
              new BasicLSTMCell(UNITS),
              good(loop),
              Optional.empty(),
              Optional.of(lengths));
      assertThat(results.stream().map(Operand::shape).toList())
          .isEqualTo(known.stream().map(Operand::shape).toList());
      loops.initialize();
      loops.runner.feedAlways(lengths, TInt64.vectorOf(1, 2));
      loops.assertClose(results, known, 0);
      if (!lengths.shape().isUnknown()) {
        continue; // feeding another rank is the caller's mistake
      }
      try (TInt64 matrix = TInt64.tensorOf(Shape.of(2, 1))) {
        Session.Runner wrong = loops.runner.session().runner();
        assertThatThrownBy(() -> wrong.feed(lengths, matrix).fetch(results.get(0)).run())
            .isInstanceOf(TFInvalidArgumentException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEagerBuilder(Loop loop) {
    try (EagerSession session = EagerSession.create()) {
      RNNCell cell = new BasicLSTMCell(UNITS);
      VariableScope scope = loops.store.rootScope();
      RNNState<TFloat32> state = cell.zeroState(tf, 2);
      assertRejected(
          () ->
              loop.build(
                  Ops.create(session),
                  scope,
                  cell,
                  good(loop),
                  Optional.of(state),
                  Optional.of(tf.array(1, 1))),
          loop.text(),
          "eager");
      assertThat(loops.store.all()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoCellsInOneScope(Loop loop) {
    build(loop, good(loop), Optional.empty(), Optional.empty());
    assertRejected(
        () -> build(loop, good(loop), Optional.empty(), Optional.empty()),
        "exists already",
        "Reuse.AUTO_REUSE");
  }

  @ParameterizedTest
  @EnumSource(names = {"STATIC_RNN", "STATIC_BIDIRECTIONAL_RNN", "RNN_DECODER"})
  void stepsThatAreMissingOrDiffer(Loop loop) {
    assertRejected(
        () -> build(loop, List.of(), Optional.empty(), Optional.empty()),
        loop.text(),
        "at least one step");
    assertRejected(
        () ->
            build(
                loop,
                List.of(loops.values(1, 2, 3), loops.values(1, 2, 4)),
                Optional.empty(),
                Optional.empty()),
        "[2, 3] at step 0",
        "[2, 4] at step 1");
    List<Operand<TFloat32>> hole = new ArrayList<>();
    hole.add(null);
    assertThatThrownBy(() -> build(loop, hole, Optional.empty(), Optional.empty()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("the input of a step is null");
  }

  @ParameterizedTest
  @EnumSource(names = {"DYNAMIC_RNN", "BIDIRECTIONAL_DYNAMIC_RNN"})
  void aLoopInsideOfALoop(Loop loop) {
    Body<TFloat32> body =
        (ops, input, states) -> {
          Operand<TFloat32> steps = ops.expandDims(input, ops.constant(1));
          RNNCell cell = new BasicLSTMCell(UNITS);
          loop.build(
              ops,
              loops.store.rootScope(),
              cell,
              List.of(steps),
              Optional.empty(),
              Optional.empty());
          return new Body.Result<>(input, states);
        };
    Operand<TFloat32> inputs = loops.values(1, 5, 2, 3);
    assertRejected(
        () -> Scan.of(tf, inputs, tf.constant(5), List.of(), body, true),
        loop.text() + " cannot stand in the body of another loop",
        "StaticRnn");
    assertThat(loops.store.all()).isEmpty();
  }

  @Test
  void nullsAreNamed() {
    RNNCell cell = new GRUCell(UNITS);
    VariableScope scope = loops.store.rootScope();
    Operand<TFloat32> inputs = loops.values(1, 2, 5, 3);
    DynamicRnn.Builder<TFloat32> builder = loops.dynamic(cell, inputs);
    assertNull("tf", () -> DynamicRnn.builder(null, scope, cell, inputs));
    assertNull("scope", () -> DynamicRnn.builder(tf, null, cell, inputs));
    assertNull("cell", () -> DynamicRnn.builder(tf, scope, null, inputs));
    assertNull("inputs", () -> DynamicRnn.builder(tf, scope, cell, null));
    assertNull("inputs", () -> StaticRnn.builder(tf, scope, cell, null));
    assertNull("lengths", () -> builder.sequenceLength(null));
    assertNull("state", () -> builder.initialState(null));
    assertNull("name", () -> builder.scope(null));
    assertNull(
        "cellBackward", () -> BidirectionalDynamicRnn.builder(tf, scope, cell, null, inputs));
    assertNull(
        "initialState",
        () -> RnnDecoder.of(tf, scope, loops.steps(inputs), null, cell, Optional.empty()));
    assertNull(
        "the loop function of rnn_decoder returned null",
        () ->
            RnnDecoder.of(
                tf,
                scope,
                loops.steps(inputs),
                cell.zeroState(tf, 2),
                cell,
                Optional.of((ops, previous, step) -> null)));
  }

  private static void assertNull(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessageContaining(name);
  }
}
