package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.NeedsFonts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ClassifyCommandTest {
  private static final int IMAGES = 30;
  @TempDir Path root;
  private Path data;

  @BeforeEach
  void writeImages() throws IOException {
    data = Files.createDirectory(root.resolve("data"));
    TinyDigits.write(data, IMAGES);
  }

  private Tool.Output begin(String run, String... more) {
    List<String> common =
        List.of(
            "classify",
            "--data",
            data.toString(),
            "--holdout",
            "10",
            "--run",
            path(run),
            "--lstm-size",
            "6",
            "--batch-size",
            "8");
    return Tool.run(Stream.concat(common.stream(), Stream.of(more)).toArray(String[]::new));
  }

  private String path(String run) {
    return root.resolve(run).toString();
  }

  // the metrics without the seconds, which differ from run to run
  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(root.resolve(run).resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceAll("\"seconds\":[^,}]*", ""))
        .toList();
  }

  @Test
  void fiveStepsLeaveMetricsACheckpointAndPictures() throws IOException {
    Tool.Output output = begin("run", "--steps", "5");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).containsPattern("test accuracy (0|1|0\\.\\d+)\\R");
    assertThat(metrics("run")).hasSize(5);
    assertThat(metrics("run").get(4)).contains("\"step\":5", "\"test_accuracy\":");
    assertThat(root.resolve("run/i5_l6/saved_model.pb")).isNotEmptyFile();
    assertThat(root.resolve("run/loss.svg")).isNotEmptyFile();
    assertThat(root.resolve("run/rows.svg")).content().contains(">row 28<");
  }

  @Test
  @NeedsFonts
  void whereThereAreFontsThePicturesArePngsToo() throws IOException {
    Tool.Output output = begin("run", "--steps", "1");
    assertThat(output.err()).contains("pictures: loss, rows (.png and .svg) in ");
    assertThat(root.resolve("run/loss.png")).isNotEmptyFile();
    BufferedImage rows = ImageIO.read(root.resolve("run/rows.png").toFile());
    assertThat(rows.getWidth()).isEqualTo(1640);
  }

  @Test
  void jsonTellsEachEventInALine() {
    Tool.Output output = begin("run", "--steps", "5", "--save-every", "5", "--json");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out().lines().map(line -> line.replaceAll(",.*", "")))
        .containsExactly(
            "{\"event\":\"start\"",
            "{\"event\":\"step\"",
            "{\"event\":\"checkpoint\"",
            "{\"event\":\"end\"");
    assertThat(output.out()).contains("\"step\":5,", "\"test_accuracy\":", "\"stopped\":false");
    assertThat(output.err().lines()).allMatch(line -> line.startsWith("{\"note\":"));
  }

  @Test
  void aRunGoesOnWithTheConfigItBeganWith() throws IOException {
    Path file = root.resolve("run.json");
    Files.writeString(
        file,
        String.format(
            "{\"data\": \"%s\", \"holdout\": 10, \"run\": \"%s\", \"lstm-size\": 6,"
                + " \"batch-size\": 8, \"bidirectional\": true, \"loop\": \"unrolled\"}",
            data, path("run")));
    String config = "--config=" + file;
    Tool.Output begun = Tool.run("classify", config, "--steps", "2");
    Tool.Output resumed = Tool.run("classify", config, "--steps", "3", "--resume");
    assertThat(begun.code()).as(begun.err()).isZero();
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(metrics("run")).hasSize(3);
    Tool.Output other = Tool.run("classify", config, "--resume", "--lstm-size", "7");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("--lstm-size was 6 and is now 7");
    Tool.Output loop = Tool.run("classify", config, "--resume", "--loop", "dynamic");
    assertThat(loop.code()).isEqualTo(2);
    assertThat(loop.err()).contains("--loop was unrolled and is now dynamic");
  }

  @Test
  void aResumedRunHasTheNumbersOfOneThatNeverStopped() throws IOException {
    begin("whole", "--steps", "6");
    begin("parts", "--steps", "6", "--save-every", "2");
    Path parts = root.resolve("parts");
    // as after a kill in step 5: the newest checkpoint is that of step 4
    Files.writeString(
        parts.resolve("checkpoint"),
        "model_checkpoint_path: \"i4_l6/variables/variables\"\n"
            + "all_model_checkpoint_paths: \"i4_l6/variables/variables\"\n");
    Tool.Output resumed = Tool.run("classify", "--resume", "--run", path("parts"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(metrics("parts")).hasSize(6).isEqualTo(metrics("whole"));
    assertThat(Files.readAllBytes(parts.resolve("i6_l6/variables/variables.data-00000-of-00001")))
        .isEqualTo(
            Files.readAllBytes(
                root.resolve("whole/i6_l6/variables/variables.data-00000-of-00001")));
  }

  @Test
  void otherImagesAreRefusedByAResumedRun() throws IOException {
    begin("run", "--steps", "1");
    TinyDigits.writeLabels(data, new byte[IMAGES]);
    Tool.Output output = Tool.run("classify", "--resume", "--run", path("run"), "--steps", "2");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("images that it began with");
  }

  @Test
  void bothEndsAndTheUnrolledLoopTrain() {
    Tool.Output output =
        begin("run", "--steps", "2", "--bidirectional", "--loop", "unrolled", "--num-layers", "1");
    assertThat(output.code()).as(output.err()).isZero();
  }

  @Test
  void aBadFileIsNamed() throws IOException {
    Files.writeString(data.resolve("t10k-labels-idx1-ubyte.gz"), "not gzip");
    Tool.Output output = begin("run");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("t10k-labels-idx1-ubyte.gz");
    assertThat(root.resolve("run")).doesNotExist();
  }

  @Test
  void withoutTheTrainingSetTheFileAndTheWayOutAreNamed() {
    Tool.Output output = Tool.run("classify", "--data", data.toString(), "--run", path("run"));
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("train-images-idx3-ubyte.gz", "--holdout 1000");
  }

  @Test
  void itsLossesCanBeDrawnButNotBesideThoseOfTexts() {
    begin("run", "--steps", "2");
    String picture = path("a.svg");
    assertThat(Tool.run("plot", path("run"), "--out", picture).code()).isZero();
    assertThat(root.resolve("a.svg")).content().contains("loss (nats per image / 10)");
    begin("stable", "--steps", "1", "--cross-entropy", "stable");
    Tool.Output both = Tool.run("plot", path("run"), path("stable"), "--out", picture);
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("draw the runs apart");
    Tool.Output mixed = Tool.run("plot", path("run"), path("other"), "--out", picture);
    assertThat(mixed.code()).isEqualTo(2);
    assertThat(mixed.err()).contains("is a run on images");
  }

  @Test
  void commandsForTextsSayWhatSuchARunIs() {
    begin("run", "--steps", "1");
    assertThat(Tool.run("sample", "--checkpoint", path("run")).err()).contains("charlstm classify");
    assertThat(Tool.run("train", "--recipe", "mnist", "--epochs", "2").err())
        .contains("--epochs is for runs on texts");
    assertThat(Tool.run("train", "--recipe", "anna", "--holdout", "2").err())
        .contains("--holdout is for runs on images (recipe mnist)");
  }

  @Test
  void trainWithRecipeMnistIsTheSameCommand() throws IOException {
    begin("classify", "--steps", "3");
    Tool.Output output =
        Tool.succeed(
            root,
            "train --recipe mnist --data ROOT/data --holdout 10 --run ROOT/train --lstm-size 6"
                + " --batch-size 8 --steps 2");
    assertThat(output.out()).contains("test accuracy");
    Tool.succeed(root, "train --resume --run ROOT/train --steps 3");
    // the accuracy of the test images is measured after the last step of each
    assertThat(
            metrics("train").stream()
                .map(line -> line.replaceAll(",\"test_accuracy.*", "}"))
                .toList())
        .isEqualTo(
            metrics("classify").stream()
                .map(line -> line.replaceAll(",\"test_accuracy.*", "}"))
                .toList());
  }

  @Test
  void aResumedRunMayTrainOtherwiseButKeepsItsModel() throws IOException {
    begin("run", "--steps", "1");
    Tool.Output output =
        Tool.run(
            "classify", "--resume", "--run", path("run"), "--steps", "2", "--learning-rate", "0.1");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err()).contains("changed by a flag: --learning-rate 0.001 -> 0.1");
    assertThat(metrics("run")).hasSize(2);
  }

  @Test
  void inspectShowsTheRun() {
    assertThat(begin("run", "--steps", "1").code()).isZero();
    Tool.Output shown = Tool.run("inspect", "--checkpoint", path("run"));
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("\"units\" : 6", "Variable").doesNotContain("vocabulary:");
    assertThat(Tool.run("inspect", "--json", "--checkpoint", path("run")).out())
        .contains("\"vocabulary\":null");
  }

  @Test
  void flagsOfTextsAndAFileInPlaceOfTheFolderAreRejected() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    assertThat(Tool.run("classify", "--data", file.toString(), "--run", path("run")).err())
        .contains("--data: expected a folder with MNIST's files, found the file " + file);
    String[] logged = {"train", "--recipe", "mnist", "--log-every", "2", "--run", path("run")};
    assertThat(Tool.run(logged).err()).contains("--log-every is for runs on texts");
    assertThat(root.resolve("run")).doesNotExist();
  }
}
