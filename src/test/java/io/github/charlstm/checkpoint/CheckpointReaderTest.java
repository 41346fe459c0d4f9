package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

@Tag("machine")
class CheckpointReaderTest {
  @TempDir Path folder;

  @Test
  void valuesOfEachTypeComeBackUnchanged() throws IOException {
    Path prefix = folder.resolve("deep/state");
    try (TFloat32 floats = TFloat32.vectorOf(1.5f, -2f, Float.MIN_VALUE);
        TInt64 longs = TInt64.vectorOf(Long.MIN_VALUE, 7);
        TInt32 step = TInt32.scalarOf(-3);
        TBool empty = TBool.tensorOf(Shape.of(0, 4));
        TString words = TString.vectorOf("a", "b".repeat(300), "")) {
      TensorBundle.write(
          prefix, Map.of("f", floats, "l", longs, "step", step, "empty", empty, "words", words));
    }
    CheckpointReader reader = TensorBundle.read(prefix);
    assertThat(reader.tensors().keySet()).containsExactly("empty", "f", "l", "step", "words");
    assertThat(reader.tensors().get("empty"))
        .isEqualTo(new TensorInfo("empty", DataType.DT_BOOL, Shape.of(0, 4)));
    assertThat(reader.readFloats("f")).containsExactly(1.5f, -2f, Float.MIN_VALUE);
    assertThat(reader.readLongs("l")).containsExactly(Long.MIN_VALUE, 7);
    assertThat(reader.readLongs("step")).containsExactly(-3);
    assertThat(reader.hasTensor("words")).isTrue();
    assertThat(reader.hasTensor("word")).isFalse();
  }

