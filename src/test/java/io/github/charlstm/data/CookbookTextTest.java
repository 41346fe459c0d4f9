package io.github.charlstm.data;

import static io.github.charlstm.data.TestData.realFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.TextPreparation.CookbookBatches;
import io.github.charlstm.data.TextPreparation.CookbookText;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class CookbookTextTest {

  private static final JsonNode GOLDEN = TestData.golden("cookbook_text.tf-2.15.1.json");

  static Stream<Named<JsonNode>> texts() {
    return TestData.cases(GOLDEN.required("cleaning"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void cleaningIsThatOfPythonsRegularExpressions(JsonNode golden) {
    assertThat(cleaned(golden.required("text").asText()))
        .isEqualTo(golden.required("clean").asText());
  }

  @Test
  void everyCharacterOfTheBasicPlaneIsKeptOrRemovedAsInPython() {
    assertThat(charactersBetweenLettersThatGive("a b"))
        .containsExactly(TestData.integers(GOLDEN.required("become_a_space")));
    assertThat(charactersBetweenLettersThatGive("ab"))
        .containsExactly(TestData.integers(GOLDEN.required("vanish")));
  }

  @Test
  void cleanTextStaysAsItIs() {
    Random random = new Random(5);
    String marks = "aB \n\r\t.,-'\\\u00A0\u00e9";
    for (int k = 0; k < 200; k++) {
      String text =
          random
              .ints(30, 0, marks.length())
              .mapToObj(i -> marks.substring(i, i + 1))
              .collect(Collectors.joining());
      String cleaned = cleaned(text);
      assertThat(cleaned(cleaned)).isEqualTo(cleaned);
      assertThat(cleaned).doesNotContain("  ").isEqualTo(cleaned.strip());
    }
  }

  @Test
  void headerCountsTheMarkAndTheReturnsOfThePublishedFile() {
    // Published: a byte order mark, then 100 lines of 11 characters and \r\n, then letters.
    String lines = "x".repeat(11).concat("\n").repeat(100);
    String letters = "y".repeat(CookbookText.HEADER_CHARACTERS - 1 - 1300) + "From";
    assertThat(withoutHeader(lines + letters)).isEqualTo("From");
  }

  @Test
  void headerCountsCodePoints() {
    String header = "\uD834\uDD1E".repeat(CookbookText.HEADER_CHARACTERS - 1);
    assertThat(withoutHeader(header + "\uD834\uDD1E")).isEqualTo("\uD834\uDD1E");
  }

  @Test
  void textThatEndsWithItsHeaderIsRejected() {
    String header = "x".repeat(CookbookText.HEADER_CHARACTERS - 1);
    assertThat(withoutHeader(header + "y")).isEqualTo("y");
    assertThatThrownBy(() -> withoutHeader(header))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "the text is too short: the cookbook drops the first 7675 characters, found 7675; use"
                + " Gutenberg's complete works of Shakespeare");
  }

  @Test
  void cleaningTakesNoMoreMemoryThanAFewCopies() {
    CharacterText text =
        CharacterText.of("To be, or not to be:\n that is the question. ".repeat(50_000));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    CharacterText cleaned = CookbookText.clean(CookbookText.withoutHeader(text));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(6L * text.length());
    assertThat(cleaned.length()).isGreaterThan(1_900_000);
  }

  @Test
  void shakespeareByCharacterHasTheCookbooksFacts() {
    String text = shakespeare();
    assertThat(text)
        .hasSize(4_742_648)
        .startsWith("from fairest creatures we desire increase that thereby beauty's rose");
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of(text));
    assertThat(vocabulary.size()).isEqualTo(40);
    assertThat(vocabulary.decode(IntStream.range(1, 40).toArray()))
        .isEqualTo("from aiestcuwdnhby'gvpl-k2zx34q567j8910");
    int[] encoded = vocabulary.encode(text);
    assertThat(Arrays.stream(encoded).noneMatch(number -> number == 0)).isTrue();
    assertThat(
            new CookbookBatches(EncodedText.of(encoded), 100, 50, LastTarget.FIRST_INPUT, 1).size())
        .isEqualTo(949);
  }

  @Test
  void shakespeareByWordHasTheCookbooksFacts() {
    String text = shakespeare();
    Vocabulary vocabulary = Vocabulary.ofWords(CharacterText.of(text), 5);
    assertThat(vocabulary.size()).isEqualTo(8009);
    assertThat(vocabulary.decode(0, 1, 2, 3)).isEqualTo("unknown from fairest creatures");
    int[] encoded = vocabulary.encode(text);
    assertThat(encoded).hasSize(901_088);
    // 41,096 rare words, and 43 times the word "unknown" itself.
    assertThat(Arrays.stream(encoded).filter(number -> number == 0).count()).isEqualTo(41_139);
    assertThat(
            new CookbookBatches(EncodedText.of(encoded), 100, 50, LastTarget.FIRST_INPUT, 1).size())
        .isEqualTo(181);
  }

  private static String shakespeare() {
    String text = TextFile.read(realFile("shakespeare/pg100.txt"));
    return cleaned(withoutHeader(text));
  }

  private static int[] charactersBetweenLettersThatGive(String expected) {
    return IntStream.range(0, 0x10000)
        .filter(point -> point < 0xD800 || point > 0xDFFF)
        .filter(point -> cleaned("a" + (char) point + "b").equals(expected))
        .toArray();
  }

  private static String cleaned(String text) {
    return CookbookText.clean(CharacterText.of(text)).toString();
  }

  private static String withoutHeader(String text) {
    return CookbookText.withoutHeader(CharacterText.of(text)).toString();
  }
}
