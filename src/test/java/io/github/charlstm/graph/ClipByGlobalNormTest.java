package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class ClipByGlobalNormTest {

  // the two tensors together have norm 13
  @ParameterizedTest
  @ValueSource(floats = {1f, 5f, 12.9f, 13f, 13.1f, 100f})
  void scalesAllTensorsTogetherAndOnlyAboveTheBound(float bound) {
    try (GraphRunner runner = new GraphRunner()) {
      List<Operand<TFloat32>> tensors =
          List.of(
              runner.matrix(new float[][] {{3f, -4f}}), runner.matrix(new float[][] {{12f}, {0f}}));
      ClipByGlobalNorm<TFloat32> clip = ClipByGlobalNorm.of(runner.tf(), tensors, bound);
      assertThat(runner.fetch(clip.globalNorm())[0]).isCloseTo(13f, within(1e-5f));
      float factor = Math.min(1f, bound / 13f);
      List<float[]> values = runner.fetch(clip.clipped());
      assertThat(values.get(0))
          .containsExactly(new float[] {3 * factor, -4 * factor}, within(1e-5f));
      assertThat(values.get(1)).containsExactly(new float[] {12 * factor, 0}, within(1e-5f));
    }
  }

  // Else an infinite norm would silently make the finite tensors zero.
  @Test
  void aNormThatIsNotFiniteMakesAllNaN() {
    try (GraphRunner runner = new GraphRunner()) {
      for (float bad : new float[] {Float.POSITIVE_INFINITY, Float.NaN, 1e30f}) {
        List<Operand<TFloat32>> tensors =
            List.of(runner.tf().constant(1f), runner.tf().constant(bad));
        ClipByGlobalNorm<TFloat32> clip = ClipByGlobalNorm.of(runner.tf(), tensors, 5f);
        assertThat(runner.fetch(clip.clipped().get(0))).containsExactly(Float.NaN);
        assertThat(runner.fetch(clip.clipped().get(1))).containsExactly(Float.NaN);
      }
    }
  }

  @Test
  void aBoundOfZeroGivesZeros() {
    try (GraphRunner runner = new GraphRunner()) {
      ClipByGlobalNorm<TFloat32> clip =
          ClipByGlobalNorm.of(runner.tf(), List.of(runner.tf().array(3f, 4f)), 0f);
      assertThat(runner.fetch(clip.clipped().get(0))).containsExactly(0f, 0f);
      assertThat(runner.fetch(clip.globalNorm())).containsExactly(5f);
    }
  }

  @Test
  void nullStaysNullAndDoesNotCount() {
    try (GraphRunner runner = new GraphRunner()) {
      List<Operand<TFloat32>> tensors = new ArrayList<>();
      tensors.add(runner.tf().array(3f));
      tensors.add(null);
      tensors.add(runner.tf().array(4f));
      ClipByGlobalNorm<TFloat32> clip = ClipByGlobalNorm.of(runner.tf(), tensors, 2.5f);
      assertThat(clip.clipped().get(1)).isNull();
      assertThat(runner.fetch(clip.clipped().get(0))).containsExactly(1.5f);
      assertThat(runner.fetch(clip.clipped().get(2))).containsExactly(2f);
    }
  }

  @Test
  void badArgumentsAreRejected() {
    try (GraphRunner runner = new GraphRunner()) {
      List<Operand<TFloat32>> one = List.of(runner.tf().constant(1f));
      assertThatThrownBy(() -> ClipByGlobalNorm.of(runner.tf(), List.of(), 1f))
          .hasMessageContaining("at least one");
      List<Operand<TFloat32>> onlyNull = Collections.nCopies(2, null);
      assertThatThrownBy(() -> ClipByGlobalNorm.of(runner.tf(), onlyNull, 1f))
          .hasMessageContaining("at least one tensor, found only null");
      assertThatThrownBy(() -> ClipByGlobalNorm.of(runner.tf(), one, -1f))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 or more, found -1.0");
      assertThatThrownBy(() -> ClipByGlobalNorm.of(runner.tf(), one, Float.NaN))
          .hasMessageContaining("0 or more");
    }
  }
}