  @Test
  void aTensorOfManyChunksIsReadInOrder() throws IOException {
    float[] values = new float[700_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path prefix = folder.resolve("large");
    try (TFloat32 tensor = TFloat32.vectorOf(values)) {
      TensorBundle.write(prefix, Map.of("x", tensor));
    }
    assertThat(CheckpointReader.open(prefix).readFloats("x")).isEqualTo(values);
  }

  @Test
  void aCheckpointOfManyBlocksIsReadCompletely() throws IOException {
    Path prefix = folder.resolve("many");
    Map<String, TFloat32> tensors = new TreeMap<>();
    for (int i = 0; i < 400; i++) {
      tensors.put("rnn/cell_" + i + "/" + "k".repeat(1 + i % 50), TFloat32.scalarOf(i));
    }
    TensorBundle.write(prefix, tensors);
    tensors.values().forEach(TFloat32::close);
    CheckpointReader reader = TensorBundle.read(prefix);
    assertThat(reader.tensors().keySet()).isEqualTo(tensors.keySet());
    assertThat(reader.readFloats("rnn/cell_399/" + "k".repeat(50))).containsExactly(399f);
  }

  /** Saves the slices of one variable; the keys are TensorFlow's {@code shape_and_slices}. */
  static void saveSlices(Path prefix, String name, SortedMap<String, FloatNdArray> slices) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      List<Operand<?>> values = new ArrayList<>();
      slices.values().forEach(slice -> values.add(tf.constant(slice)));
      var save =
          tf.train.save(
              tf.constant(prefix.toString()),
              tf.array(Collections.nCopies(slices.size(), name).toArray(String[]::new)),
              tf.array(slices.keySet().toArray(String[]::new)),
              values);
      session.runner().addTarget(save).run().close();
    }
  }

  @Test
  void slicesOfAPartitionedVariableAreReadAsOneTensorAndVerified() throws IOException {
    Path prefix = folder.resolve("partitioned");
    saveSlices(
        prefix,
        "v",
        new TreeMap<>(
            Map.of(
                "4 2 0,2:-", StdArrays.ndCopyOf(new float[][] {{1, 2}, {3, 4}}),
                "4 2 2,2:-", StdArrays.ndCopyOf(new float[][] {{5, 6}, {7, 8}}))));
    CheckpointReader reader = TensorBundle.read(prefix);
    assertThat(reader.tensors().get("v").shape()).isEqualTo(Shape.of(4, 2));
    assertThat(reader.tensors()).hasSize(1);
    assertThat(reader.readFloats("v")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    byte[] data = Files.readAllBytes(folder.resolve("partitioned.data-00000-of-00001"));
    data[data.length - 1] ^= 1;
    Files.write(folder.resolve("partitioned.data-00000-of-00001"), data);
    assertThatThrownBy(reader::verifyAll).isInstanceOf(CheckpointException.class);
    assertThatThrownBy(() -> reader.readFloats("v")).isInstanceOf(CheckpointException.class);
  }

  @Test
  void aCheckpointOfTwoShardsIsReadFromBoth() throws IOException {
    String first = folder.resolve("part-1").toString();
    String second = folder.resolve("part-2").toString();
    Path merged = folder.resolve("merged");
    try (TFloat32 a = TFloat32.scalarOf(1f);
        TFloat32 b = TFloat32.scalarOf(2f)) {
      TensorBundle.write(Path.of(first), Map.of("a", a));
      TensorBundle.write(Path.of(second), Map.of("b", b));
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var merge =
          tf.train.mergeV2Checkpoints(tf.array(first, second), tf.constant(merged.toString()));
      session.runner().addTarget(merge).run().close();
    }
    CheckpointReader reader = TensorBundle.read(merged);
    assertThat(reader.readFloats("a")).containsExactly(1f);
    assertThat(reader.readFloats("b")).containsExactly(2f);
    Files.delete(folder.resolve("merged.data-00001-of-00002"));
    assertThatThrownBy(() -> CheckpointReader.open(merged))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("merged.data-00001-of-00002 is missing");
  }

  @Test
  void aMissingCheckpointIsNamed() {
    assertThatThrownBy(() -> CheckpointReader.open(folder.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("checkpoint not found")
        .hasMessageContaining("none.index");
    assertThatThrownBy(() -> CheckpointReader.open(Path.of("")))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void aFileThatIsNoCheckpointIsRejected() throws IOException {
    Path prefix = Files.writeString(folder.resolve("model.ckpt-1"), "data");
    assertThatThrownBy(() -> CheckpointReader.open(prefix))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(prefix.toString())
        .hasMessageContaining("expected at least 48 bytes");
    Path index = Files.writeString(folder.resolve("other.index"), "data");
    assertThatThrownBy(() -> CheckpointReader.open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("without .index");
  }

  @Test
  void aMissingNameOrAnotherTypeIsRejected() throws IOException {
    Path prefix = folder.resolve("state");
    try (TInt64 step = TInt64.scalarOf(1)) {
      TensorBundle.write(prefix, Map.of("step", step));
    }
    CheckpointReader reader = CheckpointReader.open(prefix);
    assertThatThrownBy(() -> reader.readFloats("stop"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has no tensor named stop");
    assertThatThrownBy(() -> reader.readFloats("step"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected tensor step to be float32, found int64[]");
  }

  @Test
  void aCheckpointOfPythonIsRead() {
    Path prefix = testData("tf1-checkpoints/sherlock/model.ckpt-14000");
    CheckpointReader reader = CheckpointReader.open(prefix);
    reader.verifyAll();
    String cell = "rnnlm/multi_rnn_cell/cell_1/basic_lstm_cell/";
    assertThat(reader.tensors()).hasSize(24);
    assertThat(reader.tensors().get("embedding").shape()).isEqualTo(Shape.of(97, 128));
    assertThat(reader.tensors().get(cell + "weights").shape()).isEqualTo(Shape.of(256, 512));
    assertThat(reader.tensors().get(cell + "biases/Adam_1").typeAndShape()).isEqualTo("float[512]");
    assertThat(reader.tensors().get("rnnlm/softmax_w").shape()).isEqualTo(Shape.of(128, 97));
    for (TensorInfo info : reader.tensors().values()) {
      if (info.dtype() == DataType.DT_FLOAT) {
        float[] values = reader.readFloats(info.name());
        assertThat(values).hasSize((int) info.shape().size());
        for (float value : values) {
          assertThat(Float.isFinite(value)).isTrue();
        }
      }
    }
    assertThat(reader.readFloats("beta2_power")[0]).isBetween(0f, 0.001f);
  }

  private static Path testData(String name) {
    String root = System.getenv("CHARLSTM_TEST_DATA");
    Assumptions.assumeTrue(root != null, "CHARLSTM_TEST_DATA is not set; missing file: " + name);
    Path file = Path.of(root).resolve(name);
    Path index = file.resolveSibling(file.getFileName() + ".index");
    Assumptions.assumeTrue(Files.exists(index), "missing file: " + index);
    return file;
  }
}
