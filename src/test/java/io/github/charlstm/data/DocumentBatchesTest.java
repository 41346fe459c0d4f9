package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TrainingBatches.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentBatchesTest {
  private static final Vocabulary VOCABULARY =
      Vocabulary.of("abcdefghijklmnopqrstuvwxyz").withDocumentMark();
  private static final int MARK = 26;

  @Test
  void aDocumentIsReadFromTheStartOfAWindowAndGoesOnInTheNext() {
    EvaluationWindows windows = DocumentBatches.inOrder(encode("abcd\nb"), 2, 3);
    assertThat(windows.size()).isEqualTo(2);
    assertThat(windows.predictions()).isEqualTo(7);
    Batch first = windows.get(0);
    assertThat(first.inputs()).containsExactly(MARK, 0, 1, MARK, 1, 0);
    assertThat(first.targets()).containsExactly(0, 1, 2, 1, MARK, -1);
    assertThat(first.starts()).containsExactly(true, true);
    Batch second = windows.get(1);
    assertThat(second.inputs()).containsExactly(2, 3, 0, 0, 0, 0);
    assertThat(second.targets()).containsExactly(3, MARK, -1, -1, -1, -1);
    assertThat(second.starts()).containsExactly(false, false);
  }

  @ParameterizedTest
  @CsvSource({"1,3", "1,100", "3,4"})
  void inOrderEachRowReadsItsDocumentsInTheOrderOfTheText(int rows, int numSteps) {
    List<String> texts = random(40).stream().distinct().toList();
    EncodedDocuments documents = encode(String.join("\n", texts));
    EvaluationWindows windows = DocumentBatches.inOrder(documents, rows, numSteps);
    assertThat(windows.size()).isEqualTo(new DocumentBatches(documents, rows, numSteps, 1).size());
    for (int row = 0; row < rows; row++) {
      List<Integer> read =
          read(row(windows, row, numSteps), 0, 1, numSteps).stream().map(texts::indexOf).toList();
      assertThat(read).isSorted().doesNotHaveDuplicates();
      if (rows == 1) {
        assertThat(read).hasSize(texts.size());
      }
    }
  }

  private static TrainingBatches row(EvaluationWindows windows, int row, int numSteps) {
    return new TrainingBatches() {
      @Override
      public int size() {
        return (int)
            IntStream.range(0, windows.size())
                .filter(index -> get(0, index).targets()[0] >= 0)
                .count(); // without the padding at the end of the row
      }

      @Override
      public Batch get(int epoch, int index) {
        Batch all = windows.get(index);
        int from = row * numSteps;
        return new Batch(
            Arrays.copyOfRange(all.inputs(), from, from + numSteps),
            Arrays.copyOfRange(all.targets(), from, from + numSteps),
            new boolean[] {all.starts()[row]});
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "50,4,3", "50,4,100", "7,16,2", "300,8,5"})
  void everyEpochReadsEachDocumentOnceFromMarkToMark(int count, int batchSize, int numSteps) {
    List<String> texts = random(count);
    DocumentBatches batches =
        new DocumentBatches(encode(String.join("\n", texts)), batchSize, numSteps, 5);
    List<List<String>> orders = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      List<String> read = read(batches, epoch, batchSize, numSteps);
      assertThat(read).containsExactlyInAnyOrderElementsOf(texts);
      orders.add(read);
    }
    if (count >= 50) {
      assertThat(orders.get(0)).isNotEqualTo(orders.get(1)).isNotEqualTo(texts);
    }
  }

  // Follows each row: a start begins a document, the mark as target ends it.
  private static List<String> read(
      TrainingBatches batches, int epoch, int batchSize, int numSteps) {
    List<String> read = new ArrayList<>();
    StringBuilder[] open = new StringBuilder[batchSize];
    for (int index = 0; index < batches.size(); index++) {
      Batch batch = batches.get(epoch, index);
      boolean any = false;
      for (int row = 0; row < batchSize; row++) {
        if (batch.starts()[row]) {
          assertThat(open[row]).isNull();
          open[row] = new StringBuilder();
          assertThat(batch.inputs()[row * numSteps]).isEqualTo(MARK);
        }
        for (int at = row * numSteps; at < (row + 1) * numSteps; at++) {
          int target = batch.targets()[at];
          assertThat(target >= 0).isEqualTo(open[row] != null);
          if (target == MARK) {
            read.add(open[row].toString());
            open[row] = null;
          } else if (target >= 0) {
            open[row].append(VOCABULARY.symbol(target));
            if (at + 1 < (row + 1) * numSteps) {
              assertThat(batch.inputs()[at + 1]).isEqualTo(target);
            }
          }
          any |= target >= 0;
        }
      }
      assertThat(any).as("something to learn in window %d", index).isTrue();
    }
    assertThat(open).containsOnlyNulls();
    return read;
  }

  @Test
  void batchesAreAFunctionOfSeedEpochAndIndex() {
    EncodedDocuments documents = encode(String.join("\n", random(60)));
    DocumentBatches batches = new DocumentBatches(documents, 4, 5, 7);
    Batch late = batches.get(1, 3);
    batches.get(0, 0);
    Batch again = new DocumentBatches(documents, 4, 5, 7).get(1, 3);
    assertThat(again.inputs()).isEqualTo(late.inputs());
    assertThat(again.targets()).isEqualTo(late.targets());
    assertThat(again.starts()).isEqualTo(late.starts());
    assertThat(new DocumentBatches(documents, 4, 5, 8).get(1, 3).inputs())
        .isNotEqualTo(late.inputs());
  }

  @Test
  void rowsNeedAboutAsManyWindowsAsEachOther() {
    // 1 x 10 and 10 x 1 windows of 5 in two rows need 10 windows, not 11 or more.
    String text = "a".repeat(49) + "\nb".repeat(10);
    assertThat(new DocumentBatches(encode(text), 2, 5, 0).size()).isEqualTo(10);
  }

  @Test
  void impossibleSizesAreRejected() {
    EncodedDocuments documents = encode("a");
    assertThatThrownBy(() -> new DocumentBatches(documents, 0, 1, 0))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining("`batch_size` must be at least 1");
    assertThatThrownBy(() -> new DocumentBatches(documents, 1, 0, 0))
        .hasMessageContaining("`num_steps` must be at least 1");
    assertThatThrownBy(() -> new DocumentBatches(documents, 3, Integer.MAX_VALUE, 0))
        .hasMessageContaining("lower `num_steps`");
  }

  private static EncodedDocuments encode(String text) {
    return DocumentsTest.documents(text, Division.LINES).encode(VOCABULARY);
  }

  private static List<String> random(int count) {
    Random random = new Random(3);
    return IntStream.range(0, count)
        .mapToObj(
            k ->
                random
                    .ints(1 + random.nextInt(12), 'a', 'z' + 1)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining()))
        .toList();
  }
}
