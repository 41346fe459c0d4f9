package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Models in shards and in the V1 format from Python, and slices of any shape from TensorFlow. */
class V1ReaderTest {
  private static final Path PYTHON = Path.of("src", "test", "resources", "checkpoints");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "checkpoint_v1_kernel,model.ckpt-50",
    "checkpoint_v1_linear,model.ckpt-50",
    "checkpoint_v1_weights,model.ckpt-50",
    "checkpoint_v1_shards,model.ckpt-50",
    "checkpoint_v1_shards,model.ckpt-50-?????-of-00002",
    "checkpoint_v1_shards,model.ckpt-50-?????-of-?????",
    "checkpoint_v2_shards,model.ckpt-50",
  })
  void pythonsFilesHavePythonsValues(String fixture, String prefix) throws IOException {
    Path files = PYTHON.resolve(fixture + ".tf-2.15.1");
    CheckpointReader reader = CheckpointReader.open(files.resolve(prefix));
    reader.verifyAll();
    JsonNode expected =
        new ObjectMapper()
            .readTree(PYTHON.resolve(fixture + ".tf-2.15.1.json").toFile())
            .get("variables");
    assertThat(reader.tensors()).hasSize(expected.size());
    for (String name : reader.tensors().keySet()) {
      JsonNode variable = expected.get(name);
      double squares = 0;
      if (variable.get("type").asText().equals("float32")) {
        float[] values = reader.readFloats(name);
        for (int k = 0; k < variable.get("first").size(); k++) {
          assertThat(values[k]).isEqualTo((float) variable.get("first").get(k).asDouble());
        }
        for (float value : values) {
          squares += (double) value * value;
        }
        double sum = variable.get("sum_of_squares").asDouble();
        assertThat(Math.abs(squares - sum)).as(name).isLessThanOrEqualTo(1e-6 * sum);
      } else {
        assertThat(reader.readLongs(name)[0]).isEqualTo(variable.get("first").get(0).asLong());
      }
    }
  }

  @Test
  void slicesOfManyShapesInManyBlocksAreJoined() {
    Path file = folder.resolve("model.ckpt-7");
    float[] rows = randoms(700 * 300);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> whole = tf.reshape(tf.constant(rows), tf.array(700, 300));
      List<Operand<?>> parts = new ArrayList<>();
      List<String> slices = new ArrayList<>();
      int[][] boxes = {{0, 100, 0, 300}, {100, 600, 0, 130}, {100, 600, 130, 170}};
      for (int[] box : boxes) {
        parts.add(tf.slice(whole, tf.array(box[0], box[2]), tf.array(box[1], box[3])));
        String columns = box[3] == 300 ? "-" : box[2] + "," + box[3];
        slices.add("700 300 " + box[0] + "," + box[1] + ":" + columns);
      }
      parts.add(tf.constant(7.5f));
      slices.add("");
      parts.add(tf.constant(new long[] {-3, 1L << 40}));
      slices.add("");
      var save =
          tf.train.saveSlices(
              tf.constant(file.toString()),
              tf.array("a/part", "a/part", "a/part", "scalar", "whole"),
              tf.array(slices.toArray(String[]::new)),
              parts);
      session.runner().addTarget(save).run().close();
    }
    CheckpointReader reader = CheckpointReader.open(file);
    reader.verifyAll();
    assertThat(reader.readFloats("a/part")).isEqualTo(rows);
    assertThat(reader.readFloats("scalar")).containsExactly(7.5f);
    assertThat(reader.readLongs("whole")).containsExactly(-3, 1L << 40);
    assertThatThrownBy(() -> reader.readLongs("scalar"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("scalar")
        .hasMessageContaining("float[]");
  }

  @Test
  void slicesOfAV2CheckpointAreJoined() {
    Path prefix = folder.resolve("boxes");
    float[] values = randoms(5 * 90 * 4);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> whole = tf.reshape(tf.constant(values), tf.array(5, 90, 4));
      var save =
          tf.train.save(
              tf.constant(prefix.toString()),
              tf.array("v", "v", "v"),
              tf.array("5 90 4 -:0,70:-", "5 90 4 0,2:70,20:-", "5 90 4 2,3:70,20:-"),
              List.of(
                  tf.slice(whole, tf.array(0, 0, 0), tf.array(5, 70, 4)),
                  tf.slice(whole, tf.array(0, 70, 0), tf.array(2, 20, 4)),
                  tf.slice(whole, tf.array(2, 70, 0), tf.array(3, 20, 4))));
      session.runner().addTarget(save).run().close();
    }
    assertThat(CheckpointReader.open(prefix).readFloats("v")).isEqualTo(values);
  }

  private static float[] randoms(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
