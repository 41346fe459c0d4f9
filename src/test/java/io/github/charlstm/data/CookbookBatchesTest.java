package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.TextPreparation.CookbookBatches;
import io.github.charlstm.data.TrainingBatches.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CookbookBatchesTest {

  static Stream<Named<JsonNode>> cases() {
    return TestData.cases(TestData.golden("cookbook_batches.tf-2.15.1.json").required("cases"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void partsAreThoseOfNumPy(JsonNode golden) {
    CookbookBatches batches =
        new CookbookBatches(
            EncodedText.of(TestData.integers(golden.required("text"))),
            golden.required("batch_size").intValue(),
            golden.required("training_seq_len").intValue(),
            LastTarget.FIRST_INPUT,
            1);
    assertThat(batches.size()).isEqualTo(golden.required("batches").size());
    for (int part = 0; part < batches.size(); part++) {
      Batch batch = batches.part(part);
      assertThat(batch.inputs()).isEqualTo(TestData.integers(golden.required("batches").get(part)));
      assertThat(batch.targets())
          .isEqualTo(TestData.integers(golden.required("targets").get(part)));
    }
  }

  @Test
  void epochHasEachPartOnceInItsOwnOrder() {
    CookbookBatches batches =
        new CookbookBatches(EncodedText.of(upTo(1000)), 5, 7, LastTarget.FIRST_INPUT, 3);
    List<String> parts = IntStream.range(0, 29).mapToObj(part -> text(batches.part(part))).toList();
    List<String> first = epoch(batches, 0);
    List<String> second = epoch(batches, 1);
    assertThat(first).containsExactlyInAnyOrderElementsOf(parts).isNotEqualTo(parts);
    assertThat(second).containsExactlyInAnyOrderElementsOf(parts).isNotEqualTo(first);
  }

  @Test
  void orderDependsOnSeedAndEpochOnly() {
    CookbookBatches batches =
        new CookbookBatches(EncodedText.of(upTo(1000)), 5, 7, LastTarget.FIRST_INPUT, 3);
    List<String> first = epoch(batches, 0);
    List<String> third = epoch(batches, 2);
    CookbookBatches resumed =
        new CookbookBatches(EncodedText.of(upTo(1000)), 5, 7, LastTarget.FIRST_INPUT, 3);
    assertThat(epoch(resumed, 2)).isEqualTo(third);
    assertThat(epoch(batches, 0)).isEqualTo(first);
    assertThat(
            epoch(
                new CookbookBatches(EncodedText.of(upTo(1000)), 5, 7, LastTarget.FIRST_INPUT, 4),
                0))
        .isNotEqualTo(first);
  }

  @Test
  void laterChangesToTheArrayAreNotSeen() {
    int[] encoded = upTo(6);
    CookbookBatches batches =
        new CookbookBatches(EncodedText.of(encoded), 4, 3, LastTarget.FIRST_INPUT, 1);
    encoded[0] = 99;
    assertThat(batches.get(0, 0).inputs()).startsWith(0, 1, 2, 3, 4, 5, 0, 1);
  }

  @ParameterizedTest
  @CsvSource({"0,3,`batch_size`", "2,-5,`num_steps`", "1,1,`batch_size`", "65536,65536,1 x 1"})
  void sizesOutOfRangeAreRejectedNamingTheFlag(int batchSize, int numSteps, String part) {
    assertThatThrownBy(
            () ->
                new CookbookBatches(
                    EncodedText.of(upTo(9)), batchSize, numSteps, LastTarget.FIRST_INPUT, 1))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(part.replace("1 x 1", batchSize + " x " + numSteps));
  }

  @Test
  void emptyTextIsRejected() {
    assertThatThrownBy(
            () -> new CookbookBatches(EncodedText.of(new int[0]), 2, 3, LastTarget.FIRST_INPUT, 1))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("the text is empty: nothing to train on");
  }

  @ParameterizedTest
  @CsvSource({"0,-1", "0,2", "-1,0"})
  void batchOutOfRangeIsAProgrammingError(int epoch, int index) {
    TrainingBatches cookbook =
        new CookbookBatches(EncodedText.of(upTo(7)), 2, 3, LastTarget.FIRST_INPUT, 1);
    TrainingBatches book =
        new CharacterBatches(EncodedText.of(upTo(12)), 2, 3, LastTarget.FIRST_INPUT);
    assertThat(cookbook.size()).isEqualTo(book.size()).isEqualTo(2);
    for (TrainingBatches batches : List.of(cookbook, book)) {
      assertThatThrownBy(() -> batches.get(epoch, index))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void batchesOfTheBookAreTheSameInEveryEpoch() {
    TrainingBatches book =
        new CharacterBatches(EncodedText.of(upTo(12)), 2, 3, LastTarget.FIRST_INPUT);
    assertThat(book.get(7, 1).inputs()).containsExactly(3, 4, 5, 9, 10, 11);
  }

  private static List<String> epoch(TrainingBatches batches, int epoch) {
    return IntStream.range(0, batches.size())
        .mapToObj(index -> text(batches.get(epoch, index)))
        .toList();
  }

  private static String text(Batch batch) {
    return Arrays.toString(batch.inputs());
  }

  private static int[] upTo(int end) {
    return IntStream.range(0, end).toArray();
  }

  @Test
  void nextCharacterIsTheTextsOwnAlsoWhereAPartIsRepeated() {
    int[] text = upTo(23);
    CookbookBatches batches =
        new CookbookBatches(EncodedText.of(text), 2, 5, LastTarget.NEXT_CHARACTER, 1);
    assertThat(batches.size()).isEqualTo(3); // of 8, 8 and 7 symbols for batches of 10
    for (int part = 0; part < batches.size(); part++) {
      Batch batch = batches.part(part);
      int[] next = Arrays.stream(batch.inputs()).map(input -> text[(input + 1) % 23]).toArray();
      assertThat(batch.targets()).isEqualTo(next);
    }
  }
}
