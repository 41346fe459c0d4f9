package io.github.charlstm.train;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.RnnImplementation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A run small enough for tests: a made-up text, two cells of 8, dropout on. */
public final class SmallRun {
  /** 4 windows of 3 x 5 an epoch. */
  public static final String TEXT =
      "we go by a log; the cat sat on the mat. the dog sat on it and on the log";

  public static final TrainingSettings SETTINGS =
      TrainingSettings.builder()
          .batchSize(3)
          .numSteps(5)
          .epochs(4)
          .learningRate(0.02f)
          .gradClip(5f)
          .keepProb(0.7f)
          .saveEvery(3)
          .maxToKeep(100)
          .lastTarget(LastTarget.FIRST_INPUT)
          .seed(77)
          .build();

  private SmallRun() {}

  public static RunSettings.Text settings(TrainingSettings training) {
    int vocabularySize = (int) TEXT.chars().distinct().count();
    return new RunSettings.Text(
        "test",
        CharLstm.Settings.of(vocabularySize).withLstmSize(8).withNumLayers(2),
        TextPreparation.CHARACTERS,
        training,
        reference(TEXT));
  }

  /** A reference to a text, as if it were a data set. */
  public static TextReference reference(String text) {
    return TextReference.of("test", true, CharacterText.of(text), TextFormat.UTF_8);
  }

  /** A run on a text from its first step. */
  public static Trainer<TextTask> open(
      Path folder, RunSettings.Text settings, CharacterText text, RnnImplementation loop) {
    CharacterText cleaned = settings.preparation().clean(text);
    return Trainer.begin(
        folder, settings, cleaned, settings.preparation().vocabulary(cleaned), loop);
  }

  /** The same by the fused loop. */
  public static Trainer<TextTask> open(Path folder, RunSettings.Text settings, String text) {
    return open(folder, settings, CharacterText.of(text), RnnImplementation.FUSED);
  }

  /** A run on a text that goes on from a checkpoint, by the fused loop. */
  public static Trainer<TextTask> open(
      Path folder, TrainingCheckpoint checkpoint, RunSettings.Text settings, String text) {
    return Trainer.resume(
        folder, checkpoint, settings, CharacterText.of(text), RnnImplementation.FUSED);
  }

  /** Trains from the first step to the given one, with a metrics file. */
  public static Trainer.Outcome begin(Path folder, long untilStep) throws IOException {
    return begin(folder, SETTINGS, TEXT, untilStep);
  }

  /** The same with other settings and a text of the same characters. */
  static Trainer.Outcome begin(
      Path folder,
      TrainingSettings training,
      String text,
      long untilStep,
      TrainingListener... listeners)
      throws IOException {
    try (Trainer<TextTask> run = SmallRun.open(folder, settings(training), text)) {
      return train(run, folder, untilStep, List.of(listeners));
    }
  }

  /** Resumes from the newest checkpoint and trains to the given step. */
  public static Trainer.Outcome resume(Path folder, long untilStep) throws IOException {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
    try (Trainer<TextTask> run = SmallRun.open(folder, checkpoint, checkpoint.settings(), TEXT)) {
      return train(run, folder, untilStep, List.of());
    }
  }

  public static Trainer.Outcome train(
      Trainer<TextTask> run, Path folder, long untilStep, List<TrainingListener> more)
      throws IOException {
    try (MetricsWriter metrics = new MetricsWriter(folder, run.progress().step())) {
      List<TrainingListener> listeners = new ArrayList<>(more);
      listeners.add(metrics);
      return run.run(OptionalLong.of(untilStep), listeners, () -> false);
    }
  }

  /** Replaces a part of a checkpoint's file and renews the checksums. */
  public static void rewrite(Path checkpoint, String file, String part, String by)
      throws IOException {
    Path path = checkpoint.resolve("assets.extra").resolve(file);
    String text = Files.readString(path);
    Files.writeString(path, text.replace(part, by));
    Path list = checkpoint.resolve("assets.extra").resolve(TrainingCheckpoint.Checksums.FILE_NAME);
    Files.delete(list);
    TrainingCheckpoint.Checksums.write(checkpoint, list);
  }

  /** The metrics file without its times, which differ from run to run. */
  public static List<String> losses(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve(MetricsWriter.FILE_NAME)).stream()
        .map(line -> line.replaceAll("\"seconds\":[^,}]*", ""))
        .toList();
  }

  /** Keeps the steps' reports, the validation losses and the checkpoints. */
  public static final class Recorder implements TrainingListener {
    final List<StepReport> steps = new ArrayList<>();
    final List<Double> validations = new ArrayList<>();
    final List<Path> checkpoints = new ArrayList<>();

    @Override
    public void onStep(StepReport report) {
      steps.add(report);
      report.metric(StepReport.VALIDATION_LOSS).ifPresent(validations::add);
    }

    @Override
    public void onCheckpoint(Path checkpoint, long step) {
      checkpoints.add(checkpoint);
    }
  }
}
