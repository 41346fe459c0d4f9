package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.model.RnnImplementation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LoopOfARunTest {
  @TempDir Path root;

  private List<Float> losses(String name, RnnImplementation before, RnnImplementation after)
      throws IOException {
    Path folder = root.resolve(name);
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    RunSettings.Text settings = SmallRun.settings(SmallRun.SETTINGS);
    try (Trainer<TextTask> run =
        SmallRun.open(folder, settings, CharacterText.of(SmallRun.TEXT), before)) {
      SmallRun.train(run, folder, 6, List.of(recorder));
    }
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
    try (Trainer<TextTask> run =
        Trainer.resume(folder, checkpoint, settings, CharacterText.of(SmallRun.TEXT), after)) {
      SmallRun.train(run, folder, 11, List.of(recorder));
    }
    return recorder.steps.stream().map(TrainingListener.StepReport::loss).toList();
  }

  // With dropout, whose masks both loops draw from the same seeds.
  @Test
  void aRunMayChangeItsLoopAtACheckpoint() throws IOException {
    List<Float> unrolled =
        losses("unrolled", RnnImplementation.UNROLLED, RnnImplementation.UNROLLED);
    List<List<Float>> changed =
        Stream.of(
                losses("to-fused", RnnImplementation.UNROLLED, RnnImplementation.FUSED),
                losses("from-fused", RnnImplementation.FUSED, RnnImplementation.UNROLLED))
            .toList();
    for (List<Float> found : changed) {
      assertThat(found).hasSize(11).hasSameSizeAs(unrolled);
      for (int k = 0; k < found.size(); k++) {
        assertThat(found.get(k)).as("step %d", k).isCloseTo(unrolled.get(k), within(1e-4f));
      }
    }
  }
}
