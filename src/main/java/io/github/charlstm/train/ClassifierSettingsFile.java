package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file in a run's folder that holds the settings of an image classifier. */
final class ClassifierSettingsFile {
  static final String NAME = "classifier.json";
  private static final String FORMAT = "charlstm-classifier";

  private ClassifierSettingsFile() {}

  /**
   * @param run its folder
   * @throws CheckpointException if there is none or it is damaged
   */
  static ClassifierSettings read(Path run) {
    if (!Files.exists(run.resolve(NAME))) {
      throw new CheckpointException(run + " is no run of the image classifier: it has no " + NAME);
    }
    return JsonFiles.read(run.resolve(NAME), FORMAT, ClassifierSettings.class);
  }

  /** Replaces the file at once. */
  static void write(Path run, ClassifierSettings settings) throws IOException {
    Path part = run.resolve(NAME + ".part");
    JsonFiles.write(part, FORMAT, settings);
    Files.move(
        part,
        run.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
