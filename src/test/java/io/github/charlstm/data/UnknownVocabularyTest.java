package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnknownVocabularyTest {

  static Stream<Named<JsonNode>> cases() {
    JsonNode golden = TestData.golden("cookbook_text.tf-2.15.1.json");
    return TestData.cases(golden.required("vocabularies"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void numbersAreThoseOfPythonsCounter(JsonNode golden) {
    String text = golden.required("text").asText();
    JsonNode frequency = golden.required("min_word_freq");
    Vocabulary vocabulary =
        frequency.isNull()
            ? Vocabulary.withUnknown(CharacterText.of(text))
            : Vocabulary.ofWords(CharacterText.of(text), frequency.intValue());
    assertThat(vocabulary.encode(text))
        .isEqualTo(TestData.integers(golden.required("numbers")))
        .isNotEmpty();
    int largest = 0;
    for (JsonNode symbol : golden.required("symbols")) {
      int number = symbol.get(1).intValue();
      largest = Math.max(largest, number);
      assertThat(vocabulary.symbol(number)).isEqualTo(symbol.get(0).asText());
      assertThat(vocabulary.contains(symbol.get(0).asText())).isEqualTo(number > 0);
    }
    // The unused number of a frequent "unknown" may be the last.
    assertThat(vocabulary.size()).isBetween(largest + 1, largest + 2);
  }

  @Test
  void frequentUnknownKeepsItsNumberButIsEncodedAsTheUnknown() {
    Vocabulary vocabulary = Vocabulary.ofWords(CharacterText.of("a unknown b"), 0);
    assertThat(vocabulary.size()).isEqualTo(4);
    assertThat(vocabulary.encode("a unknown b c")).containsExactly(1, 0, 3, 0);
    assertThat(vocabulary.symbol(2)).isEqualTo("unknown");
    assertThat(vocabulary.contains("unknown")).isFalse();
  }

  @Test
  void wordIsFrequentOnlyAboveTheLeastFrequency() {
    Vocabulary vocabulary = Vocabulary.ofWords(CharacterText.of("a a b b b"), 2);
    assertThat(vocabulary.contains("a")).isFalse();
    assertThat(vocabulary.contains("b")).isTrue();
  }

  @Test
  void wordsAreJoinedBySpacesAndCharactersAreNot() {
    Vocabulary words = Vocabulary.ofWords(CharacterText.of("thou art more"), 0);
    assertThat(words.separator()).isEqualTo(" ");
    assertThat(words.decode(3, 1, 0)).isEqualTo("more thou unknown");
    assertThat(words.decode()).isEmpty();
    Vocabulary characters = Vocabulary.withUnknown(CharacterText.of("thou"));
    assertThat(characters.separator()).isEmpty();
    assertThat(characters.decode(4, 1)).isEqualTo("ut");
  }

  @Test
  void charactersBeyondTheBasicPlaneHaveOneNumber() {
    Vocabulary vocabulary = Vocabulary.withUnknown(CharacterText.of("b\uD834\uDD1Ea"));
    assertThat(vocabulary.encode("a\uD834\uDD1E?b")).containsExactly(3, 2, 0, 1);
    assertThat(vocabulary.contains(0x1D11E)).isTrue();
    assertThat(vocabulary.contains('?')).isFalse();
  }

  @Test
  void onlyTheseKindsHaveAnUnknown() {
    assertThat(Vocabulary.of("ab").unknown()).isEmpty();
    assertThat(Vocabulary.withUnknown(CharacterText.of("ab")).unknown()).hasValue(0);
    assertThat(Vocabulary.ofWords(CharacterText.of("ab"), 0).unknown()).hasValue(0);
  }

  @Test
  void kindsAreNotEqual() {
    assertThat(Vocabulary.withUnknown(CharacterText.of("ab")))
        .isEqualTo(Vocabulary.withUnknown(CharacterText.of("abba")))
        .isNotEqualTo(Vocabulary.of("ab"))
        .isNotEqualTo(Vocabulary.withUnknown(CharacterText.of("ba")))
        .isNotEqualTo(Vocabulary.ofWords(CharacterText.of("a b"), 0));
  }

  @Test
  void textWithoutSymbolsIsRejected() {
    assertThatThrownBy(() -> Vocabulary.withUnknown(CharacterText.of("")))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("cannot make a vocabulary of an empty text");
    assertThatThrownBy(() -> Vocabulary.ofWords(CharacterText.of(" \n"), 0))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("cannot make a vocabulary of a text without words");
    assertThatThrownBy(() -> Vocabulary.ofWords(CharacterText.of("a"), -1))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("min_word_freq: expected 0 or more, found -1");
    assertThatThrownBy(() -> Vocabulary.withUnknown(CharacterText.of("a\uD834b")))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("U+D834");
  }
}
