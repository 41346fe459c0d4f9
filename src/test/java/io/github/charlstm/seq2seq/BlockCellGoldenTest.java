package io.github.charlstm.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.rnn.DynamicRnn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** {@code LSTMCell} has the variables and values of contrib's fused cells in TensorFlow 1.15. */
class BlockCellGoldenTest {
  private static final int UNITS = 4;

  static Stream<Named<JsonNode>> cases() {
    return GoldenGraph.cases("contrib_block_cells", "");
  }

  // the cell of checkpoints that CudnnLSTM wrote
  private static RNNCell compatible() {
    return LSTMCell.builder(UNITS).forgetBias(0).name("cudnn_compatible_lstm_cell").build();
  }

  private static RNNCell cell(String name) {
    return switch (name) {
      case "LSTMBlockCell" -> new LSTMCell(UNITS);
      case "CudnnCompatibleLSTMCell" -> compatible();
      default -> new MultiRNNCell(List.of(compatible(), compatible()));
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lstmCellHasTheirVariablesAndValues(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      DynamicRnn<TFloat32> rnn =
          DynamicRnn.builder(graph.tf(), graph.scope(), cell(graph.name()), graph.floats("inputs"))
              .build();
      Map<String, Operand<?>> results = new LinkedHashMap<>();
      results.put("outputs", rnn.outputs());
      for (Operand<TFloat32> leaf : rnn.state().flatten()) {
        results.put("final_" + (results.size() - 1), leaf);
      }
      graph.check(results);
    }
  }
}
