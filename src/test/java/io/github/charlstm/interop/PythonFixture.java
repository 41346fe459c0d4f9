package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.Evaluation;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Files and numbers that a Python program wrote; see scripts/python. */
record PythonFixture(Path folder, JsonNode document) {
  static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final String TAG = ".tf-2.15.1";

  /** A save folder of char-rnn-tensorflow. */
  static Path saveFolder(String name) {
    return RESOURCES.resolve("save-folders").resolve(name + TAG);
  }

  static PythonFixture ofSaveFolder(String name) throws IOException {
    return new PythonFixture(saveFolder(name), read("save-folders", name));
  }

  static PythonFixture ofCheckpoint(String name) throws IOException {
    return new PythonFixture(
        RESOURCES.resolve("checkpoints").resolve(name + TAG), read("checkpoints", name));
  }

  static JsonNode read(String kind, String name) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readString(RESOURCES.resolve(kind).resolve(name + TAG + ".json")));
  }

  /** The text on which the fixtures' models were trained. */
  static String text() throws IOException {
    return Files.readString(RESOURCES.resolve("goldens").resolve("anna_small.txt"));
  }

  Vocabulary vocabulary() {
    return Vocabulary.inOrder(
        document.get("vocabulary").asText().codePoints().mapToObj(Character::toString).toList());
  }

  /** Settings of the checkpoints' run, without dropout. */
  TrainingSettings training() {
    JsonNode settings = document.get("settings");
    return TrainingSettings.builder()
        .batchSize(settings.get("batch_size").asInt())
        .numSteps(settings.get("num_steps").asInt())
        .epochs(9)
        .learningRate((float) settings.get("learning_rate").asDouble())
        .gradClip((float) settings.get("grad_clip").asDouble())
        .keepProb(1)
        .saveEvery(1000)
        .maxToKeep(5)
        .lastTarget(LastTarget.FIRST_INPUT)
        .seed(0)
        .build();
  }

  /** The same settings with no dropout and another clip. */
  static TrainingSettings undropped(TrainingSettings before, double gradClip) {
    return TrainingSettings.builder()
        .batchSize(before.batchSize())
        .numSteps(before.numSteps())
        .epochs(before.epochs())
        .learningRate(before.learningRate())
        .gradClip((float) gradClip)
        .decayRate(before.decayRate())
        .keepProb(1)
        .saveEvery(before.saveEvery())
        .maxToKeep(before.maxToKeep())
        .seed(before.seed())
        .validation(before.validation())
        .lastTarget(LastTarget.NEXT_CHARACTER)
        .build();
  }

  /** Checks a run against Python's 50 predictions, the state fed back, and its cross-entropy. */
  void assertPredictsAsPython(Path run) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    assertThat(checkpoint.vocabulary()).isEqualTo(vocabulary());
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1)) {
      session.restore(checkpoint.variables());
      JsonNode indices = document.get("indices");
      assertThat(indices.size()).isEqualTo(50);
      for (int k = 0; k < indices.size(); k++) {
        float[] found = session.predictNext(indices.get(k).asInt());
        JsonNode expected = document.get("predictions").get(k);
        assertThat(found).hasSize(expected.size());
        for (int symbol = 0; symbol < found.length; symbol++) {
          assertThat((double) found[symbol])
              .as("character %d, symbol %d", k, symbol)
              .isCloseTo(expected.get(symbol).asDouble(), within(1e-5));
        }
      }
      int[] text = checkpoint.vocabulary().encode(document.get("cross_entropy_text").asText());
      assertThat(Evaluation.of(session, new EvaluationBatches(EncodedText.of(text), 1, 1)).loss())
          .isCloseTo(document.get("cross_entropy").asDouble(), within(1e-4));
    }
  }

  /** Resumes a run and checks its losses against Python's. */
  static void assertTrainsAsPython(Path run, JsonNode losses) throws IOException {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    RunSettings.Text before = checkpoint.settings();
    RunSettings.Text settings =
        new RunSettings.Text(
            before.recipe(),
            before.model(),
            before.preparation(),
            before.training(),
            TextReference.of("text", false, CharacterText.of(text()), TextFormat.UTF_8));
    List<Double> found = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            found.add((double) report.loss());
          }
        };
    try (Trainer<TextTask> resumed = SmallRun.open(run, checkpoint, settings, text())) {
      long until = checkpoint.progress().step() + losses.size();
      resumed.run(OptionalLong.of(until), List.of(listener), () -> false);
    }
    assertThat(found).hasSize(losses.size());
    for (int k = 0; k < losses.size(); k++) {
      assertThat(found.get(k))
          .as("step %d after the import", k)
          .isCloseTo(losses.get(k).asDouble(), within(1e-4));
    }
  }
}
