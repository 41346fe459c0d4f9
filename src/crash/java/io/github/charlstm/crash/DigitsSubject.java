package io.github.charlstm.crash;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.train.ImageTask;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Runs of {@code charlstm classify} on a few images of noise. */
final class DigitsSubject implements Subject {
  private static final int IMAGES = 60;
  private final Path images;

  DigitsSubject(Path place) throws IOException {
    images = Files.createDirectories(place.resolve("digits"));
    byte[] pixels = new byte[IMAGES * 28 * 28];
    new Random(1).nextBytes(pixels);
    byte[] labels = new byte[IMAGES];
    for (int k = 0; k < IMAGES; k++) {
      labels[k] = (byte) (k % 10);
    }
    write("t10k-images-idx3-ubyte.gz", pixels, 2051, IMAGES, 28, 28);
    write("t10k-labels-idx1-ubyte.gz", labels, 2049, IMAGES);
  }

  private void write(String file, byte[] values, int... header) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + values.length);
    for (int number : header) {
      bytes.putInt(number);
    }
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes.put(values).array());
    }
    Files.write(images.resolve(file), zipped.toByteArray());
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
