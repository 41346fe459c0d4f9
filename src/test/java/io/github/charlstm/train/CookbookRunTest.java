package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ShakespeareLstm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs on a text that is prepared as the cookbook prepares Shakespeare. */
@Tag("slow")
class CookbookRunTest {
  private static final String TEXT =
      "To be, or not to be: THAT is the question!\nWhether 'tis nobler in the mind to suffer "
          .repeat(12);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = TextPreparation.class,
      names = {"COOKBOOK_CHARACTERS", "COOKBOOK_WORDS"})
  void aResumedRunEqualsOneThatNeverStopped(TextPreparation preparation) throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    RunSettings.Text settings = settings(preparation);
    int stop;
    try (Trainer<TextTask> run = SmallRun.open(whole, settings, TEXT)) {
      stop = run.task().batches().size() + 2; // in the second epoch
      SmallRun.train(run, whole, 2L * run.task().batches().size(), List.of());
    }
    try (Trainer<TextTask> run = SmallRun.open(parts, settings, TEXT)) {
      SmallRun.train(run, parts, stop, List.of());
    }
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(parts);
    try (Trainer<TextTask> run = SmallRun.open(parts, checkpoint, checkpoint.settings(), TEXT)) {
      SmallRun.train(run, parts, 2L * run.task().batches().size(), List.of());
    }
    assertThat(SmallRun.losses(parts)).isEqualTo(SmallRun.losses(whole));
    assertThat(embedding(parts)).isEqualTo(embedding(whole));
  }

  @ParameterizedTest
  @EnumSource(TextPreparation.class)
  void theSnapshotPredictsAsTheCheckpointDoes(TextPreparation preparation) throws IOException {
    RunSettings.Text settings = settings(preparation);
    try (Trainer<TextTask> run = SmallRun.open(folder, settings, TEXT)) {
      SmallRun.train(run, folder, 3, List.of());
      run.task().snapshot().resetState();
      float[] now = run.task().snapshot().predictNext(1);
      TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
      try (var session = LanguageModelSession.inference(settings.model(), 1, 1)) {
        session.restore(checkpoint.variables());
        assertThat(session.predictNext(1)).isEqualTo(now);
      }
    }
  }

  private static RunSettings.Text settings(TextPreparation preparation) {
    Vocabulary vocabulary = preparation.vocabulary(CharacterText.of(preparation.clean(TEXT)));
    return new RunSettings.Text(
        "test",
        ShakespeareLstm.Settings.of(vocabulary.size()).withRnnSize(6).withNumLayers(2),
        preparation,
        TrainingSettings.builder()
            .batchSize(2)
            .numSteps(5)
            .epochs(2)
            .learningRate(0.01f)
            .gradClip(4.5f)
            .keepProb(1f)
            .saveEvery(100)
            .maxToKeep(5)
            .seed(11)
            .build(),
        TextReference.of("test", true, CharacterText.of(TEXT), TextFormat.UTF_8));
  }

  private static float[] embedding(Path run) {
    return CheckpointReader.open(TrainingCheckpoint.open(run).variables())
        .readFloats("lstm_vars/embedding_mat");
  }
}
