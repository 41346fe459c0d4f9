package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyJsonTest {

  @TempDir Path folder;

  @Test
  void formatIsFixed() {
    assertThat(Vocabulary.of("b \n\"").toJson())
        .isEqualTo(
            "{\"format\":\"charlstm-vocabulary\",\"version\":1,"
                + "\"symbols\":[\"\\n\",\" \",\"\\\"\",\"b\"]}");
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Vocabulary vocabulary =
        Vocabulary.of("\u0000\u0001\t\n\r \"\\/ab\u007F\u0085\u00e9\u2028\uFEFF\uD834\uDD1E");
    vocabulary.writeJson(file);
    assertThat(Vocabulary.readJson(file)).isEqualTo(vocabulary);
  }

  @Test
  void missingFileIsNamed() {
    Path file = folder.resolve("vocabulary.json");
    assertThatThrownBy(() -> Vocabulary.readJson(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("cannot read " + file + ": no such file or folder");
  }

  // Single quotes in the JSON stand for double ones.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|expected a JSON object, found []",
        "{'version':1,'symbols':['a']}|expected \"format\" to be \"charlstm-vocabulary\", found"
            + " nothing",
        "{'format':'x','version':1,'symbols':['a']}|found \"x\"",
        "{'format':'charlstm-vocabulary','symbols':['a']}|expected \"version\" to be a whole"
            + " number from 1, found nothing",
        "{'format':'charlstm-vocabulary','version':1.0,'symbols':['a']}|found 1.0",
        "{'format':'charlstm-vocabulary','version':0,'symbols':['a']}|found 0",
        "{'format':'charlstm-vocabulary','version':1}|expected \"symbols\" to be a list of at"
            + " least one character, found nothing",
        "{'format':'charlstm-vocabulary','version':1,'symbols':[]}|found []",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a','bc']}|expected symbol 1"
            + " (from 0) to be one character, found \"bc\"",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['']}|expected symbol 0",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a',7]}|found 7",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['\\ud834']}|expected symbol 0",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['b','a']}|symbols must ascend by"
            + " code point, but symbol 1 (from 0), 'a' (U+0061 LATIN SMALL LETTER A), follows 'b'",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a','a']}|symbols must ascend",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a'],'size':1}|unknown key"
            + " \"size\", allowed are format, version and symbols",
        "{'format':'charlstm-vocabulary','version':1,'version':1,'symbols':['a']}|Duplicate",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a']} {}|broken JSON (line 1",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a'|broken JSON (line 1",
      })
  void anythingElseIsRefusedInOneLineNamingTheFile(String json, String complaint)
      throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Files.writeString(file, json.replace('\'', '"'));
    assertThatThrownBy(() -> Vocabulary.readJson(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(file + " is not a vocabulary: ")
        .hasMessageContaining(complaint)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void newerVersionIsRefusedNamingBoth() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Files.writeString(file, "{\"format\":\"charlstm-vocabulary\",\"version\":2,\"kinds\":3}");
    assertThatThrownBy(() -> Vocabulary.readJson(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            file
                + " is a vocabulary of version 2, this program reads up to version 1; use a newer"
                + " charlstm");
  }
}
