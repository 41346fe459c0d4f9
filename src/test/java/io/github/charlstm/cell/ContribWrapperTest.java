package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableStore;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The wrappers of tf.contrib.rnn. */
class ContribWrapperTest {
  /** Projected inputs. */
  @Nested
  class InputProjection extends CellContractTest {
    @Override
    RNNCell cell() {
      return InputProjectionWrapper.builder(new GRUCell(5), 2)
          .activation(Activation.SIGMOID)
          .build();
    }

    @Override
    Expected expected() {
      String scope = "rnn/input_projection_wrapper/";
      return new Expected(
          Map.of(
              scope + "kernel", Shape.of(DEPTH, 2),
              scope + "bias", Shape.of(2),
              scope + "gru_cell/gates/kernel", Shape.of(7, 10),
              scope + "gru_cell/gates/bias", Shape.of(10),
              scope + "gru_cell/candidate/kernel", Shape.of(7, 5),
              scope + "gru_cell/candidate/bias", Shape.of(5)),
          "5",
          "InputProjectionWrapperZeroState/GRUCellZeroState/zeros");
    }
  }

  /** Projected outputs. */
  @Nested
  class OutputProjection extends CellContractTest {
    @Override
    RNNCell cell() {
      return new OutputProjectionWrapper(new GRUCell(5), 2);
    }

    @Override
    Expected expected() {
      String scope = "rnn/output_projection_wrapper/";
      return new Expected(
          Map.of(
              scope + "kernel", Shape.of(5, 2),
              scope + "bias", Shape.of(2),
              scope + "gru_cell/gates/kernel", Shape.of(DEPTH + 5, 10),
              scope + "gru_cell/gates/bias", Shape.of(10),
              scope + "gru_cell/candidate/kernel", Shape.of(DEPTH + 5, 5),
              scope + "gru_cell/candidate/bias", Shape.of(5)),
          "5",
          "OutputProjectionWrapperZeroState/GRUCellZeroState/zeros");
    }

    @Test
    void reuseSharesTheVariables() {
      built();
      int made = store.all().size();
      OutputProjectionWrapper.builder(GRUCell.builder(5).reuse(Reuse.TRUE).build(), 2)
          .reuse(Reuse.TRUE)
          .build()
          .build(store.rootScope().child("rnn"), DEPTH);
      assertThat(store.all()).hasSize(made);
    }

    @Test
    void badWidthsAreRejected() {
      RNNCell inner = new GRUCell(5);
      assertRejected(
          () -> new OutputProjectionWrapper(inner, 0),
          "OutputProjectionWrapper expects an output_size of at least 1, found 0");
      assertRejected(
          () -> new InputProjectionWrapper(inner, -1),
          "InputProjectionWrapper expects a num_proj of at least 1, found -1");
    }
  }

  /** Attention, with a state of three parts. */
  @Nested
  class Attention extends CellContractTest {
    @Override
    RNNCell cell() {
      return new AttentionCellWrapper(new BasicRNNCell(3), 2);
    }

    @Override
    Expected expected() {
      String scope = "rnn/attention_cell_wrapper/";
      return new Expected(
          Map.of(
              scope + "kernel", Shape.of(DEPTH + 3, DEPTH),
              scope + "bias", Shape.of(DEPTH),
              scope + "basic_rnn_cell/kernel", Shape.of(DEPTH + 3, 3),
              scope + "basic_rnn_cell/bias", Shape.of(3),
              scope + "attention/attn_w", Shape.of(1, 1, 3, 3),
              scope + "attention/attn_v", Shape.of(3),
              scope + "attention/kernel", Shape.of(3, 3),
              scope + "attention/bias", Shape.of(3),
              scope + "attn_output_projection/kernel", Shape.of(6, 3),
              scope + "attn_output_projection/bias", Shape.of(3)),
          "(3, 3, 6)",
          "AttentionCellWrapperZeroState/zeros",
          "AttentionCellWrapperZeroState/zeros_1",
          "AttentionCellWrapperZeroState/zeros_2");
    }

