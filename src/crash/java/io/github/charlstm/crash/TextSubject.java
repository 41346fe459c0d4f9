package io.github.charlstm.crash;

import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs of {@code charlstm train}: two small layers on a made-up text, dropout on. */
final class TextSubject implements Subject {
  private static final Pattern PRINTED =
      Pattern.compile("Epoch number.*Step: (\\d+)\\.\\.\\.  loss: (\\S+)\\.\\.\\..* sec/batch");

  private final Path text;

  TextSubject(Path place) throws IOException {
    text = Files.writeString(place.resolve("text.txt"), words());
  }

  private static String words() {
    Random random = new Random(11);
    List<String> some = List.of("the ", "cat ", "sat ", "on ", "a ", "log. ", "dog ", "and ");
    StringBuilder all = new StringBuilder();
    while (all.length() < 2_000) {
      all.append(some.get(random.nextInt(some.size())));
    }
    return all.toString();
  }

  @Override
  public String name() {
    return "train";
  }

  @Override
  public List<String> begin(Path run, long steps) {
    return line(
        "train --batch-size 4 --num-steps 10 --lstm-size 8 --num-layers 2 --keep-prob 0.5"
            + " --learning-rate 0.01 --epochs 100000 --max-to-keep 2 --log-every 1 --save-every "
            + SAVE_EVERY,
        "--data",
        text.toString(),
        "--run",
        run.toString(),
        "--steps",
        String.valueOf(steps));
  }

  @Override
  public List<String> resume(Path run, long steps) {
    return line(
        "train --resume --log-every 1", "--run", run.toString(), "--steps", String.valueOf(steps));
  }

  private static List<String> line(String common, String... more) {
    return Stream.concat(Arrays.stream(common.split(" ")), Arrays.stream(more)).toList();
  }

  @Override
  public void finish(Path run, Path like, long steps) throws IOException {
    String characters = Files.readString(text);
    RunSettings.Text settings = TrainingCheckpoint.open(like).settings();
    try (Trainer<TextTask> going =
            hasCheckpoint(run)
                ? SmallRun.open(run, TrainingCheckpoint.open(run), settings, characters)
                : SmallRun.open(run, settings, characters);
        MetricsWriter metrics = new MetricsWriter(run, going.progress().step())) {
      going.run(OptionalLong.of(steps), List.of(metrics), () -> false);
    }
  }

  @Override
  public long savedSteps(Path run) {
    TrainingCheckpoint.open(run).lstmState();
    return Subject.super.savedSteps(run);
  }

  @Override
  public String printedLoss(String line) {
    Matcher whole = PRINTED.matcher(line); // a kill may cut a line short
    return whole.matches() ? whole.group(1) + " " + whole.group(2) : "";
  }

  @Override
  public List<String> nativeFiles() {
    return List.of(
        "variables/variables.data",
        "variables/variables.index",
        "assets.extra/lstm_state.data",
        "assets.extra/lstm_state.index");
  }
}
