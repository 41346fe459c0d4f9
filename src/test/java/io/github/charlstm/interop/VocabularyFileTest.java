package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyFileTest {
  @TempDir Path folder;

  private Vocabulary read(String name, String content) throws IOException {
    return VocabularyFile.read(Files.writeString(folder.resolve(name), content));
  }

  @Test
  void aTextGivesItsSortedCharacters() throws IOException {
    assertThat(read("anna.txt", "ba\r\nc").decode(0, 1, 2, 3)).isEqualTo("\nabc");
  }

  @Test
  void aListOrAMapInEitherDirectionGivesTheNumbers() throws IOException {
    assertThat(read("list.json", "[\"e\", \"a\", \"\\n\"]").encode("\nea"))
        .containsExactly(2, 0, 1);
    assertThat(read("map.json", "{\"a\": 1, \"e\": 0}").encode("ea")).containsExactly(0, 1);
    assertThat(read("inverse.json", "{\"0\": \"e\", \"1\": \"a\"}").encode("ea"))
        .containsExactly(0, 1);
  }

  @Test
  void oursIsReadToo() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Vocabulary.of("hello").writeJson(file);
    assertThat(VocabularyFile.read(file)).isEqualTo(Vocabulary.of("hello"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": 0, \"b\": 2}|numbers 0 to 1, each once, found 2 for 'b'",
        "{\"a\": 0, \"b\": 0}|found 0 for 'b'",
        "[\"a\", \"a\"]|are the same",
        "[\"a\", \"<unk>\"]|expected symbol 1",
        "[\"a\", 3]|found 3 at number 1",
        "[\"a\"|broken JSON",
        "[]|at least one symbol",
        "{}|expected a list",
        "7|expected a list",
      })
  void anythingElseIsRefusedByTheFilesName(String json, String said) {
    assertThatThrownBy(() -> read("bad.json", json))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n");
  }
}
