package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A training graph of TensorFlow 1.1, 50 x 50, unrolled, saved by a program of Python. */
@Tag("slow")
class SherlockMetaTest {
  private static final Path NUMBERS =
      Path.of("src/test/resources/checkpoints/sherlock.tf-2.15.1.json");

  @Test
  void givesPythonsPredictionsAndCrossEntropy() throws IOException {
    String data = System.getenv("CHARLSTM_TEST_DATA");
    assumeTrue(data != null, "sherlock is not here: CHARLSTM_TEST_DATA is not set");
    Path meta = Path.of(data, "tf1-checkpoints", "sherlock", "model.ckpt-14000.meta");
    assumeTrue(Files.exists(meta), "sherlock is not here: CHARLSTM_TEST_DATA has no " + meta);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode numbers = mapper.readTree(NUMBERS.toFile());
    int[] symbols = mapper.convertValue(numbers.get("indices"), int[].class);
    float[][] expected = mapper.convertValue(numbers.get("predictions"), float[][].class);
    String vocabulary = numbers.get("vocabulary").asText();
    try (ForeignModel model = ForeignModel.open(meta, ForeignModelOptions.metaGraph())) {
      assertThat(model.batchSize()).isEqualTo(50);
      for (int k = 0; k < symbols.length; k++) {
        assertThat(model.predictNext(symbols[k]))
            .as("after character %d", k)
            .containsExactly(expected[k], within(1e-5f));
      }
      int[] text =
          numbers
              .get("cross_entropy_text")
              .asText()
              .codePoints()
              .map(symbol -> vocabulary.indexOf(symbol))
              .toArray();
      assertThat(model.crossEntropy(text, done -> {}))
          .isCloseTo(numbers.get("cross_entropy").asDouble(), within(1e-4));
    }
  }
}
