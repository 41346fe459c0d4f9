package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.Digests;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.model.RowClassifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checkpoints of runs on images by earlier versions: {@code classifier.json} with the settings, and
 * TF1's {@code model.ckpt-<step>}. Such a run goes on with checkpoints of the present form; the
 * earlier files stay as they are.
 */
final class EarlierImageRun {
  private static final String SETTINGS = "classifier.json";
  // the file ends with the SHA-256 of itself with zeros in that place
  private static final Pattern CHECKSUM = Pattern.compile("\"([0-9a-f]{64})\"\\s*}\\s*\\z");
  private static final Pattern NAME = Pattern.compile("model\\.ckpt-(\\d{1,18})");

  private EarlierImageRun() {}

  private record Settings(
      RowClassifier.Settings model,
      int batchSize,
      long steps,
      float learningRate,
      float keepProb,
      int measureEvery,
      int saveEvery,
      int maxToKeep,
      long seed,
      RunSettings.ImageReference data,
      int lanes) {}

  static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(SETTINGS));
  }

  static Path settingsOf(Path prefix) {
    return prefix.resolveSibling(SETTINGS);
  }

  /** The step of a checkpoint, by its prefix or file name. */
  static Optional<Long> stepOf(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
  }

  static boolean isCheckpoint(Path prefix) {
    return prefix.getFileName() != null
        && stepOf(prefix.getFileName().toString()).isPresent()
        && CheckpointReader.exists(prefix)
        && Files.exists(settingsOf(prefix));
  }

  static Optional<String> damage(Path prefix) {
    try {
      CheckpointReader.open(prefix).verifyAll();
      return Optional.empty();
    } catch (CheckpointException e) {
      return Optional.of(e.problem());
    }
  }

  static TrainingCheckpoint open(Path prefix) {
    requireUnchanged(settingsOf(prefix));
    Settings read = JsonFiles.read(settingsOf(prefix), "charlstm-classifier", Settings.class);
    TrainingSettings training =
        TrainingSettings.builder()
            .batchSize(read.batchSize)
            .numSteps(read.model.rows())
            .steps(read.steps)
            .learningRate(read.learningRate)
            .gradClip(0)
            .keepProb(read.keepProb)
            .measureEvery(read.measureEvery)
            .saveEvery(read.saveEvery)
            .maxToKeep(read.maxToKeep)
            .seed(read.seed)
            .lanes(read.lanes)
            .build();
    long step = stepOf(prefix.getFileName().toString()).orElseThrow();
    return new TrainingCheckpoint(
        prefix,
        new RunSettings.Images("mnist", read.model, training, read.data),
        new TrainingProgress(step, 0, 0),
        Optional.empty());
  }

  private static void requireUnchanged(Path file) {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1); // a char per byte
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read (" + FileFailures.reason(e) + ")", e);
    }
    Matcher checksum = CHECKSUM.matcher(text);
    if (!checksum.find()) {
      throw new CheckpointException(file + " is damaged: it does not end with its checksum");
    }
    String zeros = "0".repeat(checksum.group(1).length());
    String blank = text.substring(0, checksum.start(1)) + zeros + text.substring(checksum.end(1));
    if (!Digests.of(blank.getBytes(StandardCharsets.ISO_8859_1)).equals(checksum.group(1))) {
      throw new CheckpointException(file + " is damaged: it does not match its checksum");
    }
  }
}
