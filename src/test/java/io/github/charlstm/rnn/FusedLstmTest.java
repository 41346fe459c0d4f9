package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class FusedLstmTest {
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  private FusedLstm.Builder fused(RNNCell cell, Operand<TFloat32> inputs) {
    return FusedLstm.builder(loops.tf, loops.store.rootScope(), cell, inputs);
  }

  private static List<Operand<TFloat32>> results(FusedLstm rnn) {
    List<Operand<TFloat32>> all = new ArrayList<>(List.of(rnn.outputs()));
    all.addAll(rnn.state().flatten());
    return all;
  }

  private RNNState state(RNNCell cell, int batch) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int size : cell.stateSize().flatten()) {
      leaves.add(loops.values(40 + leaves.size(), batch, size));
    }
    return cell.stateSize().pack(leaves);
  }

  private void assertSame(RNNCell cell, int batch, int steps, int lanes) {
    Operand<TFloat32> inputs = loops.values(1, batch, steps, 3);
    RNNState initial = state(cell, batch);
    FusedLstm fused = fused(cell, inputs).initialState(initial).lanes(lanes).build();
    assertThat(fused.fused()).isTrue();
    List<Operand<TFloat32>> found = results(fused);
    List<Operand<TFloat32>> expected =
        loops.results(loops.unrolled(cell, inputs).initialState(initial).build());
    loops.initialize();
    loops.assertClose(found, expected, LoopRunner.VALUES);
    loops.assertNoneIsZero(found);
    List<Operand<TFloat32>> places = new ArrayList<>(loops.weights());
    places.add(inputs);
    places.addAll(initial.flatten());
    List<Operand<TFloat32>> gradients = loops.gradients(loops.loss(found), places);
    loops.assertClose(
        gradients, loops.gradients(loops.loss(expected), places), LoopRunner.GRADIENTS);
    loops.assertNoneIsZero(gradients);
  }

  @ParameterizedTest
  @CsvSource({"2, 4, 1", "2, 4, 2", "5, 3, 2", "7, 2, 3", "1, 5, 2", "3, 2, 1", "4, 17, 4"})
  void agreesWithTheUnrolledLoop(int batch, int steps, int lanes) {
    assertSame(new BasicLSTMCell(5), batch, steps, lanes);
  }

  @ParameterizedTest
  @CsvSource({"3, 4", "16, 32"}) // rows that are aligned in memory and rows that are not
  void agreesWhereRowsShareMemory(int units, int batch) {
    assertSame(new BasicLSTMCell(units), batch, 3, 2);
  }
}
