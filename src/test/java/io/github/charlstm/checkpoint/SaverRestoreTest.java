package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

/** Restores by a map of names, from every form of checkpoint that Python writes. */
class SaverRestoreTest {
  private static final String LSTM = "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v2-sharded", "v1", "v1-sharded", "v1-packed"})
  void everyFormOfPythonsCheckpointsIsRestoredByAMapOfNames(String form) {
    CheckpointReader reader = CheckpointReader.open(PythonCheckpoints.prefix(form));
    try (SmallGraph small = new SmallGraph(3, 50f)) {
      small.variable("k", Shape.of(5, 8), 0f);
      small.variable("parts", Shape.of(3, 130, 2), 0f);
      Saver saver = small.initialize().saver();
      assertThat(
              saver.restore(small.session, reader, Map.of("k", LSTM + "kernel", "parts", "middle")))
          .containsExactly(
              "beta1_power",
              "bool",
              "columns",
              "double",
              "global_step",
              "half",
              "int32",
              LSTM + "bias",
              "rows",
              "uint8",
              "words");
      assertThat(small.values("k")).isEqualTo(reader.readFloats(LSTM + "kernel"));
      assertThat(small.values("parts")).isEqualTo(reader.readFloats("middle"));
      assertThat(small.values("cell/bias")).containsExactly(150, 151);
    }
  }

  @Test
  void aMapThatDoesNotFitIsReportedAndNothingChanges() {
    CheckpointReader reader = CheckpointReader.open(PythonCheckpoints.prefix("v1"));
    try (SmallGraph small = new SmallGraph(3, 50f)) {
      small.variable("k", Shape.of(5, 8), 0f);
      Saver saver = small.initialize().saver();
      assertThatThrownBy(
              () ->
                  saver.restore(
                      small.session,
                      reader,
                      Map.of("k", LSTM + "kernel", "cell/bias", "rows", "cell/kernel", "gone")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(PythonCheckpoints.prefix("v1").toString())
          .hasMessageContaining(
              "cell/bias (in the file: rows) is float[2] in the graph and float[7, 3] in the file")
          .hasMessageContaining("missing in the file: cell/kernel (in the file: gone)");
      assertThat(small.values("k")).containsSequence(0, 1, 2).endsWith(39);
      assertThatThrownBy(() -> saver.restore(small.session, reader, Map.of("nobody", "rows")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nobody");
    }
  }
}
