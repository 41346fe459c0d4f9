package io.github.charlstm.crash;

import io.github.charlstm.checkpoint.AtomicDirectory;
import io.github.charlstm.cli.TestJvm;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;

/**
 * The program of {@code scripts/soak}: many training steps with checkpoints, then many sampling
 * calls. Checks resident memory and the number of tensors that are not closed.
 */
public final class Soak {
  /** Maximum growth of resident memory after the warm-up. */
  static final double MOST = 0.05;

  /**
   * Memory at a moment.
   *
   * @param what has been done
   * @param megabytes of resident memory
   * @param pointers to native memory that are not closed
   */
  record Reading(String what, double megabytes, long pointers) {}

  private final int steps;
  private final int calls;
  private final List<Reading> readings = new ArrayList<>();

  Soak(int steps, int calls) {
    this.steps = steps;
    this.calls = calls;
  }

  public static void main(String[] arguments) throws IOException {
    TestJvm.apply();
    if (arguments.length != 0 && arguments.length != 2) {
      System.err.println("usage: soak [STEPS CALLS]   (2000 200)");
      System.exit(2);
    }
    boolean given = arguments.length == 2;
    Path place = Files.createTempDirectory("charlstm-soak");
    try {
      Soak soak =
          new Soak(
              given ? Integer.parseInt(arguments[0]) : 2_000,
              given ? Integer.parseInt(arguments[1]) : 200);
      soak.run(place.resolve("run"));
      System.out.println("| after | resident | native pointers |\n|---|---|---|");
      for (Reading reading : soak.readings) {
        System.out.printf(
            Locale.ROOT,
            "| %s | %.1f MB | %d |%n",
            reading.what(),
            reading.megabytes(),
            reading.pointers());
      }
      System.out.printf(Locale.ROOT, "growth after warm-up: %.1f%%%n", 100 * soak.growth());
      System.exit(soak.growth() <= MOST ? 0 : 1);
    } finally {
      AtomicDirectory.remove(place);
    }
  }

  void run(Path folder) throws IOException {
    String text = "we go by a log; the cat sat on the mat. ".repeat(200);
    int vocabulary = (int) text.chars().distinct().count();
    TrainingSettings training =
        TrainingSettings.builder()
            .batchSize(16)
            .numSteps(25)
            .epochs(100_000)
            .learningRate(0.001f)
            .gradClip(5f)
            .keepProb(0.5f)
            .saveEvery(200)
            .maxToKeep(2)
            .seed(1)
            .lastTarget(LastTarget.FIRST_INPUT)
            .build();
    RunSettings.Text settings =
        new RunSettings.Text(
            "soak",
            CharLstm.Settings.of(vocabulary).withLstmSize(64).withNumLayers(2),
            TextPreparation.CHARACTERS,
            training,
            TextReference.of("soak", true, CharacterText.of(text), TextFormat.UTF_8));
    try (Trainer<TextTask> run = SmallRun.open(folder, settings, text)) {
      run.run(OptionalLong.of(steps), List.of(watcher()), () -> false);
      for (int call = 1; call <= calls; call++) {
        new TextGenerator(run.task().snapshot(), run.task().symbols())
            .generate("the ", 20, new TopN(), new Random(call), piece -> {});
        if (call % Math.max(1, calls / 4) == 0) {
          read(call + " sampling calls");
        }
      }
    }
  }

  private TrainingListener watcher() {
    return new TrainingListener() {
      @Override
      public void onStep(StepReport report) {
        if (report.step() % Math.max(1, steps / 8) == 0) {
          read(report.step() + " steps");
        }
      }
    };
  }

  List<Reading> readings() {
    return List.copyOf(readings);
  }

  /** The largest reading relative to that after a quarter of the steps, minus 1. */
  double growth() {
    double warm = readings.get(1).megabytes();
    return readings.stream().skip(2).mapToDouble(Reading::megabytes).max().orElse(warm) / warm - 1;
  }

  private void read(String what) {
    System.gc(); // so that what counts is what is held, not what waits to be collected
    readings.add(new Reading(what, Pointer.physicalBytes() / 1e6, Pointer.totalCount()));
  }
}
