package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of UTF-8, such as the characters of programs in Python 2. */
class ByteVocabularyTest {
  private static final String TEXT = "사랑 é\n";

  private static Vocabulary bytesOf(String text) {
    String latin = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return Vocabulary.ofBytes(latin.chars().distinct().mapToObj(Character::toString).toList());
  }

  @Test
  void aTextIsEncodedAsItsBytesAndBack() {
    Vocabulary vocabulary = bytesOf(TEXT);
    int[] numbers = vocabulary.encode(TEXT);
    assertThat(numbers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(vocabulary.decode(numbers)).isEqualTo(TEXT);
    assertThat(vocabulary.unit()).isEqualTo("byte");
    assertThat(vocabulary.contains("사")).isTrue();
    assertThat(vocabulary.contains("나")).isFalse();
    assertThat(vocabulary.known(CharacterText.of("x사y"))).hasToString("사");
    assertThatThrownBy(() -> vocabulary.encode("사나"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("'나' (U+B098", "at position 1");
  }

  @Test
  void aCharacterIsWrittenWithItsLastByte() {
    Vocabulary vocabulary = bytesOf(TEXT);
    IntFunction<String> speller = vocabulary.speller();
    List<String> parts = IntStream.of(vocabulary.encode("사 é")).mapToObj(speller::apply).toList();
    assertThat(parts).containsExactly("", "", "사", " ", "", "é");
  }

  @Test
  void bytesThatAreNoCharacterBecomeTheReplacementCharacter() {
    Vocabulary vocabulary = bytesOf(TEXT);
    int[] first = vocabulary.encode("사");
    int space = vocabulary.encode(" ")[0];
    assertThat(vocabulary.decode(first[0], first[1], space, first[2], space))
        .isEqualTo("\uFFFD \uFFFD ");
  }

  @Test
  void itIsReadAsItWasWritten(@TempDir Path folder) throws Exception {
    Vocabulary vocabulary = bytesOf(TEXT);
    Path file = folder.resolve("vocabulary.json");
    vocabulary.writeJson(file);
    assertThat(Files.readString(file)).contains("\"version\":4,\"kind\":\"bytes\"");
    assertThat(Vocabulary.readJson(file)).isEqualTo(vocabulary);
  }

  @Test
  void symbolsBeyondOneByteAreRejected() {
    assertThatThrownBy(() -> Vocabulary.ofBytes(List.of("a", "사")))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("expected bytes");
    assertThatThrownBy(() -> Vocabulary.ofBytes(List.of("a", "a")))
        .hasMessageContaining("are the same");
  }
}
