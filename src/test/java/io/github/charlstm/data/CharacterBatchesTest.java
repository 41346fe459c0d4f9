package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.TrainingBatches.Batch;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharacterBatchesTest {

  @Test
  void rowsRunOnFromBatchToBatch() {
    CharacterBatches batches =
        new CharacterBatches(EncodedText.of(upTo(12)), 2, 3, LastTarget.FIRST_INPUT);
    assertThat(batches.size()).isEqualTo(2);
    assertThat(batches.get(0).inputs()).containsExactly(0, 1, 2, 6, 7, 8);
    assertThat(batches.get(1).inputs()).containsExactly(3, 4, 5, 9, 10, 11);
  }

  @Test
  void lastTargetOfAWindowIsItsFirstInput() {
    CharacterBatches batches =
        new CharacterBatches(EncodedText.of(upTo(12)), 2, 3, LastTarget.FIRST_INPUT);
    assertThat(batches.get(0).targets()).containsExactly(1, 2, 0, 7, 8, 6);
    assertThat(batches.get(1).targets()).containsExactly(4, 5, 3, 10, 11, 9);
  }

  @Test
  void charactersAfterTheLastFullBatchAreDroppedBeforeLayingOut() {
    CharacterBatches batches =
        new CharacterBatches(EncodedText.of(upTo(17)), 2, 3, LastTarget.FIRST_INPUT);
    assertThat(batches.size()).isEqualTo(2);
    assertThat(batches.get(1).inputs()).containsExactly(3, 4, 5, 9, 10, 11);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,1,7", "3,1,10", "1,4,9", "4,5,20", "4,5,139", "7,3,200"})
  void everyBatchEqualsTheBooksArithmetic(int batchSize, int numSteps, int length) {
    int[] encoded = new Random(length).ints(length, 0, 50).toArray();
    CharacterBatches batches =
        new CharacterBatches(EncodedText.of(encoded), batchSize, numSteps, LastTarget.FIRST_INPUT);
    int columns = length / (batchSize * numSteps) * numSteps;
    assertThat(batches.size()).isEqualTo(columns / numSteps);
    for (int index = 0; index < batches.size(); index++) {
      Batch batch = batches.get(index);
      for (int row = 0; row < batchSize; row++) {
        for (int step = 0; step < numSteps; step++) {
          int column = index * numSteps;
          int next = (step + 1) % numSteps;
          int position = row * numSteps + step;
          assertThat(batch.inputs()[position]).isEqualTo(encoded[row * columns + column + step]);
          assertThat(batch.targets()[position]).isEqualTo(encoded[row * columns + column + next]);
        }
      }
    }
  }

  @Test
  void laterChangesToTheArrayAreNotSeen() {
    int[] encoded = upTo(6);
    CharacterBatches batches =
        new CharacterBatches(EncodedText.of(encoded), 2, 3, LastTarget.FIRST_INPUT);
    encoded[0] = 99;
    assertThat(batches.get(0).inputs()[0]).isZero();
  }

  @Test
  void aTooShortTextIsRejectedWithTheLengthNeeded() {
    assertThatThrownBy(
            () -> new CharacterBatches(EncodedText.of(upTo(5)), 2, 3, LastTarget.FIRST_INPUT))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "the text is too short: one batch of 2 x 3 needs 6 characters, found 5; use a longer"
                + " text or lower `batch_size` or `num_steps`");
  }

  @Test
  void productBeyondIntIsTooLongATextAndNotAnOverflow() {
    // 65,536 x 65,536 is 0 in int arithmetic.
    assertThatThrownBy(
            () ->
                new CharacterBatches(
                    EncodedText.of(upTo(5)), 65_536, 65_536, LastTarget.FIRST_INPUT))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining("needs 4294967296 characters, found 5");
  }

  @ParameterizedTest
  @CsvSource({"0,3,`batch_size`", "-1,3,`batch_size`", "2,0,`num_steps`", "2,-5,`num_steps`"})
  void sizesBelowOneAreRejectedNamingTheFlag(int batchSize, int numSteps, String flag) {
    assertThatThrownBy(
            () ->
                new CharacterBatches(
                    EncodedText.of(upTo(9)), batchSize, numSteps, LastTarget.FIRST_INPUT))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(flag)
        .hasMessageContaining("found " + Math.min(batchSize, numSteps));
  }

  @ParameterizedTest
  @CsvSource({"-1", "2"})
  void batchOutOfRangeIsAProgrammingError(int index) {
    CharacterBatches batches =
        new CharacterBatches(EncodedText.of(upTo(12)), 2, 3, LastTarget.FIRST_INPUT);
    assertThatThrownBy(() -> batches.get(index)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static int[] upTo(int end) {
    return IntStream.range(0, end).toArray();
  }
}
