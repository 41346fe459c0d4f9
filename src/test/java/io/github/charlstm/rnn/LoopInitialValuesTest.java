package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A loop does not change the initial values of its graph's variables. */
class LoopInitialValuesTest {
  private static void nothing(VariableStore store) {}

  private static void loop(VariableStore store) {
    Ops tf = store.rootScope().builder();
    Operand<TFloat32> inputs = tf.zeros(tf.array(2, 4, 3), TFloat32.class);
    DynamicRnn.builder(tf, store.rootScope(), new GRUCell(3), inputs).build();
  }

  /** First values of each random variable. */
  private static List<float[]> initialValues(String first, Consumer<VariableStore> more) {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.numbered(17));
      VariableScope scope = store.rootScope();
      scope.getVariable(first, Shape.of(6, 3), Initializers.glorotUniform());
      more.accept(store);
      runner.run(store.globalVariablesInitializer());
      return runner
          .fetch(
              store.trainable().stream()
                  .filter(variable -> !variable.name().endsWith("bias"))
                  .map(variable -> variable.value())
                  .toList())
          .stream()
          .map(values -> Arrays.copyOf(values, 3))
          .toList();
    }
  }

  @Test
  void theyArePythonsWithALoopAndWithoutOne() {
    float[] python = {-0.30907607f, 0.26133263f, -0.6898439f};
    assertThat(initialValues("emb", LoopInitialValuesTest::nothing)).containsExactly(python);
    assertThat(initialValues("emb", LoopInitialValuesTest::loop))
        .containsExactly(
            python,
            new float[] {0.5541795f, -0.17320144f, -0.39949816f},
            new float[] {0.7654574f, -0.7278481f, -0.79013723f});
  }

  @Test
  void variablesMayBeCalledLikeInitializers() {
    List<float[]> without = initialValues("Initial", LoopInitialValuesTest::nothing);
    assertThat(initialValues("Initial", LoopInitialValuesTest::loop).get(0))
        .containsExactly(without.get(0));
    assertThat(without.get(0)).containsExactly(-0.30907607f, 0.26133263f, -0.6898439f);
  }
}