    @Test
    void theOutputTakesThePlaceOfTheOldestInTheWindow() {
      RNNCell cell = built();
      RNNState<TFloat32> before = state(cell, 3);
      RNNCell.Step<TFloat32> step = cell.call(runner.tf(), input(1), before);
      initialize();
      float[] old = runner.fetch(before.flatten().get(2));
      float[] window = runner.fetch(step.state().flatten().get(2));
      float[] output = runner.fetch(step.output());
      for (int n = 0; n < BATCH; n++) {
        for (int k = 0; k < 3; k++) {
          assertThat(window[n * 6 + k]).isEqualTo(old[n * 6 + 3 + k]);
          assertThat(window[n * 6 + 3 + k]).isEqualTo(output[n * 3 + k]);
        }
      }
    }

    @Test
    void badOptionsAreRejected() {
      RNNCell inner = new BasicLSTMCell(3);
      for (int length : new int[] {0, -1}) {
        assertRejected(
            () -> new AttentionCellWrapper(inner, length), "attn_length of at least 1, found");
      }
      var builder = AttentionCellWrapper.builder(inner, 4);
      assertRejected(() -> builder.attnSize(0), "an attn_size of at least 1, found 0");
      assertRejected(() -> builder.attnVecSize(0), "an attn_vec_size");
      assertRejected(() -> builder.inputSize(0), "an input_size");
      assertRejected(
          () -> builder.stateIsTuple(false).build(),
          "BasicLSTMCell with state LSTMStateTuple(c=3, h=3)");
    }
  }

  /** Looked up inputs, which are no floats to differentiate. */
  @Nested
  class Embedding {
    private final GraphRunner runner = new GraphRunner();
    private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(7));

    @AfterEach
    void close() {
      runner.close();
    }

    @Test
    void theCellReadsTheSymbolsRow() {
      RNNCell inner = new GRUCell(3);
      RNNCell cell =
          EmbeddingWrapper.builder(inner, 4, 2)
              .initializer(Initializers.constant(1, 2, 3, 4, 5, 6, 7, 8))
              .build();
      cell.build(store.rootScope().child("rnn"), 1);
      assertThat(store.references().keySet())
          .contains("rnn/embedding_wrapper/embedding")
          .allMatch(name -> name.startsWith("rnn/embedding_wrapper/"))
          .hasSize(5);
      RNNState<TFloat32> zero = inner.zeroState(runner.tf(), 2);
      Operand<TFloat32> symbols = runner.matrix(new float[][] {{3}, {0}});
      Operand<TFloat32> rows = runner.matrix(new float[][] {{7, 8}, {1, 2}});
      var step = cell.call(runner.tf(), symbols, zero);
      var plain = inner.call(runner.tf(), rows, zero);
      runner.run(store.globalVariablesInitializer());
      assertThat(runner.fetch(step.output())).containsExactly(runner.fetch(plain.output()));
    }

    @Test
    void byDefaultTheTableHasVarianceOne() {
      RNNCell cell = EmbeddingWrapper.builder(new GRUCell(3), 200, 50).build();
      cell.build(store.rootScope().child("rnn"), 1);
      runner.run(store.globalVariablesInitializer());
      float[] table = runner.fetch(store.trainable().get(0).as(TFloat32.class).value());
      double squares = 0;
      for (float value : table) {
        squares += value * value;
      }
      assertThat(squares / table.length).isCloseTo(1, within(0.05));
    }

    @Test
    void badArgumentsAreRejected() {
      RNNCell inner = new GRUCell(3);
      assertRejected(() -> EmbeddingWrapper.builder(inner, 0, 2), "embedding_classes", "found 0");
      assertRejected(() -> EmbeddingWrapper.builder(inner, 2, 0), "embedding_size", "found 0");
      RNNCell cell = EmbeddingWrapper.builder(inner, 4, 2).build();
      assertRejected(() -> cell.build(store.rootScope(), 2), "[batch, 1]", "found depth 2");
      Operand<TFloat32> symbol = runner.matrix(new float[][] {{3}});
      RNNState<TFloat32> zero = inner.zeroState(runner.tf(), 1);
      assertThatThrownBy(() -> cell.call(runner.tf(), symbol, zero))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
