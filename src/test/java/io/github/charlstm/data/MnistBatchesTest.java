package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.data.MnistImages.Batches;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MnistBatchesTest {

  @TempDir Path folder;

  static Stream<Named<JsonNode>> cases() {
    return TestData.cases(TestData.golden("mnist_batches.tf-2.15.1.json").required("cases"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void batchesAreThoseOfTf1sNextBatchInAGivenOrder(JsonNode golden) {
    int count = golden.required("num_examples").intValue();
    EpochShuffle order = (epoch, size) -> TestData.integers(golden.required("orders").get(epoch));
    Batches batches =
        new Batches(numberedImages(count), golden.required("batch_size").intValue(), order);
    JsonNode expected = golden.required("batches");
    for (int step = 0; step < expected.size(); step++) {
      assertThat(numbers(batches.get(step))).isEqualTo(TestData.integers(expected.get(step)));
    }
  }

  @Test
  void epochHasEachImageOnceInItsOwnOrder() {
    Batches batches = new Batches(numberedImages(100), 25, 3);
    int[] first = epoch(batches, 0, 4);
    int[] second = epoch(batches, 1, 4);
    assertThat(first).isNotEqualTo(second);
    assertThat(Arrays.stream(first).sorted().toArray())
        .isEqualTo(IntStream.range(0, 100).toArray())
        .isNotEqualTo(first);
    assertThat(Arrays.stream(second).sorted().toArray())
        .isEqualTo(IntStream.range(0, 100).toArray());
  }

  @Test
  void batchDependsOnSeedAndStepOnly() {
    Batches batches = new Batches(numberedImages(10), 4, 3);
    int[] before = numbers(batches.get(7));
    batches.get(0);
    assertThat(numbers(batches.get(7))).isEqualTo(before);
    assertThat(numbers(new Batches(numberedImages(10), 4, 3).get(7))).isEqualTo(before);
    assertThat(epoch(new Batches(numberedImages(10), 5, 4), 0, 2))
        .isNotEqualTo(epoch(new Batches(numberedImages(10), 5, 3), 0, 2));
  }

  @ParameterizedTest
  @CsvSource({"0,`batch_size` must be at least 1", "11,lower `batch_size`"})
  void batchSizeOutOfRangeIsRejectedNamingTheFlag(int batchSize, String complaint) {
    MnistImages images = numberedImages(10);
    assertThatThrownBy(() -> new Batches(images, batchSize, 1))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(complaint)
        .hasMessageContaining(String.valueOf(batchSize));
  }

  @Test
  void negativeStepIsAProgrammingError() {
    Batches batches = new Batches(numberedImages(10), 4, 3);
    assertThatThrownBy(() -> batches.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  // Image n has the label n % 10 and n in its first pixel.
  private MnistImages numberedImages(int count) {
    byte[] pixels = new byte[count * 784];
    byte[] labels = new byte[count];
    for (int image = 0; image < count; image++) {
      pixels[image * 784] = (byte) image;
      labels[image] = (byte) (image % 10);
    }
    return IdxFiles.read(folder, pixels, labels);
  }

  private static int[] numbers(MnistImages.Batch batch) {
    int[] numbers = new int[batch.labels().length];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = Math.round(batch.images()[k * 784] * 255);
      assertThat(batch.labels()[k]).isEqualTo(numbers[k] % 10);
    }
    return numbers;
  }

  private static int[] epoch(Batches batches, int epoch, int steps) {
    return IntStream.range(epoch * steps, (epoch + 1) * steps)
        .flatMap(step -> Arrays.stream(numbers(batches.get(step))))
        .toArray();
  }
}
