package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.data.MnistImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What commands do with a trained classifier. */
class PredictCommandTest {
  private static final int IMAGES = 30;
  private static final int HELD_OUT = 10;

  @TempDir static Path root;

  @BeforeAll
  static void train() throws IOException {
    Files.createDirectories(root.resolve("digits"));
    TinyDigits.write(root.resolve("digits"), IMAGES);
    Tool.Output output =
        tool(
            "train --recipe mnist --data ROOT/digits --holdout 10 --steps 30 --batch-size 10"
                + " --lstm-size 16 --num-layers 1 --learning-rate 0.01 --run ROOT/run");
    assertThat(output.code()).as(output.err()).isZero();
  }

  private static Tool.Output tool(String line) {
    return Tool.run(Map.of("ROOT", root), line);
  }

  private static List<JsonNode> json(String line) throws IOException {
    Tool.Output output = tool(line + " --json");
    assertThat(output.code()).as(output.err()).isZero();
    List<JsonNode> results = new ArrayList<>();
    for (String result : output.out().lines().toList()) {
      results.add(new ObjectMapper().readTree(result));
    }
    return results;
  }

  private static Path images() {
    return root.resolve("digits/t10k-images-idx3-ubyte.gz");
  }

  @Test
  void accuracyOfPredictionsIsThatOfEvaluate() throws IOException {
    JsonNode evaluated = json("evaluate --checkpoint ROOT/run").get(0);
    List<JsonNode> predicted = json("predict --checkpoint ROOT/run " + images());
    assertThat(predicted).hasSize(IMAGES);
    int right = 0;
    double loss = 0;
    for (int k = IMAGES - HELD_OUT; k < IMAGES; k++) { // image k has the label k % 10
      right += predicted.get(k).required("label").intValue() == k % 10 ? 1 : 0;
      loss -= Math.log(predicted.get(k).required("probabilities").get(k % 10).doubleValue());
    }
    assertThat(evaluated.required("images").intValue()).isEqualTo(HELD_OUT);
    assertThat(evaluated.required("accuracy").doubleValue())
        .isEqualTo((double) right / HELD_OUT, within(1e-9));
    // The printed loss is a mean over images and classes.
    assertThat(evaluated.required("loss").doubleValue())
        .isEqualTo(loss / HELD_OUT / 10, within(1e-6));
  }

  @Test
  void pictureIsReadAsItsPixelsAreInAnIdxFile() throws IOException {
    float[] pixels = MnistImages.readPixels(images());
    for (boolean invert : new boolean[] {false, true}) {
      BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      for (int k = 0; k < 784; k++) {
        int value = Math.round(255 * pixels[3 * 784 + k]);
        picture.getRaster().setSample(k % 28, k / 28, 0, invert ? 255 - value : value);
      }
      Path file = root.resolve("three.png");
      ImageIO.write(picture, "png", file.toFile());
      JsonNode result =
          json("predict --checkpoint ROOT/run " + (invert ? "--invert " : "") + file).get(0);
      JsonNode expected = json("predict --checkpoint ROOT/run " + images()).get(3);
      assertThat(result.required("index").intValue()).isZero();
      for (int digit = 0; digit < 10; digit++) {
        assertThat(result.required("probabilities").get(digit).doubleValue())
            .isEqualTo(expected.required("probabilities").get(digit).doubleValue(), within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "predict --checkpoint ROOT/run, IDX files or pictures",
    "predict --checkpoint ROOT/run ROOT/none.png, no such file",
    "predict --checkpoint ROOT/run ROOT/run, is a folder",
    "predict --checkpoint ROOT/run ROOT/text.txt, text.txt",
    "predict --checkpoint src/test/resources/runs/text ROOT/text.txt, on a text",
    "evaluate --checkpoint ROOT/run --batch-size 3, --batch-size is for runs on texts",
    "evaluate --checkpoint ROOT/run --encoding UTF-16, on images"
  })
  void misuseIsNamed(String line, String message) throws IOException {
    Files.writeString(root.resolve("text.txt"), "no picture");
    Tool.Output output = tool(line);
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte",
    "t10k-images.idx3-ubyte, t10k-labels.idx1-ubyte"
  })
  void unpackedFilesAreFoundUnderTheirUsualNames(String images, String labels) throws IOException {
    Path folder = Files.createDirectories(root.resolve(images));
    unpack(images(), folder.resolve(images));
    unpack(root.resolve("digits/t10k-labels-idx1-ubyte.gz"), folder.resolve(labels));
    assertThat(json("evaluate --checkpoint ROOT/run --data ROOT/" + images))
        .isEqualTo(json("evaluate --checkpoint ROOT/run"));
  }

  private static void unpack(Path packed, Path target) throws IOException {
    try (var input = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.write(target, input.readAllBytes());
    }
  }

  @Test
  void exportedSavedModelGivesTheSameProbabilities() throws IOException {
    Path saved = root.resolve("saved");
    assertThat(tool("export --checkpoint ROOT/run --format saved-model --to ROOT/saved").code())
        .isZero();
    float[] pixels = MnistImages.readPixels(images());
    JsonNode expected = json("predict --checkpoint ROOT/run " + images()).get(0);
    try (SavedModelBundle bundle = SavedModelBundle.load(saved.toString(), "serve");
        TFloat32 inputs =
            TFloat32.tensorOf(Shape.of(IMAGES, 784), DataBuffers.of(pixels, true, false));
        TFloat32 keepProb = TFloat32.scalarOf(1);
        TInt32 size = TInt32.scalarOf(IMAGES);
        Result result =
            bundle
                .function("serving_default")
                .call(Map.of("inputs", inputs, "keep_prob", keepProb, "batch_size", size))) {
      TFloat32 probabilities = (TFloat32) result.get("predictions").orElseThrow();
      for (int digit = 0; digit < 10; digit++) {
        assertThat((double) probabilities.getFloat(0, digit))
            .isEqualTo(expected.required("probabilities").get(digit).doubleValue(), within(1e-6));
      }
    }
  }

  @Test
  void exportedTf1CheckpointAndGraphHaveTheVariables() throws IOException {
    assertThat(tool("export --checkpoint ROOT/run --format tf1-checkpoint --to ROOT/tf1").code())
        .isZero();
    assertThat(root.resolve("tf1/model.ckpt-30.meta")).isNotEmptyFile();
    assertThat(tool("inspect --meta ROOT/tf1/model.ckpt-30.meta").out()).contains("kernel");
    assertThat(tool("export --checkpoint ROOT/run --format graphdef --to ROOT/graph.pbtxt").code())
        .isZero();
    assertThat(root.resolve("graph.pbtxt")).content().contains("kernel");
  }
}
