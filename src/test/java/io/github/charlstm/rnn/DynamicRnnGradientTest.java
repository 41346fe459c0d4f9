package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.BasicRNNCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.GradientCheck;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.GraphVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

class DynamicRnnGradientTest {
  private static final int UNITS = 3;
  private static final int BATCH = 2;
  private static final int STEPS = 4;
  private final LoopRunner loops = new LoopRunner();
  private final Operand<TFloat32> inputs = loops.values(1, BATCH, STEPS, 3);
  private final RNNCell cell = new BasicLSTMCell(UNITS);
  private final RNNState<TFloat32> initial =
      cell.stateSize().pack(List.of(loops.values(2, BATCH, UNITS), loops.values(3, BATCH, UNITS)));
  private List<Operand<TFloat32>> dynamic; // outputs, c, h
  private List<Operand<TFloat32>> unrolled;

  @BeforeEach
  void build() {
    Operand<TInt32> lengths = loops.tf.array(3, 2);
    dynamic =
        LoopRunner.results(
            loops.dynamic(cell, inputs).initialState(initial).sequenceLength(lengths).build());
    unrolled =
        loops.results(
            loops.unrolled(cell, inputs).initialState(initial).sequenceLength(lengths).build());
    loops.initialize();
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private void assertSameGradients(
      Operand<TFloat32> found, Operand<TFloat32> expected, List<Operand<TFloat32>> places) {
    loops.assertClose(
        loops.gradients(found, places), loops.gradients(expected, places), LoopRunner.GRADIENTS);
  }

  private List<Operand<TFloat32>> allPlaces() {
    List<Operand<TFloat32>> places = new ArrayList<>(loops.weights());
    places.add(inputs);
    places.addAll(initial.flatten());
    return places;
  }

  @Test
  void theGradientForEachTensorAloneAgrees() {
    Operand<TFloat32> found = loops.loss(dynamic);
    Operand<TFloat32> expected = loops.loss(unrolled);
    for (Operand<TFloat32> place : allPlaces()) {
      assertSameGradients(found, expected, List.of(place));
    }
  }

  // With lengths below the steps, so that some outputs were never written.
  @Test
  void eachResultMayBeTheOnlyOneInTheLoss() {
    for (int k = 0; k < dynamic.size(); k++) {
      assertSameGradients(
          loops.loss(dynamic.subList(k, k + 1)),
          loops.loss(unrolled.subList(k, k + 1)),
          allPlaces());
    }
  }

  @Test
  void partOfTheOutputsMayBeInTheLoss() {
    Operand<TInt32> one = loops.tf.constant(1);
    Operand<TFloat32> found = loops.tf.gather(dynamic.get(0), one, one); // step 1
    Operand<TFloat32> expected = loops.tf.gather(unrolled.get(0), one, one);
    assertSameGradients(loops.loss(List.of(found)), loops.loss(List.of(expected)), allPlaces());
  }

  @Test
  void gradientsAreFiniteDifferences() {
    try (LoopRunner own = new LoopRunner()) {
      GraphVariable<TInt64> step = own.store.createGlobalStep();
      RNNCell dropped =
          DropoutWrapper.builder(new BasicLSTMCell(UNITS))
              .inputKeepProb(0.8f)
              .outputKeepProb(0.7f)
              .stateKeepProb(0.6f)
              .noise(RandomSource.ofStep(5, step.value()))
              .build();
      Operand<TFloat32> steps = own.values(1, BATCH, STEPS, 2);
      DynamicRnn<TFloat32> rnn =
          own.dynamic(dropped, steps).sequenceLength(own.tf.array(4, 3)).build();
      GradientCheck.assertGradientsHold(
          own.runner, own.store, own.loss(LoopRunner.results(rnn)), steps);
    }
  }

  @Test
  void trainingLowersTheLoss() {
    try (LoopRunner own = new LoopRunner()) {
      RNNCell stack = new MultiRNNCell(List.of(new GRUCell(6), new BasicRNNCell(2)));
      Operand<TFloat32> steps = own.values(1, 5, 7, 2);
      DynamicRnn<TFloat32> rnn =
          own.dynamic(stack, steps).sequenceLength(own.tf.array(7, 6, 5, 4, 0)).build();
      Operand<TFloat32> target = own.tf.math.tanh(own.values(2, 5, 7, 2));
      Operand<TFloat32> loss =
          own.tf.math.mean(
              own.tf.math.square(own.tf.math.sub(rnn.outputs(), target)), own.tf.array(0, 1, 2));
      List<GraphVariable<TFloat32>> variables = own.store.trainable();
      List<Operand<TFloat32>> clipped =
          ClipByGlobalNorm.of(own.tf, own.gradients(loss, own.weights()), 1f).clipped();
      Op train =
          new AdamOptimizer(0.02f)
              .applyGradients(own.tf, own.store, variables, clipped, own.store.createGlobalStep());
      own.initialize();
      float before = own.runner.fetch(loss)[0];
      for (int k = 0; k < 40; k++) {
        own.runner.run(train);
      }
      assertThat(own.runner.fetch(loss)[0]).isLessThan(before * 0.7f);
    }
  }

  // In Python the graph optimizer takes the sum of a gradient [1, 4] for a bias, and the run fails.
  @Test
  void theKernelOfAProjectionFromOneUnitHasAGradientInAnOptimizedGraph() {
    RNNCell projected = LSTMCell.builder(1).numProj(4).build();
    Operand<TFloat32> steps = loops.values(5, BATCH, 3, 4);
    DynamicRnn<TFloat32> rnn =
        DynamicRnn.builder(loops.tf, loops.store.rootScope().child("one"), projected, steps)
            .build();
    loops.initialize();
    Operand<TFloat32> loss = loops.loss(List.of(rnn.outputs()));
    GraphVariable<TFloat32> kernel =
        loops.store.trainable().stream()
            .filter(variable -> variable.name().endsWith("projection/kernel"))
            .findFirst()
            .orElseThrow();
    float[] gradient = loops.runner.fetch(loops.gradients(loss, List.of(kernel.value())).get(0));
    assertThat(gradient).hasSize(4).doesNotContain(0f);
  }

  @Test
  void theGradientOfALoopBuiltWithoutOneIsRejected() {
    DynamicRnn<TFloat32> values =
        loops.dynamic(cell, inputs).scope("values").gradient(false).build();
    assertThatThrownBy(
            () -> loops.gradients(loops.loss(LoopRunner.results(values)), loops.weights()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("loop values/while has no gradient", "gradient(true)");
  }

  @Test
  void aCellWithoutGradientIsRejectedOnlyByTheGradient() {
    RNNCell odd =
        BasicRNNCell.builder(UNITS)
            .activation(
                (tf, x) -> {
                  Operand<TFloating> share = tf.math.sigmoid(x);
                  return tf.math.betainc(share, share, share);
                })
            .build();
    List<Operand<TFloat32>> found =
        LoopRunner.results(loops.dynamic(odd, inputs).scope("odd").build());
    List<Operand<TFloat32>> expected = loops.results(loops.unrolled(odd, inputs).build());
    loops.initialize();
    loops.assertClose(found, expected, LoopRunner.VALUES);
    loops.assertNoneIsZero(found);
    assertThatThrownBy(() -> loops.gradients(loops.loss(found), List.of(inputs)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("loop odd/while has no gradient", "Betainc");
  }

  @Test
  void secondDerivativesAreRejected() {
    List<Operand<TFloat32>> first = loops.gradients(loops.loss(dynamic), loops.weights());
    assertThatThrownBy(() -> loops.gradients(loops.loss(first), loops.weights()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("second derivatives", "not supported");
  }

  @Test
  void randomWeightsOfTheLossGiveTheUnrolledLoopsGradients() {
    Random random = new Random(4);
    for (int k = 0; k < 3; k++) {
      Operand<TFloat32> factor = loops.values(random.nextInt(), BATCH, STEPS, UNITS);
      assertSameGradients(
          loops.loss(List.of(loops.tf.math.mul(dynamic.get(0), factor))),
          loops.loss(List.of(loops.tf.math.mul(unrolled.get(0), factor))),
          allPlaces());
    }
  }
}
