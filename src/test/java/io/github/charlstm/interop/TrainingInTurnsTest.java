package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.CharacterBatches;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Tensor;

/**
 * Twenty steps of a run that Python started and continues: {@code
 * scripts/python/continue_training.py} reads the results in {@code target/in-turns}.
 */
class TrainingInTurnsTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Path PYTHON = RESOURCES.resolve("checkpoints/in_turns.tf-2.15.1");
  private static final Path OURS = Path.of("target", "in-turns");
  private static final int FIRST = 20;
  private static final int LAST = 40;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void javaContinuesAtPythonsStepWithThePredictedLosses() throws IOException {
    String text = Files.readString(RESOURCES.resolve("goldens/anna_small.txt"));
    Vocabulary vocabulary = Vocabulary.of(text);
    CharacterBatches batches =
        new CharacterBatches(
            EncodedText.of(vocabulary.encode(text)), 4, 10, LastTarget.FIRST_INPUT);
    JsonNode whole = JSON.readTree(PYTHON.resolve("whole.json").toFile()).get("losses");
    ObjectNode document = JSON.createObjectNode().put("first_step", FIRST);
    ArrayNode losses = document.putArray("losses");
    try (LanguageModelSession session =
        LanguageModelSession.training(
            CharLstm.Settings.of(vocabulary.size()).withLstmSize(16).withNumLayers(2),
            4,
            10,
            new TrainingOptions(0.004f, 0.45f, 1))) {
      session.restore(PYTHON.resolve("model.ckpt-" + FIRST));
      session.setState(stateOfPython());
      for (int step = FIRST; step < LAST; step++) {
        TrainingBatches.Batch batch = batches.get(step % batches.size());
        float loss = session.trainStep(batch, KeepProbs.ALL).loss();
        assertThat((double) loss).isCloseTo(whole.get(step).asDouble(), within(1e-4));
        losses.add(loss);
      }
      Files.createDirectories(OURS);
      session.saveCheckpoint(OURS.resolve("model.ckpt-" + LAST));
      new CheckpointState("model.ckpt-" + LAST, List.of("model.ckpt-" + LAST)).write(OURS);
      state(session, document.putArray("state"));
    }
    Files.writeString(OURS.resolve("training.json"), document.toString());
  }

  private static List<float[]> stateOfPython() throws IOException {
    List<float[]> leaves = new ArrayList<>();
    for (JsonNode leaf : JSON.readTree(PYTHON.resolve("training.json").toFile()).get("state")) {
      float[] values = new float[leaf.get("values").size()];
      for (int k = 0; k < values.length; k++) {
        values[k] = (float) leaf.get("values").get(k).asDouble();
      }
      leaves.add(values);
    }
    return leaves;
  }

  private static void state(LanguageModelSession session, ArrayNode state) {
    for (Tensor tensor : session.state().values()) {
      ObjectNode leaf = state.addObject();
      leaf.putArray("shape").add(tensor.shape().get(0)).add(tensor.shape().get(1));
      ArrayNode values = leaf.putArray("values");
      float[] numbers = new float[Math.toIntExact(tensor.size())];
      tensor.asRawTensor().data().asFloats().read(numbers);
      for (float number : numbers) {
        values.add(number);
      }
    }
  }
}
