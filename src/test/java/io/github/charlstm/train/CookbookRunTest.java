package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ShakespeareLstm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
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
    RunSettings settings = settings(preparation);
    int stop;
    try (TrainingRun run = TrainingRun.begin(whole, settings, TEXT)) {
      stop = run.text().batches().size() + 2; // in the second epoch
      train(run, whole, 2L * run.text().batches().size());
    }
    try (TrainingRun run = TrainingRun.begin(parts, settings, TEXT)) {
      train(run, parts, stop);
    }
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(parts);
    try (TrainingRun run = TrainingRun.resume(parts, checkpoint, checkpoint.settings(), TEXT)) {
      train(run, parts, 2L * run.text().batches().size());
    }
    assertThat(SmallRun.losses(parts)).isEqualTo(SmallRun.losses(whole));
    assertThat(embedding(parts)).isEqualTo(embedding(whole));
  }

  @ParameterizedTest
  @EnumSource(TextPreparation.class)
  void theSnapshotPredictsAsTheCheckpointDoes(TextPreparation preparation) throws IOException {
    RunSettings settings = settings(preparation);
    try (TrainingRun run = TrainingRun.begin(folder, settings, TEXT)) {
      train(run, folder, 3);
      run.snapshot().resetState();
      float[] now = run.snapshot().predictNext(1);
      TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
      try (var session = LanguageModelSession.inference(settings.model(), 1, 1)) {
        session.restore(checkpoint.variables());
        assertThat(session.predictNext(1)).isEqualTo(now);
      }
    }
  }

  private static RunSettings settings(TextPreparation preparation) {
    Vocabulary vocabulary = preparation.vocabulary(CharacterText.of(preparation.clean(TEXT)));
    return new RunSettings(
        "test",
        ShakespeareLstm.Settings.builder(vocabulary.size()).rnnSize(6).numLayers(2).build(),
        preparation,
        new TrainingSettings(2, 5, 2, 0.01f, 4.5f, 1f, 100, 5, 11, 0),
        TextReference.of("test", true, TEXT));
  }

  private static void train(TrainingRun run, Path folder, long steps) throws IOException {
    try (MetricsWriter metrics = new MetricsWriter(folder, run.progress().step())) {
      run.run(OptionalLong.of(steps), List.of(metrics), () -> false);
    }
  }

  private static float[] embedding(Path run) {
    return CheckpointReader.open(TrainingCheckpoint.open(run).variables())
        .readFloats("lstm_vars/embedding_mat");
  }
}
