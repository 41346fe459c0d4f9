package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;

class TimeStackTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 9, 64, 65, 100, 513})
  void equalsOneWideStack(int steps) {
    try (GraphRunner runner = new GraphRunner()) {
      List<Operand<TFloat32>> outputs = new ArrayList<>();
      Random random = new Random(steps);
      for (int t = 0; t < steps; t++) {
        outputs.add(runner.matrix(Randoms.matrix(random, 2, 3)));
      }
      Operand<TFloat32> joined = TimeStack.of(runner.tf(), outputs);
      Operand<TFloat32> wide = runner.tf().stack(outputs, Stack.axis(1L));
      assertThat(joined.shape()).isEqualTo(wide.shape());
      List<float[]> values = runner.fetch(List.of(joined, wide));
      assertThat(values.get(0)).isEqualTo(values.get(1));
    }
  }

  @Test
  void nothingToJoinIsRejected() {
    try (GraphRunner runner = new GraphRunner()) {
      assertThatThrownBy(() -> TimeStack.of(runner.tf(), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
