package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {

  @Test
  void symbolsAreNumberedByCodePointAndNotByUtf16Unit() {
    // The first UTF-16 unit of U+1D11E is below U+FF5E; its code point is above.
    Vocabulary vocabulary = Vocabulary.of("b\uFF5Ea\uD834\uDD1Ea\n");
    assertThat(vocabulary.size()).isEqualTo(5);
    assertThat(vocabulary.decode(0, 1, 2, 3, 4)).isEqualTo("\nab\uFF5E\uD834\uDD1E");
    assertThat(vocabulary.symbol(4)).isEqualTo("\uD834\uDD1E");
  }

  @Test
  void encodingCountsCodePointsAndDecodingUndoesIt() {
    Vocabulary vocabulary = Vocabulary.of("ab\uD834\uDD1E");
    int[] encoded = vocabulary.encode("\uD834\uDD1Eba");
    assertThat(encoded).containsExactly(2, 1, 0);
    assertThat(vocabulary.decode(encoded)).isEqualTo("\uD834\uDD1Eba");
    assertThat(vocabulary.encode("")).isEmpty();
  }

  @Test
  void unknownCharacterIsNamedWithItsPositionInCodePoints() {
    Vocabulary vocabulary = Vocabulary.of("ab\uD834\uDD1E");
    assertThatThrownBy(() -> vocabulary.encode("a\uD834\uDD1E\u00e9b"))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "character '\u00e9' (U+00E9 LATIN SMALL LETTER E WITH ACUTE) at position 2 (in"
                + " characters, from 0) is not in the vocabulary of 3 symbols; remove or replace"
                + " it");
  }

  @Test
  void unknownInvisibleCharacterIsNamedByItsNumber() {
    assertThatThrownBy(() -> Vocabulary.of("ab").encode("\n"))
        .hasMessageStartingWith("character U+000A LINE FEED (LF) at position 0 ");
    assertThatThrownBy(() -> Vocabulary.of("ab").encode("a\u00A0"))
        .hasMessageStartingWith("character U+00A0 NO-BREAK SPACE at position 1 ");
  }

  @Test
  void knowsOnlyItsSymbols() {
    Vocabulary vocabulary = Vocabulary.of("ac");
    assertThat(vocabulary.contains('a')).isTrue();
    assertThat(vocabulary.contains('b')).isFalse();
    assertThat(vocabulary.contains('d')).isFalse();
  }

  @Test
  void numbersOutOfRangeAreProgrammingErrors() {
    Vocabulary vocabulary = Vocabulary.of("ab");
    assertThatThrownBy(() -> vocabulary.symbol(2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("symbol 2 does not exist: the vocabulary has 2");
    assertThatThrownBy(() -> vocabulary.decode(0, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void emptyTextHasNoVocabulary() {
    assertThatThrownBy(() -> Vocabulary.of("")).isInstanceOf(InvalidDataException.class);
  }

  @Test
  void halfOfAUtf16PairIsNoSymbol() {
    assertThatThrownBy(() -> Vocabulary.of("a\uD834b"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("U+D834");
  }

  @Test
  void equalityIsThatOfTheSymbols() {
    assertThat(Vocabulary.of("abba")).isEqualTo(Vocabulary.of("ba"));
    assertThat(Vocabulary.of("abba")).hasSameHashCodeAs(Vocabulary.of("ba"));
    assertThat(Vocabulary.of("ab")).isNotEqualTo(Vocabulary.of("abc"));
  }

  @Test
  void symbolsInAnyOrderKeepTheirNumbers() {
    Vocabulary vocabulary = Vocabulary.inOrder(List.of(" ", "z", "e", "\n", "a"));
    assertThat(vocabulary.encode("a ez\n")).containsExactly(4, 0, 2, 1, 3);
    assertThat(vocabulary.decode(1, 2, 0)).isEqualTo("ze ");
    assertThat(vocabulary.contains('z')).isTrue();
    assertThat(vocabulary.contains('b')).isFalse();
  }

  @Test
  void anOrderThatIsNoVocabularyIsRejected() {
    assertThatThrownBy(() -> Vocabulary.inOrder(List.of())).hasMessageContaining("found none");
    assertThatThrownBy(() -> Vocabulary.inOrder(List.of("a", "the")))
        .hasMessage("expected symbol 1 (from 0) to be one character, found 'the'");
    assertThatThrownBy(() -> Vocabulary.inOrder(List.of("\uD834")))
        .hasMessageContaining("symbol 0");
    assertThatThrownBy(() -> Vocabulary.inOrder(List.of("a", "b", "a")))
        .hasMessageContaining("symbols 0 and 2");
  }

  @Test
  void knowsATextOnlyOfItsOwnSymbols() {
    assertThat(Vocabulary.of("abc").knows("cab")).isTrue();
    assertThat(Vocabulary.of("abc").knows("cad")).isFalse();
    assertThat(Vocabulary.withUnknown(CharacterText.of("abc")).knows("cad")).isFalse();
  }
}
