package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentMarkTest {

  static Stream<Vocabulary> kinds() {
    return Stream.of(
        Vocabulary.of("abc "),
        Vocabulary.inOrder(List.of("c", "a", "b", " ")),
        Vocabulary.ofSymbols(List.of("<unk>", "a", "b", "c", " ")),
        Vocabulary.withUnknown(CharacterText.of("cab ")),
        Vocabulary.ofBytes(List.of("a", "b", "\u00C3", "\u00A4", " ")),
        Vocabulary.ofWords(CharacterText.of("unknown a b"), 0),
        Vocabulary.ofSymbols(List.of("<eos>", "<unk>", "ab", "b")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isOneMoreSymbolAfterTheOthers(Vocabulary vocabulary) {
    assertThat(vocabulary.documentMark()).isEmpty();
    Vocabulary marked = vocabulary.withDocumentMark();
    assertThat(marked.size()).isEqualTo(vocabulary.size() + 1);
    assertThat(marked.documentMark()).isEqualTo(OptionalInt.of(vocabulary.size()));
    assertThat(marked.special()).contains(vocabulary.size());
    assertThat(marked.unknown()).isEqualTo(vocabulary.unknown());
    assertThat(marked.encode("b a")).isEqualTo(vocabulary.encode("b a"));
    assertThat(marked.withDocumentMark()).isSameAs(marked);
    assertThat(marked).isNotEqualTo(vocabulary);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void hasNoTextOfItsOwn(Vocabulary vocabulary) {
    Vocabulary marked = vocabulary.withDocumentMark();
    int mark = marked.documentMark().getAsInt();
    int[] text = marked.encode("b");
    assertThat(marked.decode(mark, text[0], mark)).isEqualTo("b");
    assertThat(marked.decode(mark, mark)).isEmpty();
    assertThat(marked.contains("")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isKeptInTheFile(Vocabulary vocabulary) {
    Vocabulary marked = vocabulary.withDocumentMark();
    Vocabulary read = VocabularyJson.read(marked.toJson(), "vocabulary.json");
    assertThat(read).isEqualTo(marked).hasSameHashCodeAs(marked);
    assertThat(read.toJson()).isEqualTo(marked.toJson());
    assertThat(read.encode("b")).isEqualTo(marked.encode("b"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isTheOnlySpecialSymbolThatATextMayChoose(Vocabulary vocabulary) {
    Vocabulary marked = vocabulary.withDocumentMark();
    assertThat(vocabulary.neverWritten()).isEqualTo(vocabulary.special());
    assertThat(marked.neverWritten()).isEqualTo(vocabulary.special());
  }

  @Test
  void fileNamesItsNumber() {
    assertThat(Vocabulary.of("ba").withDocumentMark().toJson())
        .isEqualTo(
            "{\"format\":\"charlstm-vocabulary\",\"version\":5,\"kind\":\"ordered\","
                + "\"symbols\":[\"a\",\"b\",\"\"],\"document_mark\":2}");
  }

  @Test
  void otherSymbolsAreNoMark() {
    String json = Vocabulary.of("ba").withDocumentMark().toJson();
    for (String mark : List.of("1", "3", "-1", "\"a\"", "2.5")) {
      assertThatThrownBy(
              () -> VocabularyJson.read(json.replace("mark\":2", "mark\":" + mark), "v.json"))
          .isInstanceOf(InvalidDataException.class)
          .hasMessage(
              "v.json is not a vocabulary: expected \"document_mark\" to be the number of an empty"
                  + " symbol, found "
                  + mark);
    }
  }

  @Test
  void endsACharacterThatIsNotWhole() {
    Vocabulary bytes = Vocabulary.ofBytes(List.of("a", "\u00C3", "\u00A4")).withDocumentMark();
    int mark = bytes.documentMark().getAsInt();
    assertThat(bytes.decode(1, 2)).isEqualTo("\u00E4");
    assertThat(bytes.decode(1, mark, 0)).isEqualTo("\uFFFDa");
  }

  @Test
  void spareSymbolComesAfterIt() {
    Vocabulary spare = Vocabulary.of("ab").withDocumentMark().withSpare();
    assertThat(spare.documentMark()).isEqualTo(OptionalInt.of(2));
    assertThat(spare.symbol(3)).isEqualTo("<unk>");
  }
}
