package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/** A graph with variables, for tests of loops. */
final class LoopRunner implements AutoCloseable {
  static final float VALUES = 1e-6f;
  static final float GRADIENTS = 1e-5f;

  final GraphRunner runner = new GraphRunner();
  final Ops tf = runner.tf();
  final VariableStore store = new VariableStore(tf, RandomSeeds.numbered(3));

  @Override
  public void close() {
    runner.close();
  }

  /** Random numbers that differ from seed to seed. */
  static TFloat32 tensor(int seed, long... sizes) {
    Random random = new Random(seed);
    return TFloat32.tensorOf(
        Shape.of(sizes),
        data -> data.scalars().forEach(v -> v.setFloat((float) (random.nextGaussian() * 0.6))));
  }

  /** A constant that can be differentiated. */
  Operand<TFloat32> values(int seed, long... sizes) {
    try (TFloat32 tensor = tensor(seed, sizes)) {
      return tf.identity(tf.constantOf(tensor));
    }
  }

  Operand<TFloat32> placeholder(long... sizes) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(sizes)));
  }

  DynamicRnn.Builder<TFloat32> dynamic(RNNCell cell, Operand<TFloat32> inputs) {
    return DynamicRnn.builder(tf, store.rootScope(), cell, inputs);
  }

  StaticRnn.Builder<TFloat32> unrolled(RNNCell cell, Operand<TFloat32> inputs) {
    return StaticRnn.builder(tf, store.rootScope(), cell, steps(inputs));
  }

  /** {@code [B, T, D]} to T times {@code [B, D]}. */
  List<Output<TFloat32>> steps(Operand<TFloat32> inputs) {
    return tf.unstack(inputs, inputs.shape().get(1), Unstack.axis(1L)).output();
  }

  Operand<TFloat32> joined(List<Operand<TFloat32>> outputs) {
    return TimeStack.of(tf, outputs);
  }

  /** A scalar whose derivatives all differ. */
  Operand<TFloat32> loss(List<? extends Operand<TFloat32>> tensors) {
    Operand<TFloat32> loss = tf.constant(0f);
    for (Operand<TFloat32> tensor : tensors) {
      Operand<TFloat32> flat = tf.reshape(tensor, tf.array(-1));
      Operand<TFloat32> curved = tf.math.add(tf.math.square(flat), flat);
      loss = tf.math.add(loss, tf.sum(curved, tf.array(0)));
    }
    return loss;
  }

  /** Outputs and final states. */
  static List<Operand<TFloat32>> results(DynamicRnn<TFloat32> rnn) {
    List<Operand<TFloat32>> all = new ArrayList<>(List.of(rnn.outputs()));
    all.addAll(rnn.state().flatten());
    return all;
  }

  static List<Operand<TFloat32>> results(FusedLstm rnn) {
    List<Operand<TFloat32>> all = new ArrayList<>(List.of(rnn.outputs()));
    all.addAll(rnn.state().flatten());
    return all;
  }

  FusedLstm.Builder fused(RNNCell cell, Operand<TFloat32> inputs) {
    return FusedLstm.builder(tf, store.rootScope(), cell, inputs);
  }

  /** A cell's results by two loops, from the same inputs and initial state. */
  record FusedAndUnrolled(
      List<Operand<TFloat32>> fused,
      List<Operand<TFloat32>> unrolled,
      List<Operand<TFloat32>> inputs) {}

  FusedAndUnrolled fusedAndUnrolled(RNNCell cell, int batch, int steps, int lanes) {
    Operand<TFloat32> inputs = values(1, batch, steps, 3);
    RNNState<TFloat32> initial = state(cell, batch);
    FusedLstm fused = fused(cell, inputs).initialState(initial).lanes(lanes).build();
    assertThat(fused.fused()).isTrue();
    List<Operand<TFloat32>> all = new ArrayList<>(List.of(inputs));
    all.addAll(initial.flatten());
    return new FusedAndUnrolled(
        results(fused), results(unrolled(cell, inputs).initialState(initial).build()), all);
  }

  /** A state of known numbers. */
  RNNState<TFloat32> state(RNNCell cell, int batch) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int size : cell.stateSize().flatten()) {
      leaves.add(values(40 + leaves.size(), batch, size));
    }
    return cell.stateSize().pack(leaves);
  }

  List<Operand<TFloat32>> results(StaticRnn<TFloat32> rnn) {
    List<Operand<TFloat32>> all = new ArrayList<>(List.of(joined(rnn.outputs())));
    all.addAll(rnn.state().flatten());
    return all;
  }

  List<Operand<TFloat32>> weights() {
    List<Operand<TFloat32>> weights = new ArrayList<>();
    for (GraphVariable<TFloat32> variable : store.trainable()) {
      weights.add(variable.value());
    }
    return weights;
  }

  List<Operand<TFloat32>> gradients(
      Operand<TFloat32> loss, List<? extends Operand<TFloat32>> places) {
    var gradients = tf.gradients(loss, places);
    List<Operand<TFloat32>> all = new ArrayList<>();
    for (int k = 0; k < places.size(); k++) {
      all.add(gradients.dy(k));
    }
    return all;
  }

  void initialize() {
    runner.run(store.globalVariablesInitializer());
  }

  /**
   * Compares values, and gradients for all weights and some inputs, after initializing.
   *
   * @return the gradients
   */
  List<Operand<TFloat32>> assertAgree(
      List<? extends Operand<TFloat32>> found,
      List<? extends Operand<TFloat32>> expected,
      List<? extends Operand<TFloat32>> inputs) {
    List<Operand<TFloat32>> places = weights();
    places.addAll(inputs);
    initialize();
    assertClose(found, expected, VALUES);
    List<Operand<TFloat32>> gradients = gradients(loss(found), places);
    assertClose(gradients, gradients(loss(expected), places), GRADIENTS);
    return gradients;
  }

  void assertClose(
      List<? extends Operand<TFloat32>> found,
      List<? extends Operand<TFloat32>> expected,
      float tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    List<Operand<TFloat32>> both = new ArrayList<>(found);
    both.addAll(expected);
    List<float[]> values = runner.fetch(both);
    for (int k = 0; k < found.size(); k++) {
      assertClose(values.get(k), values.get(found.size() + k), tolerance);
    }
  }

  static void assertClose(float[] found, float[] expected, float tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < found.length; k++) {
      float room = tolerance * Math.max(1, Math.abs(expected[k]));
      assertThat(found[k]).as("at %d", k).isCloseTo(expected[k], within(room));
    }
  }

  /** Fails if any of the numbers is zero, for comparisons that zeros would pass. */
  void assertNoneIsZero(List<? extends Operand<TFloat32>> tensors) {
    for (float[] values : runner.fetch(tensors)) {
      assertThat(values).isNotEmpty().doesNotContain(0f);
    }
  }
}
