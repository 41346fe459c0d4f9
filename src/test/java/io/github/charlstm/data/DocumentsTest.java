package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.Documents.Division;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {

  @Test
  void eachLineThatIsNotEmptyIsADocument() {
    assertThat(texts(documents("Kana\n\nKara\n \nKe\uD834\uDD1E", Division.LINES)))
        .containsExactly("Kana", "Kara", " ", "Ke\uD834\uDD1E");
    assertThat(texts(documents("a\n", Division.LINES))).containsExactly("a");
  }

  @Test
  void blankLinesDivideBlocksThatKeepTheirNewlines() {
    assertThat(texts(documents("\n\nX:1\nK:D\n\n \t\nX:2\n  K:G\n\n", Division.BLOCKS)))
        .containsExactly("X:1\nK:D", "X:2\n  K:G");
  }

  @Test
  void whatIsBetweenDocumentsIsNoSymbol() {
    Vocabulary vocabulary =
        Vocabulary.of(documents("ab\nba\n", Division.LINES).text()).withDocumentMark();
    assertThat(vocabulary.size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n"})
  void aTextWithoutDocumentsIsRejected(String text) {
    assertThatThrownBy(() -> documents(text, Division.LINES))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("the text has no documents: each of its lines is empty");
  }

  @Test
  void wholeDocumentsAreHeldOutAndTheOrderOfTheFileIsKept() {
    String text = IntStream.range(10, 60).mapToObj(k -> "d" + k).collect(Collectors.joining("\n"));
    Documents.Split split = documents(text, Division.LINES).split(0.1, 0.2);
    assertThat(texts(split.training())).hasSize(35).isSorted();
    assertThat(texts(split.validation())).hasSize(5).isSorted();
    assertThat(texts(split.test())).hasSize(10).isSorted();
    List<String> all = new ArrayList<>(texts(split.training()));
    all.addAll(texts(split.validation()));
    all.addAll(texts(split.test()));
    assertThat(all).containsExactlyInAnyOrderElementsOf(text.lines().toList());
    // Not the end of the file: files are often sorted.
    assertThat(texts(split.test())).isNotEqualTo(text.lines().skip(40).toList());
    assertThat(texts(documents(text, Division.LINES).split(0.1, 0.2).test()))
        .isEqualTo(texts(split.test()));
  }

  @Test
  void sharesThatLeaveAPartWithoutDocumentsAreRejected() {
    assertThatThrownBy(() -> documents("a\nb\nc", Division.LINES).split(0.1, 0))
        .hasMessage(
            "`validation` 0.1 of 3 documents leaves 3 to train on and 0 to validate on; both need"
                + " at least 1");
  }

  @Test
  void aPredictionLeadsFromMarkToMark() {
    Documents documents = documents("ba\nc", Division.LINES);
    EncodedDocuments encoded = documents.encode(Vocabulary.of("abc").withDocumentMark());
    assertThat(encoded.size()).isEqualTo(2);
    assertThat(encoded.predictions()).isEqualTo(5);
    assertThat(IntStream.range(0, 3).map(k -> encoded.input(0, k))).containsExactly(3, 1, 0);
    assertThat(IntStream.range(0, 3).map(k -> encoded.target(0, k))).containsExactly(1, 0, 3);
    assertThat(encoded.input(1, 0)).isEqualTo(3);
    assertThat(encoded.target(1, 1)).isEqualTo(3);
  }

  @Test
  void aVocabularyWithoutAMarkIsRejected() {
    assertThatThrownBy(() -> documents("ab", Division.LINES).encode(Vocabulary.of("ab")))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "documents need a vocabulary of characters with a mark of documents, found one of"
                + " characters without it");
  }

  static Documents documents(String text, Division division) {
    return Documents.of(CharacterText.of(text), division);
  }

  private static List<String> texts(Documents documents) {
    return IntStream.range(0, documents.size()).mapToObj(k -> documents.get(k).toString()).toList();
  }
}
