package io.github.charlstm.tensorboard;

import static io.github.charlstm.tensorboard.ShownRun.CLIP;
import static io.github.charlstm.tensorboard.ShownRun.events;
import static io.github.charlstm.tensorboard.ShownRun.settings;
import static io.github.charlstm.tensorboard.ShownRun.train;
import static io.github.charlstm.tensorboard.ShownRun.trained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingListener;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/** The values that a run writes for TensorBoard. */
@Tag("slow")
class RunEventsValuesTest {
  private static final String[] TAGS = {
    "curves/loss",
    "curves/bits_per_character",
    "curves/learning_rate",
    "curves/global_norm",
    "curves/seconds_per_step"
  };

  @TempDir Path root;
  private final List<String> notices = new ArrayList<>();

  private static List<JsonNode> metrics(Path run) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve(MetricsWriter.FILE_NAME))) {
      lines.add(mapper.readTree(line));
    }
    return lines;
  }

  private static void assertSame(Map<String, TreeMap<Long, Summary.Value>> found, Path run)
      throws IOException {
    List<JsonNode> lines = metrics(run);
    for (String tag : TAGS) {
      assertThat(found.get(tag)).as(tag).hasSize(lines.size());
    }
    for (JsonNode line : lines) {
      long step = line.get("step").asLong();
      float loss = (float) line.get("loss").asDouble();
      assertThat(number(found, TAGS[0], step)).isEqualTo(loss);
      assertThat(number(found, TAGS[1], step)).isEqualTo((float) (loss / Math.log(2)));
      assertThat(number(found, TAGS[2], step)).isEqualTo(0.02f);
      assertThat(number(found, TAGS[3], step))
          .isEqualTo((float) line.get("global_norm").asDouble());
      assertThat(number(found, TAGS[4], step)).isEqualTo((float) line.get("seconds").asDouble());
    }
  }

  private static float number(
      Map<String, TreeMap<Long, Summary.Value>> found, String tag, long step) {
    assertThat(found.get(tag)).as(tag).containsKey(step);
    return found.get(tag).get(step).getSimpleValue();
  }

  @Test
  void theCurvesAreThoseOfTheMetricsFile() throws IOException {
    Path run = trained(root.resolve("run"), 0, 7, notices::add);
    Map<String, TreeMap<Long, Summary.Value>> train = EventFile.summaries(events(run, "train"));
    assertThat(train).containsOnlyKeys(TAGS);
    assertSame(train, run);
    Map<String, TreeMap<Long, Summary.Value>> validation =
        EventFile.summaries(events(run, "validation"));
    assertThat(validation).containsOnlyKeys(TAGS[0], TAGS[1]);
    assertThat(validation.get(TAGS[0]).keySet()).containsExactly(3L, 6L, 7L);
    for (JsonNode line : metrics(run)) {
      if (line.has("validation_loss")) {
        assertThat(number(validation, TAGS[0], line.get("step").asLong()))
            .isEqualTo((float) line.get("validation_loss").asDouble());
      }
    }
    assertThat(notices).isEmpty();
  }

  @Test
  void theLearningRateFollowsItsDecay() throws IOException {
    TrainingSettings decaying = SmallRun.SETTINGS.toBuilder().decayRate(0.5).build();
    Path run = Files.createDirectory(root.resolve("run"));
    try (RunEvents events =
        RunEvents.begin(
            run, SmallRun.settings(decaying), 0, GraphDef.getDefaultInstance(), 0, notices::add)) {
      try (Trainer<TextTask> trainer =
          SmallRun.open(run, SmallRun.settings(decaying), SmallRun.TEXT)) {
        trainer.run(OptionalLong.of(9), List.of(events), () -> false);
      }
    }
    assertThat(EventFile.summaries(events(run, "train")).get(TAGS[2]).values())
        .extracting(Summary.Value::getSimpleValue)
        .containsExactly(0.02f, 0.02f, 0.02f, 0.02f, 0.01f, 0.01f, 0.01f, 0.01f, 0.005f);
  }

  @Test
  void histogramsAreThoseOfTheVariablesAfterTheStep() throws IOException {
    Path run = trained(root.resolve("run"), 3, 7, notices::add);
    Map<String, TreeMap<Long, Summary.Value>> found = EventFile.summaries(events(run, "train"));
    for (long step : new long[] {3, 6}) {
      CheckpointReader variables =
          CheckpointReader.open(run.resolve("i" + step + "_l8/variables/variables"));
      List<String> trained =
          variables.tensors().keySet().stream()
              .filter(name -> !name.contains("Adam") && !name.matches("beta\\d_power|global_step"))
              .toList();
      assertThat(trained).hasSize(6);
      for (String name : trained) {
        assertSpread(found.get("variables/" + name).get(step), variables.readFloats(name));
      }
    }
    assertThat(found.keySet().stream().filter(tag -> tag.startsWith("variables/"))).hasSize(6);
    assertThat(found.get("variables/softmax/Variable").keySet()).containsExactly(3L, 6L);
  }

  private static void assertSpread(Summary.Value value, float[] expected) {
    HistogramProto histogram = value.getHisto();
    double[] numbers = new double[expected.length];
    Arrays.setAll(numbers, k -> expected[k]);
    assertThat(histogram.getNum()).isEqualTo(expected.length);
    assertThat(histogram.getMin()).isEqualTo(Arrays.stream(numbers).min().orElseThrow());
    assertThat(histogram.getMax()).isEqualTo(Arrays.stream(numbers).max().orElseThrow());
    assertThat(histogram.getSum()).isCloseTo(Arrays.stream(numbers).sum(), within(1e-9));
    assertThat(histogram.getSumSquares())
        .isCloseTo(Arrays.stream(numbers).map(x -> x * x).sum(), within(1e-9));
  }

  @Test
  void gradientsAreThoseThatTheStepAppliesAfterClipping() throws IOException {
    Path run = trained(root.resolve("run"), 1, 7, notices::add);
    Map<String, TreeMap<Long, Summary.Value>> found = EventFile.summaries(events(run, "train"));
    List<String> tags =
        found.keySet().stream().filter(tag -> tag.startsWith("gradients/")).toList();
    assertThat(tags).hasSize(6);
    List<Double> norms = new ArrayList<>();
    for (long step = 1; step <= 7; step++) {
      double squares = 0;
      for (String tag : tags) {
        squares += found.get(tag).get(step).getHisto().getSumSquares();
      }
      double norm = number(found, "curves/global_norm", step);
      norms.add(norm);
      assertThat(Math.sqrt(squares)).isCloseTo(Math.min(CLIP, norm), within(1e-5));
    }
    assertThat(norms).anyMatch(norm -> norm > CLIP).anyMatch(norm -> norm < CLIP);
  }

  @ParameterizedTest
  @EnumSource(
      value = RnnImplementation.class,
      names = {"FUSED", "DYNAMIC", "UNROLLED"})
  void everyBitOfARunIsTheSameWithAndWithoutIt(RnnImplementation loop) throws IOException {
    List<Path> runs = List.of(root.resolve("plain"), root.resolve("watched"));
    CharacterText text = CharacterText.of(SmallRun.TEXT);
    try (Trainer<TextTask> run = SmallRun.open(runs.get(0), settings(), text, loop)) {
      SmallRun.train(run, runs.get(0), 7, List.of());
    }
    try (Trainer<TextTask> run = SmallRun.open(runs.get(1), settings(), text, loop)) {
      train(run, runs.get(1), 2, 7, notices::add);
    }
    assertThat(SmallRun.losses(runs.get(1))).isEqualTo(SmallRun.losses(runs.get(0)));
    for (String checkpoint : List.of("i3_l8", "i6_l8", "i7_l8")) {
      for (String file :
          List.of(
              "variables/variables.data-00000-of-00001",
              "assets.extra/lstm_state.data-00000-of-00001")) {
        assertThat(runs.get(1).resolve(checkpoint).resolve(file))
            .hasSameBinaryContentAs(runs.get(0).resolve(checkpoint).resolve(file));
      }
      assertThat(operations(runs.get(1), checkpoint))
          .isEqualTo(operations(runs.get(0), checkpoint));
    }
  }

  // of the training graph; functions are numbered in the order in which a process makes them
  private static List<String> operations(Path run, String checkpoint) throws IOException {
    byte[] model = Files.readAllBytes(run.resolve(checkpoint).resolve("saved_model.pb"));
    return SavedModel.parseFrom(model).getMetaGraphs(0).getGraphDef().getNodeList().stream()
        .map(node -> node.getName() + " " + node.getOp() + node.getInputList())
        .toList();
  }

  @Test
  void aKilledRunResumesWithoutRepeatedSteps() throws IOException {
    Path whole = trained(root.resolve("whole"), 2, 7, notices::add);
    Path run = root.resolve("run");
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == 5) {
              throw new IllegalStateException("killed");
            }
          }
        };
    try (Trainer<TextTask> killed = SmallRun.open(run, settings(), SmallRun.TEXT)) {
      assertThatThrownBy(() -> train(killed, run, 2, 7, notices::add, killer)).hasMessage("killed");
    }
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    try (Trainer<TextTask> resumed =
        SmallRun.open(run, checkpoint, checkpoint.settings(), SmallRun.TEXT)) {
      train(resumed, run, 2, 7, notices::add);
    }
    List<Path> files = EventFile.files(events(run, "train"));
    assertThat(files).hasSize(2);
    assertThat(EventFile.read(files.get(0))).extracting(Event::getStep).contains(5L);
    Event start = EventFile.read(files.get(1)).get(1);
    assertThat(start.getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(start.getStep()).isEqualTo(4);
    Map<String, TreeMap<Long, Summary.Value>> found = EventFile.summaries(events(run, "train"));
    assertSame(found, run);
    assertThat(SmallRun.losses(run)).isEqualTo(SmallRun.losses(whole));
    Map<String, TreeMap<Long, Summary.Value>> like = EventFile.summaries(events(whole, "train"));
    like.remove(TAGS[4]);
    found.remove(TAGS[4]);
    assertThat(found).isEqualTo(like);
    assertThat(EventFile.summaries(events(run, "validation")))
        .isEqualTo(EventFile.summaries(events(whole, "validation")));
  }

  @Test
  void theGraphIsTheTrainingGraph() throws IOException {
    Path run = trained(root.resolve("run"), 0, 1, notices::add);
    List<Event> graphs =
        EventFile.readAll(events(run, "train")).stream()
            .filter(event -> !event.getGraphDef().isEmpty())
            .toList();
    assertThat(graphs).hasSize(1);
    List<NodeDef> nodes = GraphDef.parseFrom(graphs.get(0).getGraphDef()).getNodeList();
    assertThat(nodes)
        .extracting(NodeDef::getName)
        .contains("inputs", "targets", "loss", "global_step", "clip_by_global_norm/global_norm");
    assertThat(nodes.stream().filter(node -> node.getOp().equals("ApplyAdam"))).hasSize(6);
  }
}
