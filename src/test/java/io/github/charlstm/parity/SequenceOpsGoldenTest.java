package io.github.charlstm.parity;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.ClipByNorm;
import io.github.charlstm.graph.CustomGradients;
import io.github.charlstm.rnn.SequenceLoss;
import io.github.charlstm.rnn.SequenceMask;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** {@code sequence_mask}, {@code clip_by_norm} and {@code sequence_loss}. */
class SequenceOpsGoldenTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();

  @AfterEach
  void close() {
    runner.close();
  }

  private static JsonNode golden(String part) throws IOException {
    try (InputStream file =
        SequenceOpsGoldenTest.class.getResourceAsStream("/goldens/sequence_ops.tf-2.15.1.json")) {
      return new ObjectMapper().readTree(file).required(part);
    }
  }

  private static Shape shape(JsonNode tensor) {
    JsonNode sizes = tensor.required("shape");
    long[] dimensions = new long[sizes.size()];
    for (int k = 0; k < dimensions.length; k++) {
      dimensions[k] = sizes.get(k).asLong();
    }
    return Shape.of(dimensions);
  }

  private static float[] values(JsonNode tensor) {
    JsonNode numbers = tensor.required("values");
    float[] values = new float[numbers.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) numbers.get(k).doubleValue();
    }
    return values;
  }

  private Operand<TFloat32> floats(JsonNode tensor) {
    return tf.constant(shape(tensor), DataBuffers.of(values(tensor)));
  }

  private Operand<TInt32> integers(JsonNode tensor) {
    return tf.dtypes.cast(floats(tensor), TInt32.class);
  }

  private void assertSame(Operand<TFloat32> found, JsonNode golden) {
    assertThat(found.shape().isCompatibleWith(shape(golden))).isTrue();
    assertThat(runner.fetch(found)).containsExactly(values(golden), within(1e-6f));
  }

  @Test
  void sequenceMask() throws IOException {
    for (JsonNode golden : golden("sequence_mask")) {
      Operand<TInt32> lengths = integers(golden.required("lengths"));
      JsonNode maxlen = golden.required("maxlen");
      var mask =
          maxlen.isNull()
              ? SequenceMask.of(tf, lengths)
              : SequenceMask.of(tf, lengths, tf.constant(maxlen.asInt()));
      assertSame(tf.dtypes.cast(mask, TFloat32.class), golden.required("mask"));
    }
    assertRejected(() -> SequenceMask.of(tf, tf.array(1, 2), tf.array(3)), "scalar maxlen", "[1]");
  }

  @Test
  void clipByNorm() throws IOException {
    for (JsonNode golden : golden("clip_by_norm")) {
      Operand<TFloat32> given = floats(golden.required("values"));
      List<Integer> axes = new ArrayList<>();
      golden.required("axes").forEach(axis -> axes.add(axis.asInt()));
      Operand<TFloat32> clipped =
          ClipByNorm.of(
              tf,
              given,
              (float) golden.required("clip_norm").doubleValue(),
              axes.stream().mapToInt(Integer::intValue).toArray());
      assertSame(clipped, golden.required("clipped"));
      assertSame(
          tf.gradients(tf.math.square(clipped), List.of(given)).dy(0), golden.required("gradient"));
    }
    assertRejected(() -> ClipByNorm.of(tf, tf.array(1f), -1f), "0 or more, found -1.0");
  }

  @Test
  void sequenceLoss() throws IOException {
    CustomGradients.register();
    for (JsonNode golden : golden("sequence_loss")) {
      Operand<TFloat32> logits = floats(golden.required("logits"));
      SequenceLoss<TFloat32> builder =
          SequenceLoss.builder(
                  tf,
                  steps(logits),
                  steps(integers(golden.required("targets"))),
                  steps(floats(golden.required("weights"))))
              .averageAcrossTimesteps(golden.required("average_across_timesteps").asBoolean())
              .averageAcrossBatch(golden.required("average_across_batch").asBoolean());
      assertSame(builder.byExample(), golden.required("by_example"));
      Operand<TFloat32> loss = builder.sequenceLoss();
      assertSame(loss, golden.required("loss"));
      assertSame(tf.gradients(loss, List.of(logits)).dy(0), golden.required("gradient"));
    }
  }

  private <T extends org.tensorflow.types.family.TType> List<Operand<T>> steps(Operand<T> tensor) {
    List<Operand<T>> steps = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      steps.add(tf.gather(tensor, tf.constant(t), tf.constant(0)));
    }
    return steps;
  }

  @Test
  void anotherLossFunctionAndMistakes() {
    List<Operand<TFloat32>> logits = List.of(tf.constant(new float[][] {{2f, 5f}}));
    List<Operand<TFloat32>> weights = List.of(tf.array(0.5f));
    Operand<TFloat32> loss =
        SequenceLoss.builder(tf, logits, List.of(tf.array(1)), weights)
            .averageAcrossTimesteps(false)
            .softmaxLossFunction((ops, labels, step) -> ops.sum(step, ops.array(1)))
            .sequenceLoss();
    assertThat(runner.fetch(loss)).containsExactly(3.5f);
    assertRejected(() -> SequenceLoss.builder(tf, logits, List.of(), weights), "found 1, 0 and 1");
  }
}
