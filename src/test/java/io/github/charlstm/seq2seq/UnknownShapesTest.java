package io.github.charlstm.seq2seq;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Decoders whose batch and lengths are known only at run time, other types, and mistakes. */
class UnknownShapesTest {
  private static final int BATCH = 2;
  private static final int STEPS = 3;
  private static final int DEPTH = 2;
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.numbered(5));
  private final VariableScope scope = store.rootScope();

  @AfterEach
  void close() {
    runner.close();
  }

  private static float[] values(int count) {
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = (float) Math.sin(1 + k);
    }
    return values;
  }

  private Operand<TFloat32> floats(boolean known, long... sizes) {
    Shape shape = Shape.of(sizes);
    float[] values = values((int) shape.size());
    if (known) {
      return tf.constant(shape, DataBuffers.of(values));
    }
    long[] unknown = sizes.clone();
    unknown[0] = -1;
    if (unknown.length > 2) {
      unknown[1] = -1;
    }
    Operand<TFloat32> placeholder =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(unknown)));
    runner.feedAlways(placeholder, TFloat32.tensorOf(shape, DataBuffers.of(values)));
    return placeholder;
  }

  private Operand<TInt32> integers(boolean known, int... values) {
    if (known) {
      return tf.constant(values);
    }
    Operand<TInt32> placeholder = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    runner.feedAlways(placeholder, TInt32.vectorOf(values));
    return placeholder;
  }

  private AttentionWrapper wrapper(VariableScope own, boolean known) {
    return AttentionWrapper.builder(
            new GRUCell(3),
            BahdanauAttention.builder(tf, own, 4, floats(known, BATCH, 4, DEPTH))
                .memorySequenceLength(integers(known, 4, 2))
                .build())
        .alignmentHistory(true)
        .build();
  }

  private List<Operand<TFloat32>> attended(VariableScope own, boolean known) {
    AttentionWrapper wrapper = wrapper(own, known);
    Operand<TFloat32> inputs = floats(known, BATCH, STEPS, DEPTH);
    TrainingHelper<TFloat32> helper = new TrainingHelper<>(tf, inputs, integers(known, 3, 1));
    RNNState<TFloat32> zeros = wrapper.zeroState(tf, helper.batchSize(), TFloat32.class);
    var decoded =
        DynamicDecode.builder(tf, own, new BasicDecoder<>(wrapper, helper, zeros)).build();
    Operand<TFloat32> output = decoded.outputs().rnnOutput();
    Operand<TFloat32> squares = tf.math.square(output);
    var history = ((AttentionWrapperState<TFloat32>) decoded.state()).alignmentHistory(tf);
    return List.of(output, history.get(0), tf.gradients(squares, List.of(inputs)).dy(0));
  }

  @Test
  void batchAndLengthsMayBeKnownAtRunTimeOnly() {
    List<Operand<TFloat32>> known = attended(scope.child("a"), true);
    List<Operand<TFloat32>> unknown = attended(scope.child("a").withReuse(Reuse.TRUE), false);
    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < known.size(); k++) {
      assertThat(runner.fetch(unknown.get(k)))
          .containsExactly(runner.fetch(known.get(k)), within(1e-6f));
    }
  }

  @Test
  void beamsOfABatchThatIsKnownAtRunTimeOnly() {
    Embedding<TFloat32> embedding =
        Embedding.of(scope.getVariable("embedding", Shape.of(5, DEPTH)).value());
    Operand<TInt32> starts = integers(false, 1, 2);
    GRUCell cell = new GRUCell(3);
    RNNState<TFloat32> state = TileBatch.of(tf, new TensorState<>(floats(false, BATCH, 3)), 2);
    var decoder =
        BeamSearchDecoder.builder(tf, cell, embedding, starts, tf.constant(0), state, 2)
            .outputLayer(new Dense(5))
            .build();
    var decoded = DynamicDecode.builder(tf, scope, decoder).maximumIterations(4).build();
    runner.run(store.globalVariablesInitializer());
    Operand<TInt32> ids = decoded.outputs().predictedIds();
    assertThat(runner.fetch(tf.dtypes.cast(ids, TFloat32.class))).hasSize(BATCH * 4 * 2);
    float[] logProbs = runner.fetch(decoded.state().logProbs());
    assertThat(logProbs).hasSize(BATCH * 2);
    assertThat(logProbs[0]).isBetween(logProbs[1], 0f); // the best beam is the first
  }

  @Test
  void float64() {
    Operand<TFloat64> inputs = tf.dtypes.cast(floats(true, BATCH, STEPS, DEPTH), TFloat64.class);
    BasicLSTMCell cell = new BasicLSTMCell(3);
    TrainingHelper<TFloat64> helper = new TrainingHelper<>(tf, inputs, tf.array(3, 2));
    var decoder =
        new BasicDecoder<>(cell, helper, cell.zeroState(tf, BATCH, TFloat64.class), new Dense(4));
    var decoded = DynamicDecode.builder(tf, scope, decoder).build();
    Operand<TFloat64> output = decoded.outputs().rnnOutput();
    Operand<? extends TFloating> gradient =
        tf.gradients(tf.math.square(output), List.of(inputs)).dy(0);
    runner.run(store.globalVariablesInitializer());
    assertThat(output.type()).isEqualTo(TFloat64.class);
    assertThat(runner.fetch(tf.dtypes.cast(gradient, TFloat32.class)))
        .hasSize(BATCH * STEPS * DEPTH)
        .isNotEqualTo(new float[BATCH * STEPS * DEPTH]);
  }

  @Test
  void mistakesAreNamed() {
    Operand<TFloat32> inputs = floats(true, BATCH, STEPS, DEPTH);
    assertRejected(
        () -> new TrainingHelper<>(tf, inputs, tf.constant(3)), "sequence_length", "[batch]");
    assertRejected(
        () -> new TrainingHelper<>(tf, floats(true, BATCH, DEPTH), tf.array(1, 1)),
        "[batch, steps, depth]",
        "[2, 2]");
    assertRejected(
        () -> new GreedyEmbeddingHelper<>(tf, Embedding.of(inputs), tf.array(1), tf.array(0)),
        "end_token",
        "scalar");
    assertRejected(
        () -> LuongAttention.builder(tf, scope, 3, floats(true, BATCH, DEPTH)),
        "[batch, length, depth]");
    AttentionWrapper wrapper = wrapper(scope, true);
    assertRejected(
        () -> wrapper.zeroState(tf, 2 * BATCH, TFloat32.class), "TileBatch", "batch of 2", "4");
    assertRejected(
        () ->
            BeamSearchDecoder.builder(
                tf,
                new GRUCell(3),
                Embedding.of(inputs),
                tf.array(1, 2),
                tf.constant(0),
                new TensorState<>(floats(true, BATCH, 3)),
                2),
        "4 rows",
        "TileBatch");
    assertRejected(() -> TileBatch.of(tf, tf.constant(1f), 2), "known rank");
    assertRejected(() -> Dense.builder(0), "at least 1 unit");
    assertRejected(
        () ->
            AttentionWrapper.builder(
                    new GRUCell(3), LuongAttention.builder(tf, scope, 3, inputs).build())
                .attentionLayerSize(1, 2),
        "1 mechanisms, found 2");
    RNNState<TFloat32> zeros = wrapper.zeroState(tf, BATCH, TFloat32.class);
    assertThatThrownBy(() -> ((AttentionWrapperState<TFloat32>) zeros).alignmentHistory(tf))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("alignmentHistory(true)");
  }

  @Test
  void aLengthBeyondTheInputsFailsAtRunTime() {
    GRUCell cell = new GRUCell(3);
    TrainingHelper<TFloat32> helper =
        new TrainingHelper<>(tf, floats(true, BATCH, STEPS, DEPTH), tf.array(3, 5));
    var decoder = new BasicDecoder<>(cell, helper, cell.zeroState(tf, BATCH, TFloat32.class));
    var decoded = DynamicDecode.builder(tf, scope, decoder).build();
    runner.run(store.globalVariablesInitializer());
    assertThatThrownBy(() -> runner.fetch(decoded.outputs().rnnOutput()))
        .isInstanceOf(TFInvalidArgumentException.class);
  }
}
