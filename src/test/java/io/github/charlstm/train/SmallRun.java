package io.github.charlstm.train;

import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A run small enough for tests: a made-up text, two cells of 8, dropout on. */
public final class SmallRun {
  /** 4 windows of 3 x 5 an epoch. */
  public static final String TEXT =
      "we go by a log; the cat sat on the mat. the dog sat on it and on the log";

  public static final TrainingSettings SETTINGS =
      new TrainingSettings(3, 5, 4, 0.02f, 5f, 0.7f, 3, 100, 77, 0);

  private SmallRun() {}

  public static RunSettings settings(TrainingSettings training) {
    int vocabularySize = (int) TEXT.chars().distinct().count();
    return new RunSettings(
        "test",
        CharLstm.Settings.builder(vocabularySize).lstmSize(8).numLayers(2).build(),
        TextPreparation.CHARACTERS,
        training,
        TextReference.of("test", true, TEXT));
  }

  /** Trains from the first step to the given one, with a metrics file. */
  public static TrainingRun.Outcome begin(Path folder, long untilStep) throws IOException {
    try (TrainingRun run = TrainingRun.begin(folder, settings(SETTINGS), TEXT)) {
      return train(run, folder, untilStep, List.of());
    }
  }

  /** Goes on from the newest checkpoint to the given step. */
  public static TrainingRun.Outcome resume(Path folder, long untilStep) throws IOException {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
    try (TrainingRun run = TrainingRun.resume(folder, checkpoint, checkpoint.settings(), TEXT)) {
      return train(run, folder, untilStep, List.of());
    }
  }

  public static TrainingRun.Outcome train(
      TrainingRun run, Path folder, long untilStep, List<TrainingListener> more)
      throws IOException {
    try (MetricsWriter metrics = new MetricsWriter(folder, run.progress().step())) {
      List<TrainingListener> listeners = new ArrayList<>(more);
      listeners.add(metrics);
      return run.run(OptionalLong.of(untilStep), listeners, () -> false);
    }
  }

  /** A settings file as version 2 had it, which a test may change. */
  public static String withoutChecksum(String json) {
    return json.replace("\"version\" : 3", "\"version\" : 2")
        .replaceAll(",\\s*\"vocabulary_sha256\" : \"[0-9a-f]*\"", "")
        .replaceAll(",\\s*\"checksum\" : \"[0-9a-f]*\"", "");
  }

  /** The metrics file without its times, which differ from run to run. */
  public static List<String> losses(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve(MetricsWriter.FILE_NAME)).stream()
        .map(line -> line.replaceAll("\"seconds\":[^,}]*", ""))
        .toList();
  }

  /** Keeps what it hears. */
  public static final class Recorder implements TrainingListener {
    final List<StepReport> steps = new ArrayList<>();
    final List<Double> validations = new ArrayList<>();
    final List<Path> checkpoints = new ArrayList<>();

    @Override
    public void onStep(StepReport report, OptionalDouble validationLoss) {
      steps.add(report);
      validationLoss.ifPresent(validations::add);
    }

    @Override
    public void onCheckpoint(Path checkpoint, long step) {
      checkpoints.add(checkpoint);
    }
  }
}
