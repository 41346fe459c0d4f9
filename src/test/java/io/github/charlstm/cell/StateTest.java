package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class StateTest {
  private static final StateSize NESTED =
      StateSize.tuple(
          List.of(
              StateSize.lstm(5, 3), StateSize.tuple(List.of(StateSize.of(2))), StateSize.of(4)));

  private final GraphRunner runner = new GraphRunner();

  @AfterEach
  void close() {
    runner.close();
  }

  private List<Operand<TFloat32>> leaves(StateSize size) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    size.flatten().forEach(width -> leaves.add(runner.matrix(new float[1][width])));
    return leaves;
  }

  @Test
  void sizesFlattenDepthFirst() {
    assertThat(NESTED.flatten()).containsExactly(5, 3, 2, 4);
  }

  @Test
  void statesFlattenDepthFirstAndPackAgain() {
    List<Operand<TFloat32>> leaves = leaves(NESTED);
    RNNState<TFloat32> state = NESTED.pack(leaves);
    assertThat(state.flatten()).isEqualTo(leaves);
    assertThat(state.pack(leaves)).isEqualTo(state);
    assertThat(state.parts().get(0)).isEqualTo(new LSTMStateTuple<>(leaves.get(0), leaves.get(1)));
    assertThat(state.parts().get(2)).isEqualTo(new TensorState<>(leaves.get(3)));
  }

  @Test
  void sizesAndStatesDescribeTheirStructureAlike() {
    String words = "(LSTMStateTuple(c=5, h=3), (2,), 4)";
    assertThat(NESTED.describe()).isEqualTo(words);
    assertThat(NESTED.pack(leaves(NESTED)).describe()).isEqualTo(words);
  }

  @Test
  void widthsThatAreUnknownShowAsQuestionMarks() {
    Placeholder<TFloat32> unknown =
        runner.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.unknown()));
    Placeholder<TFloat32> wide =
        runner.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, -1)));
    assertThat(new LSTMStateTuple<>(unknown, wide).describe())
        .isEqualTo("LSTMStateTuple(c=?, h=?)");
    assertThat(new TensorState<>(runner.tf().constant(1f)).describe()).isEqualTo("[]");
  }

  @Test
  void aWrongNumberOfLeavesIsRejected() {
    List<Operand<TFloat32>> three = leaves(NESTED).subList(0, 3);
    RNNState<TFloat32> state = NESTED.pack(leaves(NESTED));
    for (Runnable pack : List.<Runnable>of(() -> NESTED.pack(three), () -> state.pack(three))) {
      assertThatThrownBy(pack::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("packs 4 tensors, found 3");
    }
    for (Runnable pack :
        List.<Runnable>of(
            () -> StateSize.lstm(1, 1).pack(three),
            () -> new LSTMStateTuple<>(three.get(0), three.get(1)).pack(three))) {
      assertThatThrownBy(pack::run).hasMessageContaining("packs 2 tensors, found 3");
    }
    for (Runnable pack :
        List.<Runnable>of(
            () -> StateSize.of(1).pack(three), () -> new TensorState<>(three.get(0)).pack(three))) {
      assertThatThrownBy(pack::run).hasMessageContaining("packs 1 tensor, found 3");
    }
  }

  @Test
  void emptyTuplesAndWidthsBelowOneAreRejected() {
    assertThatThrownBy(() -> StateSize.of(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> StateSize.lstm(2, -1)).hasMessageContaining("found -1");
    assertThatThrownBy(() -> StateSize.tuple(List.of())).hasMessageContaining("found none");
    assertThatThrownBy(() -> new TupleState<>(List.of())).hasMessageContaining("found none");
  }
}
