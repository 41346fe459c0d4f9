package io.github.charlstm.crash;

import io.github.charlstm.cli.TinyDigits;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Runs of {@code charlstm classify} on a few images of noise. */
final class DigitsSubject implements Subject {
  private static final int IMAGES = 60;
  private final Path images;

  DigitsSubject(Path place) throws IOException {
    images = Files.createDirectories(place.resolve("digits"));
    TinyDigits.write(images, IMAGES);
  }

  @Override
  public String name() {
    return "classify";
  }

  @Override
  public List<String> begin(Path run, long steps) {
    return List.of(
        "classify",
        "--data",
        images.toString(),
        "--holdout",
        "20",
        "--lstm-size",
        "4",
        "--batch-size",
        "8",
        "--save-every",
        String.valueOf(SAVE_EVERY),
        "--run",
        run.toString(),
        "--steps",
        String.valueOf(steps));
  }

  @Override
  public List<String> resume(Path run, long steps) {
    return List.of(
        "classify", "--resume", "--run", run.toString(), "--steps", String.valueOf(steps));
  }

  @Override
  public void finish(Path run, Path like, long steps) throws IOException {
    RunSettings.Images before = TrainingCheckpoint.open(like).images();
    RunSettings.Images settings =
        new RunSettings.Images(
            before.recipe(),
            before.model(),
            before.training().toBuilder().steps(steps).build(),
            before.images());
    MnistImages.Split split =
        MnistImages.read(
                images.resolve("t10k-images-idx3-ubyte.gz"),
                images.resolve("t10k-labels-idx1-ubyte.gz"))
            .holdOut(settings.images().holdout());
    try (Trainer<ImageTask> going =
            hasCheckpoint(run)
                ? Trainer.resume(run, TrainingCheckpoint.open(run), settings, split)
                : Trainer.begin(run, settings, split);
        MetricsWriter metrics = new MetricsWriter(run, going.progress().step())) {
      going.run(OptionalLong.empty(), List.of(metrics), () -> false);
    }
  }

  @Override
  public List<String> nativeFiles() {
    return List.of("variables/variables.data", "variables/variables.index");
  }
}
