package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingSettings;
import java.nio.file.Path;

/** The first and the last line of {@code charlstm train --json}. */
final class TrainingJson {
  private TrainingJson() {}

  static Json start(Trainer<TextTask> run, CharacterText text, Path folder) {
    RunSettings.Text settings = run.task().settings();
    TrainingSettings training = settings.training();
    return Json.object()
        .put("event", "start")
        .put("run", folder)
        .put("step", run.progress().step())
        .put("recipe", settings.recipe())
        .put("text", settings.text().source())
        .put("characters", text.length())
        .put("distinct", settings.model().vocabularySize())
        .put("model", settings.model().describe())
        .put("batch_size", training.batchSize())
        .put("num_steps", training.numSteps())
        .put("epochs", training.epochs())
        .put("learning_rate", training.learningRate(run.progress().epoch()))
        .put("grad_clip", training.gradClip())
        .put("keep_prob", training.keepProb())
        .put("validation", training.validation())
        .put("seed", training.seed());
  }

  /**
   * @param sample null if none was written
   */
  static Json end(Path folder, Trainer.Outcome outcome, boolean stopped, String sample) {
    return Json.object()
        .put("event", "end")
        .put("run", folder)
        .put("step", outcome.progress().step())
        .put("stopped", stopped)
        .put("checkpoint", outcome.checkpoint())
        .put("sample", sample);
  }
}
