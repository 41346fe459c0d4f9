package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyFileTest {
  @TempDir Path folder;

  private Vocabulary read(String name, String content) throws IOException {
    return VocabularyFile.read(Files.writeString(folder.resolve(name), content), TextFormat.UTF_8);
  }

  @Test
  void aTextGivesItsSortedCharacters() throws IOException {
    assertThat(read("anna.txt", "ba\r\nc").decode(0, 1, 2, 3)).isEqualTo("\nabc");
  }

  @Test
  void aListOrAMapInEitherDirectionIsRead() throws IOException {
    assertThat(read("list.json", "[\"e\", \"a\", \"\\n\"]").encode("\nea"))
        .containsExactly(2, 0, 1);
    assertThat(read("map.json", "{\"a\": 1, \"e\": 0}").encode("ea")).containsExactly(0, 1);
    assertThat(read("inverse.json", "{\"0\": \"e\", \"1\": \"a\"}").encode("ea"))
        .containsExactly(0, 1);
  }

  @Test
  void specialTokensAreTheUnknownOrNeverWritten() throws IOException {
    Vocabulary vocabulary = read("list.json", "[\"\", \"[UNK]\", \"e\", \"<eos>\", \"a\"]");
    assertThat(vocabulary.unknown()).hasValue(1);
    assertThat(vocabulary.special()).containsExactly(0, 1, 3);
    assertThat(vocabulary.encode("xae")).containsExactly(1, 4, 2);
    assertThat(vocabulary.knows("a[")).isFalse();
    assertThat(read("pad.json", "[\"<pad>\", \"a\"]").unknown()).isEmpty();
  }

  @Test
  void wordsAreReadAsListOrMap() throws IOException {
    Vocabulary list = read("words.json", "[\"the\", \"a\", \"<unk>\", \"be\", \"eos\"]");
    assertThat(list.separator()).isEqualTo(" ");
    assertThat(list.encode("be drunk a")).containsExactly(3, 2, 1);
    assertThat(list.special()).containsExactly(2);
    Vocabulary map = read("map.json", "{\"be\": 0, \"to\": 1}");
    assertThat(map.decode(1, 0)).isEqualTo("to be");
    assertThatThrownBy(() -> map.encode("to do"))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("word 'do' at position 1 (in words, from 0) is not in");
  }

  // (int_text, vocab_to_int, int_to_vocab, token_dict)
  @Test
  void theTvScriptsPickleIsRead() throws IOException {
    String pickle =
        "((I1\nI0\nl(dS'to'\nI0\nsS'||period||'\nI1\ns(dI0\nS'to'\nsI1\nS'||period||'\ns"
            + "(dS'.'\nS'||Period||'\nst.";
    Path file = Files.writeString(folder.resolve("preprocess.p"), pickle);
    Vocabulary vocabulary = VocabularyFile.read(file, TextFormat.UTF_8);
    assertThat(vocabulary.encode("to ||period||")).containsExactly(0, 1);
    assertThat(vocabulary.unknown()).isEmpty();
  }

  // [vocab_to_ix, ix_to_vocab]; the word "unknown" had the number 2
  @Test
  void theCookbooksPickleIsRead() throws IOException {
    String pickle =
        "((dS'from'\nI1\nsS'fairest'\nI3\nsS'unknown'\nI0\ns"
            + "(dI0\nS'unknown'\nsI1\nS'from'\nsI3\nS'fairest'\nsl.";
    Vocabulary vocabulary = VocabularyFile.read(pickle(pickle), TextFormat.UTF_8);
    assertThat(vocabulary.encode("from unknown fairest x")).containsExactly(1, 0, 3, 0);
    assertThat(vocabulary.special()).containsExactly(0, 2);
  }

  @Test
  void aSpareClassIsTheUnknownOrNeverWritten() throws IOException {
    Vocabulary fitted = read("list.json", "[\"b\", \"a\"]").withSpare();
    assertThat(fitted.encode("axb")).containsExactly(1, 2, 0);
    assertThat(fitted.special()).containsExactly(2);
    assertThat(Vocabulary.ofWords(CharacterText.of("to be"), 0).withSpare().special())
        .containsExactly(0, 3);
  }

  @Test
  void aVocabularyOfTheLibraryIsRead() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Vocabulary.of("hello").writeJson(file);
    assertThat(VocabularyFile.read(file, TextFormat.UTF_8)).isEqualTo(Vocabulary.of("hello"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": 0, \"b\": 2}|numbers 0 to 1, each once, found 2 for the string 'b'",
        "{\"a\": 0, \"b\": 0}|found 0 for the string 'b'",
        "[\"a\", \"a\"]|are the same",
        "[\"a\", \"the\", \"b\"]|expected symbol 1 (from 0) to be one character, found 'the'",
        "[\"the\", \"be\", \"the\"]|words 0 and 2 (from 0) are the same, 'the'",
        "[\"a\", 3]|expected symbol 1 (from 0) to be one character or word, found 3",
        "[\"a\"|broken JSON",
        "[]|at least one symbol",
        "{}|at least one symbol",
        "{\"0\": \"a\", \"00\": \"b\"}|found 0 for the string 'b'",
        "7|expected a list",
        "\"ab\"|expected a list",
      })
  void anyOtherJsonIsRejectedNamingTheFile(String json, String said) {
    assertThatThrownBy(() -> read("bad.json", json))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n");
  }

  private Path pickle(String pickle) throws IOException {
    return Files.writeString(folder.resolve("vocab.pkl"), pickle.replace("\\n", "\n"));
  }

  // (chars, vocab); chars as a tuple, list, string; vocab; its inverse
  @ParameterizedTest
  @ValueSource(
      strings = {
        "((S' '\nS'b'\nS'a'\nt(dS'b'\nI1\nsS'a'\nI2\nsS' '\nI0\nst.",
        "((S' '\nS'b'\nS'a'\nl(dS'b'\nI1\nsS'a'\nI2\nsS' '\nI0\nst.",
        "(S' '\nV\\u0062\nS'a'\nt.",
        "(S' '\nS'b'\nS'a'\nl.",
        "S' ba'\n.",
        "(dS'b'\nI1\nsS'a'\nL2L\nsS' '\nI0\ns.",
        "(dI1\nS'b'\nsI2\nS'a'\nsI0\nS' '\ns."
      })
  void everyFormOfAPickleGivesTheSameNumbers(String pickle) throws IOException {
    assertThat(VocabularyFile.read(pickle(pickle), TextFormat.UTF_8))
        .isEqualTo(Vocabulary.inOrder(List.of(" ", "b", "a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "((S'a'\\nS'b'\\nt(dS'a'\\nI1\\nsS'b'\\nI0\\nst.|do not agree",
        "((S'a'\\nS'b'\\nt(dS'a'\\nI0\\nst.|do not agree",
        "(dS'a'\\nI2\\ns.|numbers 0 to 0, each once, found 2",
        "(dS'a'\\nI0\\nsS'b'\\nI0\\ns.|numbers 0 to 1, each once, found 0",
        "(dS'a'\\nF0.5\\ns.|found 0.5",
        "(S'a'\\nS'the'\\nt.|symbol 1 (from 0) to be one character, found 'the'",
        "(S'a'\\nI3\\nt.|expected symbol 1 (from 0) to be one character or word, found 3",
        "(S'a'\\nS'a'\\nt.|are the same",
        "(t.|at least one symbol",
        "(d.|at least one symbol",
        "I3\\n.|found 3",
        "N.|found None",
      })
  void anyOtherPickleIsRejectedNamingTheFile(String pickle, String said) throws IOException {
    Path file = pickle(pickle);
    assertThatThrownBy(() -> VocabularyFile.read(file, TextFormat.UTF_8))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(said);
  }

  @Test
  void bytesOfPython2AreThoseOfUtf8IfTheyCanBe() throws IOException {
    Path file = folder.resolve("vocabulary.pkl");
    Files.writeString(file, "(lp0\nS'\\xec'\naS'\\x82'\naS'\\xac'\naS' '\na.");
    assertThat(VocabularyFile.read(file, TextFormat.UTF_8).encode("사 "))
        .containsExactly(0, 1, 2, 3);
    Files.writeString(file, "(lp0\nS'\\xe9'\naS'a'\na."); // in Latin-1
    assertThat(VocabularyFile.read(file, TextFormat.UTF_8).encode("aé")).containsExactly(1, 0);
  }

  @Test
  void numbersFrom1KeepZeroForPadding() throws IOException {
    Path file = folder.resolve("textgenrnn_vocab.json");
    Files.writeString(file, "{\"b\":2,\"a\":1,\"<s>\":3}");
    Vocabulary vocabulary = VocabularyFile.read(file, TextFormat.UTF_8);
    assertThat(vocabulary.encode("ab")).containsExactly(1, 2);
    assertThat(vocabulary.special()).containsExactly(0, 3);
  }
}
