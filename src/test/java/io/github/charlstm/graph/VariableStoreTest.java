package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class VariableStoreTest {
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(3));

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void variablesHaveAssignAndReadBesideThem() {
    GraphVariable<TFloat32> variable =
        store
            .rootScope()
            .child("rnn")
            .child("cell_0")
            .getVariable("kernel", Shape.of(2, 3), Initializers.zeros());
    assertThat(variable.name()).isEqualTo("rnn/cell_0/kernel");
    assertThat(variable.reference().op().type()).isEqualTo("VariableV2");
    assertThat(variable.reference().op().name()).isEqualTo("rnn/cell_0/kernel");
    assertThat(variable.initializer().op().name()).isEqualTo("rnn/cell_0/kernel/Assign");
    assertThat(variable.value().op().name()).isEqualTo("rnn/cell_0/kernel/read");
  }

  @Test
  void aTakenNameIsRejectedWithBothShapes() {
    VariableScope scope = store.rootScope().child("a");
    scope.getVariable("w", Shape.of(2), Initializers.zeros());
    assertThatThrownBy(() -> scope.getVariable("w", Shape.of(3), Initializers.zeros()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a/w")
        .hasMessageContaining("[2]")
        .hasMessageContaining("[3]");
  }

  @Test
  void unnamedVariablesAreNumberedAsInTensorFlow1() {
    VariableScope softmax = store.rootScope().child("softmax");
    assertThat(softmax.variable(Shape.of(2), Initializers.zeros()).name())
        .isEqualTo("softmax/Variable");
    assertThat(softmax.variable(Shape.of(2), Initializers.zeros()).name())
        .isEqualTo("softmax/Variable_1");
    assertThat(softmax.variable(Shape.of(2), Initializers.zeros()).name())
        .isEqualTo("softmax/Variable_2");
  }

  @Test
  void truncatedNormalStaysWithinTwoDeviations() {
    GraphVariable<TFloat32> variable =
        store.rootScope().variable(Shape.of(50, 40), Initializers.truncatedNormal(0f, 0.1f));
    runner.run(store.globalVariablesInitializer());
    double sum = 0;
    double squares = 0;
    for (float value : runner.fetch(variable.value())) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo(0.2f);
      sum += value;
      squares += value * value;
    }
    assertThat(sum / 2000).isCloseTo(0, within(0.01));
    // a normal truncated at two deviations has 0.88 of its deviation
    assertThat(Math.sqrt(squares / 2000)).isCloseTo(0.088, within(0.005));
  }

  @Test
  void theSameSeedGivesTheSameValuesAndTwoVariablesDiffer() {
    float[] first = values(3);
    assertThat(values(3)).isEqualTo(first);
    assertThat(values(4)).isNotEqualTo(first);
    GraphVariable<TFloat32> a =
        store.rootScope().getVariable("a", Shape.of(9), Initializers.glorotUniform());
    GraphVariable<TFloat32> b =
        store.rootScope().getVariable("b", Shape.of(9), Initializers.glorotUniform());
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(a.value())).isNotEqualTo(runner.fetch(b.value()));
  }

  private static float[] values(long seed) {
    try (GraphRunner other = new GraphRunner()) {
      VariableStore own = new VariableStore(other.tf(), RandomSeeds.numbered(seed));
      GraphVariable<TFloat32> variable =
          own.rootScope().getVariable("a", Shape.of(9), Initializers.glorotUniform());
      other.run(own.globalVariablesInitializer());
      return other.fetch(variable.value());
    }
  }

  @Test
  void badArgumentsAreRejected() {
    VariableScope root = store.rootScope();
    assertThatThrownBy(() -> root.getVariable("w", Shape.of(2, -1), Initializers.zeros()))
        .hasMessageContaining("fully known");
    assertThatThrownBy(() -> root.child("")).hasMessageContaining("''");
    assertThatThrownBy(() -> root.getVariable("/w", Shape.of(2), Initializers.zeros()))
        .hasMessageContaining("'/w'");
    Initializer wrong = (tf, shape, dtype, seeds) -> tf.constant(new float[] {1f, 2f});
    assertThatThrownBy(() -> root.getVariable("w", Shape.of(3), wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("variable w")
        .hasMessageContaining("[2]")
        .hasMessageContaining("[3]");
    try (EagerSession eager = EagerSession.create()) {
      Ops ops = Ops.create(eager);
      assertThatThrownBy(() -> new VariableStore(ops, RandomSeeds.of(1)))
          .hasMessageContaining("eager");
    }
  }
}
