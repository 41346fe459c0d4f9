package io.github.charlstm.cli;

import io.github.charlstm.data.GreyPicture;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifierSession;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code charlstm predict}. */
final class PredictCommand implements Command {
  private static final Flag<Boolean> INVERT =
      Flag.toggle("invert", "pictures are dark on light; MNIST's digits are light on dark");
  private static final int BATCH = 500;

  @Override
  public Usage usage() {
    return Usage.of("predict", "classify images with a classifier (train --recipe mnist)")
        .arguments("IMAGES...")
        .flags(
            RunFolders.CHECKPOINT.help(
                "a checkpoint or a run on images (default: the newest in checkpoints/)"),
            INVERT)
        .examples(
            "predict t10k-images-idx3-ubyte.gz",
            "predict --checkpoint checkpoints/mnist --invert seven.png three.jpg",
            "predict digits.idx3-ubyte --json");
  }

  @Override
  public void run(Flags flags, Console console) {
    if (flags.words().isEmpty()) {
      throw new UsageException(
          "charlstm predict: expected IDX files or pictures (PNG, JPEG, GIF, BMP), found none");
    }
    List<Path> files = flags.words().stream().map(Flag::parsePath).toList();
    TrainingCheckpoint checkpoint =
        TrainingCheckpoint.openWhole(
            flags
                .find(RunFolders.CHECKPOINT)
                .orElseGet(
                    () ->
                        RunFolders.newest(
                            RunFolders.Kind.IMAGES, RunFolders.CHECKPOINT.toString())),
            console::note);
    RowClassifier.Settings model = checkpoint.images().model();
    try (RowClassifierSession session =
        console.during("loading the model", checkpoint::imageSession)) {
      for (Path file : files) {
        predict(session, model, file, pixels(file, model, flags.has(INVERT)), console);
      }
    }
  }

  private static void predict(
      RowClassifierSession session,
      RowClassifier.Settings model,
      Path file,
      float[] pixels,
      Console console) {
    int images = pixels.length / model.pixels();
    for (int from = 0; from < images; from += BATCH) {
      int until = Math.min(images, from + BATCH);
      float[] probabilities = // [N, K]
          session.predict(
              Arrays.copyOfRange(pixels, from * model.pixels(), until * model.pixels()));
      for (int k = 0; k < until - from; k++) {
        int first = k * model.classes();
        print(
            file,
            from + k,
            Arrays.copyOfRange(probabilities, first, first + model.classes()),
            console);
      }
    }
  }

  private static void print(Path file, int index, float[] probabilities, Console console) {
    int label = new Greedy().next(probabilities, null); // the first of equals, as numpy.argmax
    console.result(
        () ->
            Json.object()
                .put("file", file)
                .put("index", index)
                .put("label", label)
                .put("probabilities", probabilities),
        () ->
            console.print(
                "%s %d: %d (probability %s)%n",
                file, index, label, String.format(Locale.ROOT, "%.4f", probabilities[label])));
  }

  /** All images of a file, {@code [N, pixels]}, from 0 (dark) to 1. */
  private static float[] pixels(Path file, RowClassifier.Settings model, boolean invert) {
    float[] pixels =
        GreyPicture.read(file, model.rows(), model.columns())
            .orElseGet(() -> MnistImages.readPixels(file));
    if (invert) {
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = 1 - pixels[k];
      }
    }
    return pixels;
  }
}
