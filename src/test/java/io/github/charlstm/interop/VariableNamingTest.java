package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariableNamingTest {
  @ParameterizedTest
  @CsvSource({
    "rnn/basic_lstm_cell/kernel, rnn/basic_lstm_cell/kernel, KERNEL",
    "rnn/basic_lstm_cell/weights/Adam_1, rnn/basic_lstm_cell/kernel/Adam_1, WEIGHTS",
    "RNN/BasicLSTMCell/Linear/Bias, rnn/basic_lstm_cell/bias, LINEAR",
    "RNN/MultiRNNCell/Cell1/BasicLSTMCell/Linear/Matrix/Adam,"
        + " rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel/Adam, LINEAR",
    "rnnlm/multi_rnn_cell/cell_0/gru_cell/gates/weights,"
        + " rnnlm/multi_rnn_cell/cell_0/gru_cell/gates/kernel, WEIGHTS",
    "rnnlm/MultiRNNCell/Cell12/GRUCell/Candidate/Linear/Bias,"
        + " rnnlm/multi_rnn_cell/cell_12/gru_cell/candidate/bias, LINEAR",
    "rnnlm/MultiRNNCell/Cell0/LSTMCell/W_0, rnnlm/multi_rnn_cell/cell_0/lstm_cell/kernel, LINEAR",
    "rnnlm/MultiRNNCell/Cell0/LSTMCell/B, rnnlm/multi_rnn_cell/cell_0/lstm_cell/bias, LINEAR",
    "rnnlm/multi_rnn_cell/cell_0/basic_rnn_cell/biases,"
        + " rnnlm/multi_rnn_cell/cell_0/basic_rnn_cell/bias, WEIGHTS",
  })
  void namesOfEveryVersionAreParsed(String old, String today, VariableNaming era) {
    assertThat(VariableNaming.current(old)).isEqualTo(today);
    assertThat(VariableNaming.read(old).orElseThrow().naming()).isEqualTo(era);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "softmax/Variable_1/Adam",
        "rnnlm/softmax_w",
        "Variable",
        "rnnlm/multi_rnn_cell/cell_0/nas_cell/kernel",
        "rnnlm/multi_rnn_cell/cell_0/lstm_cell/w_f_diag",
        "my/rnn/basic_lstm_cell/kernel"
      })
  void otherNamesStayAsTheyAre(String name) {
    assertThat(VariableNaming.current(name)).isEqualTo(name);
    assertThat(VariableNaming.read(name)).isEmpty();
  }

  @Test
  void theEmbeddingOfEarlyVersionsIsInTheScopeOfTheNetwork() {
    assertThat(VariableNaming.current("rnnlm/embedding")).isEqualTo("embedding");
    assertThat(VariableNaming.current("rnnlm/embedding/Adam_1")).isEqualTo("embedding/Adam_1");
    assertThat(VariableNaming.current("rnnlm/embeddings")).isEqualTo("rnnlm/embeddings");
  }

  // the JSON files map current names to names in the file, for all versions
  @Test
  void theNamesInPythonsFilesAreParsed() throws IOException {
    for (String[] fixture :
        List.of(
            new String[] {"save-folders", "rnn_2_linear"},
            new String[] {"save-folders", "gru_3_linear"},
            new String[] {"save-folders", "lstm_1_linear"},
            new String[] {"save-folders", "gru_1_weights"},
            new String[] {"save-folders", "gru_2_kernel"},
            new String[] {"checkpoints", "checkpoint_v1_linear"},
            new String[] {"checkpoints", "checkpoint_v1_weights"})) {
      JsonNode names = PythonFixture.read(fixture[0], fixture[1]).get("names");
      assertThat(names.size()).isGreaterThan(10);
      for (Map.Entry<String, JsonNode> name : names.properties()) {
        assertThat(VariableNaming.current(name.getValue().asText())).isEqualTo(name.getKey());
      }
    }
  }
}
