package io.github.charlstm.cli;

import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingProgress;
import io.github.charlstm.train.TrainingSettings;
import java.nio.file.Path;
import java.util.Locale;

/** Says at the start what is trained, on what and how. */
final class TrainAnnouncement {
  private TrainAnnouncement() {}

  /** The run, which is told of. */
  static Trainer<TextTask> announced(
      Trainer<TextTask> run,
      RunSettings.Text settings,
      TrainingData text,
      Path folder,
      Console console) {
    TrainingSettings training = settings.training();
    if (console.json()) {
      console.result(TrainingJson.start(run, text.characters(), folder));
      return run;
    }
    console.note(
        String.format(
            Locale.ROOT,
            "recipe %s: %,d characters, %d distinct; %s; batch %d x %d, learning rate %s%s,"
                + " keep_prob %s, seed %d; run folder %s",
            settings.recipe(),
            text.characters().length(),
            settings.model().vocabularySize(),
            settings.model().describe(),
            training.batchSize(),
            training.numSteps(),
            training.learningRate(),
            decay(training, run.progress()),
            training.keepProb(),
            training.seed(),
            folder));
    return run;
  }

  private static String decay(TrainingSettings training, TrainingProgress progress) {
    return training.decayRate() == 1
        ? ""
        : " x "
            + training.decayRate()
            + "^"
            + progress.epoch()
            + " = "
            + training.learningRate(progress.epoch());
  }
}
