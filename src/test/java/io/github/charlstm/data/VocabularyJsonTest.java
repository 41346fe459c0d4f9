package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void aWrittenVocabularyIsReadBackUnchanged() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Vocabulary vocabulary =
        Vocabulary.of("\u0000\u0001\t\n\r \"\\/ab\u007F\u0085\u00e9\u2028\uFEFF\uD834\uDD1E");
    vocabulary.writeJson(file);
    assertThat(Vocabulary.readJson(file)).isEqualTo(vocabulary);
  }

  @Test
  void formatWithAnUnknownNamesItsKind() {
    assertThat(Vocabulary.withUnknown(CharacterText.of("ba\n")).toJson())
        .isEqualTo(
            "{\"format\":\"charlstm-vocabulary\",\"version\":2,\"kind\":\"characters\","
                + "\"symbols\":[\"unknown\",\"b\",\"a\",\"\\n\"]}");
    assertThat(Vocabulary.ofWords(CharacterText.of("to be or to"), 0).toJson())
        .isEqualTo(
            "{\"format\":\"charlstm-vocabulary\",\"version\":2,\"kind\":\"words\","
                + "\"symbols\":[\"unknown\",\"to\",\"be\",\"or\"]}");
  }

  @Test
  void kindsWithAnUnknownAreReadBack() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    for (Vocabulary vocabulary :
        List.of(
            Vocabulary.withUnknown(CharacterText.of("z\uD834\uDD1E a\"\n\u0000")),
            Vocabulary.ofWords(CharacterText.of("o'er the unknown \u00e9t\u00e9 \u000bx"), 0),
            Vocabulary.ofWords(CharacterText.of("to be"), 7))) {
      vocabulary.writeJson(file);
      Vocabulary read = Vocabulary.readJson(file);
      assertThat(read).isEqualTo(vocabulary);
      assertThat(read.encode("the z unknown a")).isEqualTo(vocabulary.encode("the z unknown a"));
    }
  }

  @Test
  void aGivenOrderIsKept() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Vocabulary vocabulary = Vocabulary.inOrder(List.of(" ", "e", "\uD834\uDD1E", "\n", "a"));
    vocabulary.writeJson(file);
    assertThat(Files.readString(file)).contains("\"kind\":\"ordered\"");
    assertThat(Vocabulary.readJson(file)).isEqualTo(vocabulary).isNotEqualTo(Vocabulary.of("ae"));
    assertThat(Vocabulary.inOrder(List.of("a", "b"))).isEqualTo(Vocabulary.of("ab"));
    assertThat(vocabulary.encode("ea e")).containsExactly(1, 4, 0, 1);
  }

  @Test
  void specialTokensAndWordsOfOtherProgramsAreReadBack() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    for (List<String> symbols :
        List.of(
            List.of("", "[UNK]", "a", "b"),
            List.of("unknown", "a", "b", "<pad>"),
            List.of("to", "be", "\n"),
            List.of("unknown", "to", "\n"))) {
      Vocabulary vocabulary = Vocabulary.ofSymbols(symbols);
      vocabulary.writeJson(file);
      assertThat(Files.readString(file)).contains("\"version\":3");
      assertThat(Vocabulary.readJson(file)).isEqualTo(vocabulary);
      assertThat(Vocabulary.readJson(file).special()).isEqualTo(vocabulary.special());
    }
    assertThat(Vocabulary.ofSymbols(List.of("unknown", "to", "be")))
        .isEqualTo(Vocabulary.ofWords(CharacterText.of("to be"), 0));
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
        "{'format':'charlstm-vocabulary','version':1,'kind':'words','symbols':['a']}|unknown key"
            + " \"kind\", allowed are format, version and symbols",
        "{'format':'charlstm-vocabulary','version':2,'symbols':['unknown']}|expected \"kind\" to be"
            + " \"characters\", \"words\" or \"ordered\", found nothing",
        "{'format':'charlstm-vocabulary','version':2,'kind':'ordered','symbols':['b','a','b']}|symbols"
            + " 0 and 2 (from 0) are the same",
        "{'format':'charlstm-vocabulary','version':2,'kind':'ordered','symbols':['ab']}|expected"
            + " symbol",
        "{'format':'charlstm-vocabulary','version':2,'kind':'x','symbols':['unknown']}|found \"x\"",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':['unknown'],'n':1}|"
            + "unknown key \"n\", allowed are format, version, kind and symbols",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':['a']}|expected"
            + " \"symbols\" to be a list that starts with \"unknown\", found [\"a\"]",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':'unknown'}|found"
            + " \"unknown\"",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':['unknown','a b']}|"
            + "expected symbol 1 (from 0) to be one word, found \"a b\"",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':['unknown','']}|"
            + "expected symbol 1 (from 0) to be one word, found \"\"",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':['unknown',7]}|found"
            + " 7",
        "{'format':'charlstm-vocabulary','version':2,'kind':'words','symbols':['unknown','a','a']}|"
            + "symbol 2 (from 0), \"a\", was there before",
        "{'format':'charlstm-vocabulary','version':2,'kind':'characters','symbols':['unknown','ab']}|expected"
            + " symbol 1 (from 0) to be one character, found \"ab\"",
        "{'format':'charlstm-vocabulary','version':2,'kind':'characters','symbols':['unknown','b',"
            + "'a','b']}|symbol 3 (from 0), \"b\", was there before",
        "{'format':'charlstm-vocabulary','version':1,'symbols':['a'|broken JSON (line 1",
      })
  void anythingElseIsRejectedInOneLineNamingTheFile(String json, String complaint)
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
  void newerVersionIsRejectedNamingBoth() throws IOException {
    Path file = folder.resolve("vocabulary.json");
    Files.writeString(file, "{\"format\":\"charlstm-vocabulary\",\"version\":6,\"kinds\":3}");
    assertThatThrownBy(() -> Vocabulary.readJson(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            file
                + " is a vocabulary of version 6, this program reads up to version 5; use a newer"
                + " charlstm");
  }
}
