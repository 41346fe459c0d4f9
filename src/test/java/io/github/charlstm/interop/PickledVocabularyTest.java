package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickledVocabularyTest {
  @TempDir Path folder;

  private Path file(String pickle) throws IOException {
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
  void everyFormGivesTheSameNumbers(String pickle) throws IOException {
    assertThat(PickledVocabulary.read(file(pickle)))
        .isEqualTo(Vocabulary.inOrder(List.of(" ", "b", "a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "((S'a'\\nS'b'\\nt(dS'a'\\nI1\\nsS'b'\\nI0\\nst.|do not agree",
        "((S'a'\\nS'b'\\nt(dS'a'\\nI0\\nst.|do not agree",
        "(dS'a'\\nI1\\ns.|numbers from 0 to 0, found 1",
        "(dS'a'\\nI0\\nsS'b'\\nI0\\ns.|two characters have the number 0",
        "(dS'a'\\nF0.5\\ns.|found 0.5",
        "(S'a'\\nS'the'\\nt.|symbol 1 (from 0) to be one character, found 'the'",
        "(S'a'\\nI3\\nt.|found 3",
        "(S'a'\\nS'a'\\nt.|are the same",
        "(t.|an empty list",
        "(d.|at least one symbol",
        "I3\\n.|found 3",
        "N.|found None",
      })
  void anythingElseIsRefusedNamingTheFile(String pickle, String said) throws IOException {
    Path file = file(pickle);
    assertThatThrownBy(() -> PickledVocabulary.read(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(said);
  }
}
