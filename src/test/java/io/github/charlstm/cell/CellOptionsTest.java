package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Options of all cells with variables of their own: names, reuse, bad values. */
class CellOptionsTest {
  private static final int DEPTH = 4;
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(7));

  @AfterEach
  void close() {
    runner.close();
  }

  /** Makes cells of one class; with the default name of its scope. */
  static Stream<Named<IntFunction<LayerRNNCell.LayerBuilder<?>>>> kinds() {
    return Stream.of(
        Named.of("basic_rnn_cell", BasicRNNCell::builder),
        Named.of("basic_lstm_cell", BasicLSTMCell::builder),
        Named.of("lstm_cell", LSTMCell::builder),
        Named.of("gru_cell", GRUCell::builder),
        Named.of("ugrnn_cell", UGRNNCell::builder),
        Named.of("sru_cell", SRUCell::builder),
        Named.of("nas_cell", NASCell::builder),
        Named.of("layer_norm_basic_lstm_cell", LayerNormBasicLSTMCell::builder));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNameReplacesTheClasssScope(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    kind.apply(3).name("mine").build().build(store.rootScope().child("rnn"), DEPTH);
    assertThat(store.references().keySet()).allMatch(name -> name.startsWith("rnn/mine/"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void twoCellsOfOneScopeHaveVariablesOfTheirOwn(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    VariableScope scope = store.rootScope().child("rnn");
    kind.apply(3).name("mine").build().build(scope, DEPTH);
    int made = store.all().size();
    kind.apply(3).name("mine").build().build(scope, DEPTH);
    assertThat(store.all()).hasSize(2 * made);
    assertThat(store.references().keySet())
        .filteredOn(name -> name.startsWith("rnn/mine_1/"))
        .hasSize(made);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aCellThatReusesSharesTheVariables(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    VariableScope scope = store.rootScope().child("rnn");
    kind.apply(3).build().build(scope, DEPTH);
    int made = store.all().size();
    kind.apply(3).reuse(Reuse.TRUE).build().build(scope, DEPTH);
    kind.apply(3).reuse(Reuse.AUTO_REUSE).build().build(scope, DEPTH);
    assertThat(store.all()).hasSize(made);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void enteringAScopeAgainWithoutReuseFails(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    kind.apply(3).build().build(store.rootScope().child("rnn"), DEPTH);
    RNNCell second = kind.apply(5).build();
    assertThatThrownBy(() -> second.build(store.rootScope().child("rnn"), DEPTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rnn/")
        .hasMessageContaining("exists already with shape [%s, ", firstRows(kind, 3))
        .hasMessageContaining("asked to make it with shape [%s, ", firstRows(kind, 5));
  }

  /** Rows of the first kernel of a cell. */
  private static int firstRows(IntFunction<LayerRNNCell.LayerBuilder<?>> kind, int units) {
    LayerRNNCell.LayerBuilder<?> builder = kind.apply(units);
    if (builder instanceof SRUCell.Builder) {
      return DEPTH;
    }
    return builder instanceof NASCell.Builder ? units : DEPTH + units;
  }

  // NASCell has one kernel for the state, made first, and one for the inputs; SRUCell only that.
  private static boolean splitsKernel(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    LayerRNNCell.LayerBuilder<?> builder = kind.apply(1);
    return builder instanceof NASCell.Builder || builder instanceof SRUCell.Builder;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void reuseOfAMissingVariableOrOfAnotherShapeIsRejected(
      IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    RNNCell eager = kind.apply(3).reuse(Reuse.TRUE).build();
    assertThatThrownBy(() -> eager.build(store.rootScope().child("rnn"), DEPTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not exist");
    kind.apply(3).build().build(store.rootScope().child("rnn"), DEPTH);
    assertThatThrownBy(() -> eager.build(store.rootScope().child("rnn"), DEPTH + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[%s, ", splitsKernel(kind) ? DEPTH : 7)
        .hasMessageContaining("[%s, ", splitsKernel(kind) ? DEPTH + 1 : 8);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void inputsAndStateAreOfOneBatch(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    RNNCell cell = kind.apply(3).build();
    cell.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> two = cell.zeroState(runner.tf(), 2);
    Operand<TFloat32> three = runner.matrix(new float[3][DEPTH]);
    assertThatThrownBy(() -> cell.call(runner.tf(), three, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one batch, found inputs of shape [3, 4] and state of [2, 3]");
    for (Shape open : List.of(Shape.unknown(), Shape.of(-1, DEPTH))) {
      Operand<TFloat32> later = runner.tf().placeholder(TFloat32.class, Placeholder.shape(open));
      assertThat(cell.call(runner.tf(), later, two).output().shape()).isEqualTo(Shape.of(2, 3));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void badOptionsAreRejected(IntFunction<LayerRNNCell.LayerBuilder<?>> kind) {
    assertThatThrownBy(() -> kind.apply(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 unit, found 0");
    assertThatThrownBy(() -> kind.apply(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 unit, found -1");
    assertThatThrownBy(() -> kind.apply(3).name("a/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a/b'");
    assertThatThrownBy(() -> kind.apply(3).name("my cell"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("letters, digits")
        .hasMessageContaining("'my cell'");
    if (kind.apply(3) instanceof LayerRNNCell.ActivationBuilder<?> builder) {
      assertThatThrownBy(() -> builder.activation(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("activation");
    }
  }

  @Test
  void theDefaultNamesAreTensorFlow1s() {
    kinds()
        .forEach(
            kind -> {
              String name = kind.getName();
              kind.getPayload()
                  .apply(2)
                  .build()
                  .build(store.rootScope().child("in_" + name), DEPTH);
              assertThat(store.references()).containsKey(firstKernel(name));
            });
  }

  private static String firstKernel(String name) {
    return "in_" + name + "/" + name + (name.equals("gru_cell") ? "/gates/kernel" : "/kernel");
  }
}
