package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class RegularizerTest {

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("regularizers.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesOfAScopeAreThoseOfPython(JsonNode golden) {
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      VariableStore store = new VariableStore(tf, RandomSeeds.numbered(87));
      float scale = (float) golden.required("scale").asDouble();
      Regularizer regularizer =
          golden.required("regularizer").asText().equals("l1")
              ? Regularizer.l1(scale)
              : Regularizer.l2(scale);
      VariableScope model =
          store.rootScope().child("model").withRegularizer(regularizer).withReuse(Reuse.AUTO_REUSE);
      List<GraphVariable<TFloat32>> variables = new ArrayList<>();
      variables.add(model.getVariable("kernel", Shape.of(4, 3), values(golden, 0)));
      variables.add(model.child("inner").getVariable("bias", Shape.of(3), values(golden, 1)));
      model.getVariable("kernel", Shape.of(4, 3)); // shared: no second term
      store.rootScope().getVariable("free", Shape.of(2));
      runner.run(store.globalVariablesInitializer());
      List<Operand<TFloat32>> losses = store.regularizationLosses();
      assertThat(losses).hasSize(golden.required("losses").size());
      for (int k = 0; k < losses.size(); k++) {
        float loss = (float) golden.required("losses").get(k).asDouble();
        assertThat(runner.fetch(losses.get(k))[0]).isCloseTo(loss, within(loss * 1e-6f));
        float[] gradient =
            GoldenFile.floats(golden.required("gradients").get(k).required("values"));
        Operand<TFloat32> found =
            tf.gradients(losses.get(k), List.of(variables.get(k).value())).dy(0);
        assertThat(runner.fetch(found)).containsExactly(gradient);
      }
    }
  }

  private static Initializer values(JsonNode golden, int number) {
    return Initializers.constant(
        GoldenFile.floats(golden.required("values").get(number).required("values")));
  }

  @Test
  void untrainableVariablesAreRegularizedAndSlotsAreNot() {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.numbered(1));
      VariableScope scope = store.rootScope().withRegularizer(Regularizer.l2(1));
      GraphVariable<TFloat32> x = scope.getVariable("x", Shape.of(2));
      scope.getUntrainableVariable("y", Shape.of(2), Initializers.ones());
      new AdamOptimizer(0.1f).minimize(runner.tf(), store, store.regularizationLosses().get(0));
      scope.variable(Shape.of(2), Initializers.ones()); // as tf.Variable
      assertThat(store.regularizationLosses()).hasSize(2);
      assertThat(store.trainable()).contains(x);
    }
  }

  @Test
  void badScalesAreRejected() {
    assertRejected(() -> Regularizer.l1(-1), "l1_regularizer", "0 or more, found -1.0");
    assertRejected(() -> Regularizer.l2(Float.NaN), "l2_regularizer", "found NaN");
  }
}
