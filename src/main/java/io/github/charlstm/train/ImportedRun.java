package io.github.charlstm.train;

import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Tensor;

/** Turns a run of another program into one of this program. */
public final class ImportedRun {
  private ImportedRun() {}

  /**
   * Writes the run's first checkpoint. The network's state starts from zeros; a resumed run
   * computes the epoch and the window from the number of steps and the text that it is given.
   *
   * @param path the run's folder, made if needed
   * @param settings with {@link TextReference#unknown()}
   * @param step training steps done so far
   * @param vocabulary as large as the settings say
   * @param variables every variable of the training graph by name, slots, powers and {@code
   *     global_step} included; they stay open
   * @return the checkpoint's folder
   * @throws InvalidRunException if the folder holds a run already, or is in use
   * @throws IllegalArgumentException if the variables are not those of the training graph
   * @throws IOException if the disk refuses
   */
  public static Path write(
      Path path,
      RunSettings.Text settings,
      long step,
      Vocabulary vocabulary,
      Map<String, ? extends Tensor> variables)
      throws IOException {
    if (settings.text().isKnown()) {
      throw new IllegalArgumentException("the text of an imported run is unknown, found one");
    }
    if (vocabulary.size() != settings.model().vocabularySize()) {
      throw new IllegalArgumentException(
          "the model has "
              + settings.model().vocabularySize()
              + " characters, the vocabulary "
              + vocabulary.size());
    }
    try (RunFolder folder = RunFolder.open(path)) {
      requireEmpty(folder);
      try (LanguageModelSession session = session(settings)) {
        restore(session, variables);
        TrainingProgress progress = new TrainingProgress(step, 0, 0);
        return new CheckpointWriter(path, settings, Optional.of(vocabulary), session)
            .write(progress);
      }
    }
  }

  private static void requireEmpty(RunFolder folder) {
    if (folder.hasCheckpoints()) {
      throw new InvalidRunException(
          "run folder " + folder.path() + " holds a run already; choose another");
    }
  }

  private static LanguageModelSession session(RunSettings.Text settings) {
    TrainingSettings training = settings.training();
    return LanguageModelSession.training(
        settings.model(),
        training.batchSize(),
        training.numSteps(),
        new TrainingOptions(training.learningRate(), training.gradClip(), training.seed()));
  }

  private static void restore(LanguageModelSession session, Map<String, ? extends Tensor> variables)
      throws IOException {
    Path scratch = Files.createTempDirectory("charlstm-import");
    try {
      Path bundle = scratch.resolve("variables");
      TensorBundle.write(bundle, variables);
      session.restore(bundle);
    } finally {
      try (Stream<Path> files = Files.walk(scratch)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
