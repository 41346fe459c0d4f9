package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ComputeGradientsTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(3));
  private final Optimizer optimizer = new GradientDescentOptimizer(0.5f);

  @AfterEach
  void close() {
    runner.close();
  }

  private GraphVariable<TFloat32> variable(String name, float... values) {
    return store
        .rootScope()
        .getVariable(name, Shape.of(values.length), Initializers.constant(values));
  }

  private float[] initialized(Operand<TFloat32> tensor) {
    runner.run(store.globalVariablesInitializer());
    return runner.fetch(tensor);
  }

  @Test
  void gradientsAreInTheOrderOfTheVariables() {
    GraphVariable<TFloat32> x = variable("x", 2f, -3f);
    GraphVariable<TFloat32> y = variable("y", 4f);
    Operand<TFloat32> loss = tf.math.mul(tf.math.square(x.value()), y.value()); // [2]: summed
    List<Operand<TFloat32>> gradients = optimizer.computeGradients(tf, loss, List.of(y, x));
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(gradients.get(0))).containsExactly(13);
    assertThat(runner.fetch(gradients.get(1))).containsExactly(16, -24);
  }

  @Test
  void aVariableWithoutAGradientHasNull() {
    GraphVariable<TFloat32> x = variable("x", 2f, -3f);
    GraphVariable<TFloat32> y = variable("y", 4f);
    Operand<TFloat32> loss = tf.withName("loss").math.square(x.value());
    List<Operand<TFloat32>> gradients = optimizer.computeGradients(tf, loss, List.of(y, x));
    assertThat(gradients.get(0)).isNull();
    assertThat(initialized(gradients.get(1))).containsExactly(4, -6);
    Operand<TFloat32> stopped = tf.math.add(y.value(), tf.stopGradient(x.value()));
    gradients = optimizer.computeGradients(tf, stopped, List.of(y, x));
    assertThat(initialized(gradients.get(0))).containsExactly(2);
    assertThat(gradients.get(1)).isNull();
    assertThat(optimizer.computeGradients(tf, tf.constant(1f), List.of(y, x)))
        .containsExactly(null, null);
    assertRejected(() -> optimizer.computeGradients(tf, loss, List.of()), "found none");
  }

  @Test
  void theGradientOfTheLossMayBeGiven() {
    GraphVariable<TFloat32> x = variable("x", 2f, -3f);
    Operand<TFloat32> loss = tf.math.square(x.value());
    var weighted =
        optimizer.computeGradients(tf, loss, List.of(x), Optional.of(tf.array(0.5f, 10f)));
    assertThat(initialized(weighted.get(0))).containsExactly(2, -60);
    assertRejected(
        () -> optimizer.computeGradients(tf, loss, List.of(x), Optional.of(tf.array(1f))),
        "shape [2], found [1]");
  }

  @Test
  void anOperationWithoutAGradientIsNamed() {
    GraphVariable<TFloat32> x = variable("x", 2f, -3f);
    Operand<TFloat32> loss = tf.withName("loss").math.igammac(x.value(), x.value());
    assertRejected(
        () -> optimizer.computeGradients(tf, loss, List.of(x)), "loss loss", "[x]", "Igammac");
  }
}
