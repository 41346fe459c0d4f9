package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.train.TrainingSettings.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ValidationTest {
  // a text without order: training only learns it by heart, and the validation loss soon rises
  private static final CharacterText RANDOM = CharacterText.of(random());
  private static final TrainingSettings SETTINGS =
      SmallRun.SETTINGS.toBuilder()
          .epochs(40)
          .saveEvery(10)
          .keepProb(1)
          .learningRate(0.05f)
          .validation(0.3)
          .maxToKeep(2)
          .build();

  @TempDir Path root;

  private static String random() {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder(SmallRun.TEXT);
    for (int k = 0; k < 100; k++) {
      text.append(SmallRun.TEXT.charAt(random.nextInt(SmallRun.TEXT.length())));
    }
    return text.toString();
  }

  private RunSettings.Text settings(TrainingSettings training) {
    RunSettings.Text small = SmallRun.settings(training);
    return new RunSettings.Text(
        small.recipe(),
        small.model(),
        small.preparation(),
        training,
        TextReference.of("test", true, RANDOM, TextFormat.UTF_8));
  }

  @Test
  void aStopAtACheckpointStepKeepsItsMeasurement() throws IOException {
    int[] steps = {0};
    try (Trainer<TextTask> run =
        SmallRun.open(root.resolve("run"), settings(SETTINGS), RANDOM, RnnImplementation.FUSED)) {
      run.run(OptionalLong.empty(), List.of(), () -> ++steps[0] == SETTINGS.saveEvery());
      assertThat(run.progress().step()).isEqualTo(SETTINGS.saveEvery());
      assertThat(run.validation())
          .hasValueSatisfying(known -> assertThat(known.bestStep()).isEqualTo(10));
    }
  }

  private static Trainer.Outcome train(Trainer<TextTask> run, List<Double> losses)
      throws IOException {
    try (run) {
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              report.metric(StepReport.VALIDATION_LOSS).ifPresent(losses::add);
            }
          };
      return run.run(OptionalLong.empty(), List.of(listener), () -> false);
    }
  }

  private Trainer<TextTask> begin(Path folder, TrainingSettings training) {
    return SmallRun.open(folder, settings(training), RANDOM, RnnImplementation.FUSED);
  }

  @Test
  void theBestCheckpointIsKeptAndNamed() throws IOException {
    Path run = root.resolve("run");
    List<Double> losses = new ArrayList<>();
    Trainer.Outcome outcome = train(begin(run, SETTINGS), losses);

    double lowest = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    Validation known = outcome.validation().orElseThrow();
    assertThat(known.bestLoss()).isEqualTo(lowest);
    assertThat(known.bestStep()).isEqualTo(10L * (losses.indexOf(lowest) + 1));
    assertThat(known.sinceBest()).isEqualTo(losses.size() - 1 - losses.indexOf(lowest));
    // it would have been removed otherwise
    assertThat(known.sinceBest()).isGreaterThan(SETTINGS.maxToKeep());
    TrainingCheckpoint best = TrainingCheckpoint.openBest(run, notice -> {});
    assertThat(best.progress().step()).isEqualTo(known.bestStep());
    assertThat(best.validation().orElseThrow().loss()).isEqualTo(lowest);
    assertThat(CheckpointState.latestCheckpoint(run, "best")).contains(best.variables());
    assertThat(TrainingCheckpoint.open(run).progress().step()).isEqualTo(outcome.progress().step());
    try (var children = Files.list(run)) {
      assertThat(children.filter(child -> child.getFileName().toString().startsWith("i")))
          .hasSize(SETTINGS.maxToKeep() + 1);
    }
  }

  @Test
  void trainingEndsWhenPatienceIsOver() throws IOException {
    TrainingSettings patient = SETTINGS.toBuilder().patience(3).build();
    List<Double> losses = new ArrayList<>();
    Path run = root.resolve("run");
    Trainer.Outcome outcome = train(begin(run, patient), losses);

    assertThat(outcome.ranOutOfPatience()).isTrue();
    assertThat(outcome.validation().orElseThrow().sinceBest()).isEqualTo(3);
    TrainingCheckpoint newest = TrainingCheckpoint.open(run);
    Trainer<TextTask> resumed =
        Trainer.resume(run, newest, newest.settings(), RANDOM, RnnImplementation.FUSED);
    assertThat(train(resumed, losses).progress()).isEqualTo(outcome.progress());
  }

  @Test
  void aResumedRunKnowsItsBestAndGoesOnBitForBit() throws IOException {
    TrainingSettings changing =
        SETTINGS.toBuilder()
            .schedule(Schedule.COSINE)
            .warmupSteps(7)
            .averageDecay(0.9)
            .resetProbability(0.3)
            .weightDecay(0.01f)
            .build();
    List<Double> whole = new ArrayList<>();
    Trainer.Outcome expected = train(begin(root.resolve("whole"), changing), whole);

    Path run = root.resolve("parts");
    List<Double> parts = new ArrayList<>();
    try (Trainer<TextTask> first = begin(run, changing)) {
      first.run(OptionalLong.of(50), List.of(), () -> false);
    }
    TrainingCheckpoint newest = TrainingCheckpoint.open(run);
    Trainer.Outcome outcome =
        train(
            Trainer.resume(run, newest, newest.settings(), RANDOM, RnnImplementation.FUSED), parts);

    assertThat(parts).isEqualTo(whole.subList(whole.size() - parts.size(), whole.size()));
    assertThat(outcome.validation()).isEqualTo(expected.validation());
    assertThat(newest.settings().training()).isEqualTo(changing);
  }

  @Test
  void learningRatesFollowWarmUpScheduleAndDecay() {
    TrainingSettings constant =
        TrainingSettings.builder().batchSize(1).epochs(10).learningRate(1).build();
    assertThat(constant.hasConstantLearningRate()).isTrue();
    // char-rnn: 0.97 an epoch from the 10th on; ptb_word_lm.py: 0.5 ** max(i + 1 - 4, 0)
    TrainingSettings ptb = constant.toBuilder().decayRate(0.5).decayAfter(4).build();
    float[] rates = new float[6];
    for (int epoch = 0; epoch < 6; epoch++) {
      rates[epoch] = ptb.learningRateOf(100L * epoch, epoch, 1000);
    }
    assertThat(rates).containsExactly(1, 1, 1, 1, 0.5f, 0.25f);
    // torch-rnn: halved every 5 epochs
    TrainingSettings torch = ptb.toBuilder().decayAfter(5).decayEvery(5).build();
    assertThat(torch.learningRateOf(0, 4, 1000)).isEqualTo(1);
    assertThat(torch.learningRateOf(0, 5, 1000)).isEqualTo(0.5f);
    assertThat(torch.learningRateOf(0, 9, 1000)).isEqualTo(0.5f);
    assertThat(torch.learningRateOf(0, 10, 1000)).isEqualTo(0.25f);
    TrainingSettings cosine =
        constant.toBuilder().schedule(Schedule.COSINE).warmupSteps(9).minLearningRate(0.1f).build();
    assertThat(cosine.learningRateOf(0, 0, 109)).isCloseTo(0.1f, within(1e-6f));
    assertThat(cosine.learningRateOf(8, 0, 109)).isCloseTo(0.9f, within(1e-6f));
    assertThat(cosine.learningRateOf(9, 0, 109)).isEqualTo(1);
    assertThat(cosine.learningRateOf(59, 0, 109)).isCloseTo(0.55f, within(1e-6f));
    assertThat(cosine.learningRateOf(109, 0, 109)).isCloseTo(0.1f, within(1e-6f));
    TrainingSettings linear = cosine.toBuilder().schedule(Schedule.LINEAR).build();
    assertThat(linear.learningRateOf(34, 0, 109)).isCloseTo(0.775f, within(1e-6f));
  }
}
