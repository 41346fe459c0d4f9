package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.TrainingBatches.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PtbTextTest {
  private static final TextPreparation WORDS = TextPreparation.PTB_WORDS;
  private static final JsonNode GOLDEN = TestData.golden("ptb_words.tf-2.15.1.json");

  static Stream<Named<JsonNode>> texts() {
    return TestData.cases(GOLDEN.required("texts"));
  }

  static Stream<Named<JsonNode>> batches() {
    return TestData.cases(GOLDEN.required("batches"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void wordsAreNumberedAsInPython(JsonNode golden) {
    String training = WORDS.clean(golden.required("training").asText());
    Vocabulary vocabulary = WORDS.vocabulary(CharacterText.of(training));
    List<String> words =
        IntStream.range(0, golden.required("words").size())
            .mapToObj(k -> golden.required("words").get(k).asText())
            .toList();
    assertThat(vocabulary.symbols()).startsWith(words.toArray(String[]::new));
    assertThat(vocabulary.encode(training))
        .containsExactly(TestData.integers(golden.required("numbers")));
    // Python leaves unknown words out.
    int[] other = vocabulary.encode(WORDS.clean(golden.required("other").asText()));
    assertThat(known(vocabulary, golden.required("other").asText(), other))
        .containsExactly(TestData.integers(golden.required("other_numbers")));
  }

  private static int[] known(Vocabulary vocabulary, String text, int[] encoded) {
    String[] words = WORDS.clean(text).strip().split(" +");
    assertThat(words).hasSameSizeAs(encoded);
    int unknown = vocabulary.unknown().getAsInt();
    return IntStream.range(0, encoded.length)
        .filter(k -> encoded[k] != unknown || words[k].equals("<unk>"))
        .map(k -> encoded[k])
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("batches")
  void batchesAreThoseOfPtbProducer(JsonNode golden) {
    EncodedText text =
        EncodedText.of(IntStream.range(0, golden.required("count").asInt()).toArray());
    TrainingBatches batches =
        WORDS.batches(
            text,
            golden.required("batch_size").asInt(),
            golden.required("num_steps").asInt(),
            LastTarget.NEXT_CHARACTER,
            0);
    assertThat(batches.size()).isEqualTo(golden.required("inputs").size());
    for (int index = 0; index < batches.size(); index++) {
      Batch batch = batches.get(3, index);
      assertThat(batch.inputs())
          .containsExactly(TestData.integers(golden.required("inputs").get(index)));
      assertThat(batch.targets())
          .containsExactly(TestData.integers(golden.required("targets").get(index)));
    }
  }

  @Test
  void aTextWithoutUnkHasItAsItsLastWord() {
    Vocabulary vocabulary = WORDS.vocabulary(CharacterText.of(WORDS.clean("b a b\n")));
    assertThat(vocabulary.symbols()).containsExactly("b", "<eos>", "a", "<unk>");
    assertThat(vocabulary.encode("a c")).containsExactly(2, 3);
    assertThat(vocabulary.unit()).isEqualTo(WORDS.unit()).isEqualTo("word");
  }

  @Test
  void tooFewWordsForABatchAreRejected() {
    EncodedText text = EncodedText.of(0, 1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> WORDS.batches(text, 2, 3, LastTarget.NEXT_CHARACTER, 0))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "the text is too short: one batch of 2 rows of 3 words and their last target needs 8"
                + " words, found 7; use a longer text or lower `batch_size` or `num_steps`");
  }

  /** The facts that {@code scripts/python/batch_cases.py --ptb} prints. */
  @Test
  void pennTreebankHasItsPublishedCountsAndTheTutorialsNumbers() {
    CharacterText training = ptb("train");
    Vocabulary vocabulary = WORDS.vocabulary(training);
    assertThat(vocabulary.size()).isEqualTo(10_000);
    assertThat(vocabulary.symbol(0)).isEqualTo("the");
    assertThat(vocabulary.symbol(1)).isEqualTo("<unk>");
    assertThat(vocabulary.symbol(2)).isEqualTo("<eos>");
    assertNumbers(
        vocabulary.encode(training),
        929_589,
        "13ceaa94f7754f019f361799bfe0af70af87d2d5d704777713f8c47abbd875bf",
        9970,
        9971,
        9972,
        9974,
        9975,
        9976,
        9980,
        9981,
        9982,
        9983,
        9984,
        9986);
    assertNumbers(
        vocabulary.encode(ptb("valid")),
        73_760,
        "1ae16940fddcb4e7fc4bb304d67ff5c32060cd30efe6398cfe348373994685f4",
        1132,
        93,
        358,
        5,
        329,
        51,
        9836,
        6,
        326,
        2476,
        5,
        0);
    assertNumbers(
        vocabulary.encode(ptb("test")),
        82_430,
        "73358916a785a35ac9c6d358423dcab4a2f43c3cefe3cd6d28951581100e80b9",
        102,
        14,
        24,
        32,
        752,
        381,
        2,
        29,
        120,
        0,
        35,
        92);
    // The tutorial's epoch_size of its small configuration.
    assertThat(
            WORDS.batches(vocabulary.encode(training), 20, 20, LastTarget.NEXT_CHARACTER, 0).size())
        .isEqualTo(2323);
  }

  private static void assertNumbers(EncodedText encoded, int count, String sha256, int... first) {
    int[] numbers = encoded.toArray();
    assertThat(numbers).hasSize(count);
    assertThat(Arrays.copyOf(numbers, first.length)).containsExactly(first);
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    assertThat(Digests.of(bytes.array())).isEqualTo(sha256);
  }

  private static CharacterText ptb(String part) {
    return WORDS.clean(
        TextFile.load(TestData.realFile("ptb/ptb." + part + ".txt"), TextFormat.UTF_8));
  }
}
