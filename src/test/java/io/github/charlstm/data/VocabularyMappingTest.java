package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyMappingTest {

  @Test
  void knownCharactersHaveTheirNumbersAndNewOnesNone() {
    assertThat(VocabularyMapping.of(Vocabulary.of("abcd"), Vocabulary.of("xcb")))
        .containsExactly(-1, 0, 1, -1);
  }

  @Test
  void theMarkIsTheOthersMark() {
    Vocabulary marked = Vocabulary.of("ab").withDocumentMark();
    assertThat(VocabularyMapping.of(marked, Vocabulary.of("b").withDocumentMark()))
        .containsExactly(-1, 0, 1);
    assertThat(VocabularyMapping.of(marked, Vocabulary.of("b"))).containsExactly(-1, 0, -1);
    // A padding token of another program is no mark.
    assertThat(VocabularyMapping.of(marked, Vocabulary.ofSymbols(List.of("", "b", "a"))))
        .containsExactly(2, 1, -1);
  }

  @Test
  void theUnknownIsTheOthersUnknownWhateverItsName() {
    Vocabulary cookbook = Vocabulary.ofWords(CharacterText.of("the unknown cat"), 0);
    Vocabulary ptb = Vocabulary.ofSymbols(List.of("the", "<unk>", "dog", "unknown"));
    assertThat(VocabularyMapping.of(cookbook, ptb)).containsExactly(1, 0, 3, -1);
    assertThat(VocabularyMapping.of(ptb, cookbook)).containsExactly(1, 0, -1, 2);
  }

  @Test
  void wordsAreNoCharacters() {
    Vocabulary words = Vocabulary.ofWords(CharacterText.of("a I"), 0);
    assertThat(VocabularyMapping.of(words, Vocabulary.of("aI"))).containsExactly(-1, -1, -1);
  }

  @Test
  void ofBytesOnlyThoseOfAsciiAreCharacters() {
    Vocabulary bytes = Vocabulary.ofBytes(List.of("a", "\u00C3", "\u00A4"));
    Vocabulary characters = Vocabulary.of("a\u00C3\u00A4");
    assertThat(VocabularyMapping.of(characters, bytes)).containsExactly(0, -1, -1);
    assertThat(VocabularyMapping.of(bytes, bytes)).containsExactly(0, 1, 2);
  }
}
