package io.github.charlstm.tensorboard;

import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A small run that is written for TensorBoard. */
final class ShownRun {
  /** A bound that clips some steps. */
  static final double CLIP = 0.35;

  private ShownRun() {}

  /** A checkpoint every 3 steps, a share of the text held out. */
  static RunSettings.Text settings() {
    return SmallRun.settings(
        SmallRun.SETTINGS.toBuilder().numSteps(4).gradClip((float) CLIP).validation(0.2).build());
  }

  static Trainer.Outcome train(
      Trainer<TextTask> run,
      Path folder,
      int histograms,
      long until,
      Consumer<String> notices,
      TrainingListener... more)
      throws IOException {
    try (RunEvents events =
        RunEvents.begin(
            folder,
            run.task().settings(),
            run.progress().step(),
            run.graph(),
            histograms,
            notices)) {
      List<TrainingListener> listeners = new ArrayList<>();
      listeners.add(events);
      listeners.addAll(List.of(more));
      return SmallRun.train(run, folder, until, listeners);
    }
  }

  /** Trains from the first step to the given one. */
  static Path trained(Path folder, int histograms, long until, Consumer<String> notices)
      throws IOException {
    try (Trainer<TextTask> run = SmallRun.open(folder, settings(), SmallRun.TEXT)) {
      train(run, folder, histograms, until, notices);
    }
    return folder;
  }

  /** The folder of a run that TensorBoard lists, such as {@code train}. */
  static Path events(Path run, String part) {
    return run.resolve(RunEvents.FOLDER).resolve(part);
  }
}
