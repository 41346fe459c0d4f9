package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.TrainingBatches.Batch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationBatchesTest {

  @Test
  void streamsShareThePredictionsAndPadTheirEnds() {
    // Six predictions in 4 streams: [0,1) [1,3) [3,4) [4,6).
    int[] encoded = {10, 11, 12, 13, 14, 15, 16};
    EvaluationBatches batches = new EvaluationBatches(EncodedText.of(encoded), 4, 2);
    assertThat(batches.size()).isEqualTo(1);
    assertThat(batches.predictions()).isEqualTo(6);
    Batch window = batches.get(0);
    assertThat(window.inputs()).containsExactly(10, 0, 11, 12, 13, 0, 14, 15);
    assertThat(window.targets()).containsExactly(11, -1, 12, 13, 14, -1, 15, 16);
    assertThat(window.starts()).isEmpty();
  }

  @Test
  void aStreamRunsOnFromWindowToWindow() {
    EvaluationBatches batches = new EvaluationBatches(EncodedText.of(new int[] {5, 6, 7, 8}), 1, 2);
    assertThat(batches.size()).isEqualTo(2);
    assertThat(batches.get(0).inputs()).containsExactly(5, 6);
    assertThat(batches.get(1).inputs()).containsExactly(7, 0);
    assertThat(batches.get(1).targets()).containsExactly(8, -1);
  }

  @ParameterizedTest
  @CsvSource({
    "2,1,1",
    "2,1,100",
    "101,7,3",
    "100,99,1",
    "1000,13,17",
    "500,1,499",
    "501,1,499",
    "98,10,10"
  })
  void everyPredictionIsCountedOnceWithItsTrueTarget(int length, int streams, int numSteps) {
    EvaluationBatches batches =
        new EvaluationBatches(
            EncodedText.of(IntStream.range(0, length).toArray()), streams, numSteps);
    int[] seen = new int[length];
    for (int index = 0; index < batches.size(); index++) {
      Batch window = batches.get(index);
      int countedHere = 0;
      for (int position = 0; position < streams * numSteps; position++) {
        if (window.targets()[position] >= 0) {
          assertThat(window.targets()[position]).isEqualTo(window.inputs()[position] + 1);
          seen[window.inputs()[position]]++;
          countedHere++;
        } else {
          assertThat(window.inputs()[position]).isZero();
        }
      }
      assertThat(countedHere).as("counted in window %d", index).isPositive();
    }
    for (int symbol = 0; symbol < length - 1; symbol++) {
      assertThat(seen[symbol]).as("times symbol %d was an input", symbol).isEqualTo(1);
    }
    assertThat(seen[length - 1]).isZero();
  }

  @Test
  void streamBoundsDoNotOverflow() {
    // 50,000 x 99,999 is beyond int.
    EvaluationBatches batches = new EvaluationBatches(EncodedText.of(new int[100_000]), 50_000, 1);
    int counted = 0;
    for (int index = 0; index < batches.size(); index++) {
      for (int target : batches.get(index).targets()) {
        counted += target >= 0 ? 1 : 0;
      }
    }
    assertThat(counted).isEqualTo(99_999);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,1,at least 2 characters are needed; found 0",
    "1,1,1,at least 2 characters are needed; found 1",
    "5,5,1,use at most 4 streams",
    "5,0,1,number of streams must be at least 1; found 0",
    "5,1,0,`num_steps` must be at least 1; found 0",
    "5,2,2147483647,too large"
  })
  void impossibleSizesAreRejected(int length, int streams, int numSteps, String complaint) {
    assertThatThrownBy(
            () -> new EvaluationBatches(EncodedText.of(new int[length]), streams, numSteps))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(complaint.replace(';', ','));
  }

  @ParameterizedTest
  @CsvSource({"-1", "2"})
  void windowOutOfRangeIsAProgrammingError(int index) {
    EvaluationBatches batches = new EvaluationBatches(EncodedText.of(new int[4]), 1, 2);
    assertThatThrownBy(() -> batches.get(index)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
