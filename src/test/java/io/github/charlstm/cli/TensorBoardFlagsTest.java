package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.tensorboard.EventFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Summary;

@Tag("slow")
class TensorBoardFlagsTest {
  private static final String LINE = "To be, or not to be: that is the question!\nthou art more ";
  @TempDir Path root;

  private Tool.Output train(String run, String... more) throws IOException {
    Path text = Files.writeString(root.resolve("text.txt"), LINE.repeat(400));
    Stream<String> common =
        Stream.of(
            "train",
            "--data",
            text.toString(),
            "--run",
            root.resolve(run).toString(),
            "--lstm-size",
            "4",
            "--batch-size",
            "2",
            "--num-steps",
            "5");
    return Tool.run(Stream.concat(common, Stream.of(more)).toArray(String[]::new));
  }

  private Tool.Output classify(String run, String... more) throws IOException {
    Path data = Files.createDirectories(root.resolve("data"));
    TinyDigits.write(data, 30);
    Stream<String> common =
        Stream.of(
            "classify",
            "--data",
            data.toString(),
            "--holdout",
            "10",
            "--run",
            root.resolve(run).toString(),
            "--lstm-size",
            "6",
            "--batch-size",
            "8",
            "--steps",
            "5");
    return Tool.run(Stream.concat(common, Stream.of(more)).toArray(String[]::new));
  }

  private Map<String, TreeMap<Long, Summary.Value>> shown(String run, String part)
      throws IOException {
    return EventFile.summaries(root.resolve(run).resolve("tensorboard").resolve(part));
  }

  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(root.resolve(run).resolve("metrics.jsonl"));
  }

  private static String text(Summary.Value value, int row) {
    return value.getTensor().getStringVal(row).toStringUtf8();
  }

  private static String asBlock(String text) {
    return "    " + text.replace("\n", "\n    ");
  }

  @Test
  void theSampleOfTheLastCheckpointIsTheOneThatIsPrinted() throws IOException {
    Tool.Output output =
        train("run", "--steps", "4", "--save-every", "2", "--tensorboard", "--histograms", "2");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err()).contains("tensorboard --logdir " + root.resolve("run/tensorboard"));
    TreeMap<Long, Summary.Value> samples = shown("run", "train").get("samples/drawn");
    assertThat(samples.keySet()).containsExactly(2L, 4L);
    String last = text(samples.get(4L), 0);
    assertThat(last).hasSizeGreaterThan(500);
    String printed = output.out().substring(output.out().indexOf("\n\n") + 2);
    assertThat(asBlock(printed.substring(0, printed.length() - 1))).isEqualTo(last);
    assertThat(shown("run", "train").get("variables/Model/softmax_w").keySet())
        .containsExactly(2L, 4L);
  }

  @Test
  void whatTheCookbooksRecipesPrintOnTheWayIsShownToo() throws IOException {
    Tool.Output output = train("run", "--recipe", "shakespeare", "--steps", "500", "--tensorboard");
    assertThat(output.code()).as(output.err()).isZero();
    TreeMap<Long, Summary.Value> greedy = shown("run", "train").get("samples/greedy");
    assertThat(greedy).containsKey(500L);
    List<String> printed = // the last is that of the end
        output.out().lines().filter(line -> line.startsWith("thou art more")).toList();
    assertThat(greedy.values().stream().map(value -> text(value, 0)))
        .containsExactlyElementsOf(
            printed.subList(0, greedy.size()).stream().map(TensorBoardFlagsTest::asBlock).toList());
    assertThat(shown("run", "train").get("samples/drawn")).containsKey(500L);
  }

  @Test
  void aClassifiersCurvesAreThoseOfItsMetrics() throws IOException {
    Tool.Output output = classify("run", "--tensorboard", "--histograms", "5");
    assertThat(output.code()).as(output.err()).isZero();
    Map<String, TreeMap<Long, Summary.Value>> train = shown("run", "train");
    ObjectMapper mapper = new ObjectMapper();
    for (String text : metrics("run")) {
      JsonNode line = mapper.readTree(text);
      long step = line.get("step").asLong();
      assertThat(train.get("curves/loss").get(step).getSimpleValue())
          .isEqualTo((float) line.get("loss").asDouble());
      assertThat(train.get("curves/global_norm").get(step).getSimpleValue())
          .isEqualTo((float) line.get("global_norm").asDouble())
          .isPositive();
      assertThat(train.get("curves/seconds_per_step").get(step).getSimpleValue())
          .isEqualTo((float) line.get("seconds").asDouble());
      assertThat(train.get("curves/learning_rate").get(step).getSimpleValue()).isEqualTo(0.001f);
      if (line.has("test_accuracy")) {
        assertThat(shown("run", "test").get("curves/accuracy").get(step).getSimpleValue())
            .isEqualTo((float) line.get("test_accuracy").asDouble());
      }
    }
    assertThat(train.get("curves/loss")).hasSize(5);
    double squares =
        train.entrySet().stream()
            .filter(tag -> tag.getKey().startsWith("gradients/"))
            .mapToDouble(tag -> tag.getValue().get(5L).getHisto().getSumSquares())
            .sum();
    double norm = train.get("curves/global_norm").get(5L).getSimpleValue();
    assertThat(Math.sqrt(squares) / norm).isBetween(1 - 1e-5, 1 + 1e-5);
    assertThat(train).containsKey("variables/Variable");
  }

  @Test
  void aClassifiersNumbersAreTheSameWithAndWithoutIt() throws IOException {
    classify("plain");
    classify("watched", "--tensorboard", "--histograms", "2");
    assertThat(withoutTimes("watched")).isEqualTo(withoutTimes("plain"));
    assertThat(root.resolve("watched/i5_l6/variables/variables.data-00000-of-00001"))
        .hasSameBinaryContentAs(
            root.resolve("plain/i5_l6/variables/variables.data-00000-of-00001"));
    assertThat(root.resolve("plain/tensorboard")).doesNotExist();
  }

  private List<String> withoutTimes(String run) throws IOException {
    return metrics(run).stream().map(line -> line.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  @Test
  void histogramsAloneAreRefusedBeforeAnythingIsDone() throws IOException {
    for (Tool.Output output :
        List.of(train("run", "--histograms", "5"), classify("run", "--histograms", "5"))) {
      assertThat(output.code()).isEqualTo(2);
      assertThat(output.err()).contains("--histograms", "--tensorboard");
    }
    assertThat(train("run", "--tensorboard", "--histograms", "0").err())
        .contains("--histograms: expected a whole number from 1");
    assertThat(root.resolve("run")).doesNotExist();
  }

  @Test
  void aPlaceThatCannotBeWrittenToIsAUsersMistake() throws IOException {
    Files.createDirectories(root.resolve("run"));
    Files.writeString(root.resolve("run/tensorboard"), "");
    Tool.Output output = train("run", "--steps", "2", "--tensorboard");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("run/tensorboard cannot be written to", "--tensorboard");
  }
}
