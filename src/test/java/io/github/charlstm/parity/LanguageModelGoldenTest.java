package io.github.charlstm.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.NamedTensors;
import io.github.charlstm.model.OptimizerKind;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.RnnLanguageModel.Cell;
import io.github.charlstm.model.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** Training steps of {@code ptb_word_lm.py} and of models like it, by Python's TensorFlow. */
@Tag("slow")
class LanguageModelGoldenTest {
  private static final String FILE = "/goldens/language_models.tf-2.15.1.json";

  static Stream<Arguments> cases() throws IOException {
    try (InputStream file = LanguageModelGoldenTest.class.getResourceAsStream(FILE)) {
      Stream.Builder<Arguments> cases = Stream.builder();
      for (JsonNode golden : new ObjectMapper().readTree(file).required("cases")) {
        String name = golden.get("case").asText();
        cases.add(Arguments.of(Named.of(name, golden), RnnImplementation.FUSED));
        cases.add(Arguments.of(Named.of(name, golden), RnnImplementation.UNROLLED));
      }
      return cases.build();
    }
  }

  private static RnnLanguageModel.Settings model(JsonNode settings) {
    return RnnLanguageModel.Settings.builder(settings.get("symbols").asInt())
        .units(settings.get("units").asInt())
        .numLayers(settings.get("layers").asInt())
        .embeddingSize(settings.get("embedding").asInt())
        .cell(Cell.valueOf(settings.get("cell").asText().toUpperCase(Locale.ROOT)))
        .tiedWeights(settings.get("tied").asBoolean())
        .forgetBias((float) settings.get("forget_bias").asDouble())
        .build();
  }

  private static TrainingOptions options(JsonNode settings, RnnImplementation loop) {
    return TrainingOptions.builder()
        .feedsLearningRate(true)
        .gradClip((float) settings.get("clip").asDouble())
        .optimizer(
            OptimizerKind.valueOf(settings.get("optimizer").asText().toUpperCase(Locale.ROOT)))
        .sumOverSteps(settings.get("sum_over_steps").asBoolean())
        .loop(loop)
        .build();
  }

  private static TrainingBatches.Batch batch(JsonNode rows) {
    int steps = rows.get(0).size() - 1;
    int[] inputs = new int[rows.size() * steps];
    int[] targets = new int[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = rows.get(k / steps).get(k % steps).asInt();
      targets[k] = rows.get(k / steps).get(k % steps + 1).asInt();
    }
    return new TrainingBatches.Batch(inputs, targets);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainingGivesPythonsLossesNormsAndVariables(JsonNode golden, RnnImplementation loop) {
    RnnLanguageModel.Settings model = model(golden.get("settings"));
    JsonNode first = golden.get("steps").get(0).get("window");
    try (LanguageModelSession session =
        LanguageModelSession.training(
            model, first.size(), first.get(0).size() - 1, options(golden.get("settings"), loop))) {
      session.initialize();
      assign(session, golden);
      for (JsonNode step : golden.get("steps")) {
        session.setLearningRate((float) step.get("learning_rate").asDouble());
        GraphSession.StepResult found = session.trainStep(batch(step.get("window")), KeepProbs.ALL);
        assertThat(found.loss()).isCloseTo((float) step.get("loss").asDouble(), within(2e-6f));
        float norm = (float) step.get("global_norm").asDouble();
        assertThat(found.globalNorm()).isCloseTo(norm, within(5e-6f * Math.max(1, norm)));
      }
      try (NamedTensors values = session.trainableValues()) {
        assertThat(values.byName().keySet())
            .containsExactlyInAnyOrderElementsOf(names(golden.get("after")));
        values
            .byName()
            .forEach(
                (name, value) ->
                    assertThat(
                            GoldenTensor.of(golden.get("after").get(name))
                                .difference(floats(value)))
                        .as(name)
                        .isLessThan(1e-5));
      }
    }
  }

  private static Iterable<String> names(JsonNode variables) {
    return variables::fieldNames;
  }

  private static void assign(LanguageModelSession session, JsonNode golden) {
    Map<String, Tensor> values = new HashMap<>();
    golden
        .get("after")
        .properties()
        .forEach(
            variable ->
                values.put(
                    variable.getKey(),
                    FormulaValues.of(
                            golden.get("seed").asLong(),
                            variable.getKey(),
                            GoldenTensor.shape(variable.getValue().get("shape")))
                        .tensor()));
    session.assign(values);
    values.values().forEach(Tensor::close);
  }

  private static float[] floats(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
