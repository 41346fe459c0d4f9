package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.charlstm.data.TextFile.Newlines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("machine")
class TextFileTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("novel.txt");
  }

  @Test
  void everyNewlineBecomesOneLineFeed() throws IOException {
    Files.writeString(file, "a\r\nb\rc\nd\r\r\ne\n\rf\r");
    assertThat(TextFile.read(file)).isEqualTo("a\nb\nc\nd\n\ne\n\nf\n");
  }

  @Test
  void leadingByteOrderMarkIsDroppedAndALaterOneKept() throws IOException {
    Files.writeString(file, "\uFEFFa\uFEFF");
    assertThat(TextFile.read(file)).isEqualTo("a\uFEFF");
  }

  @Test
  void charactersBeyondTheBasicPlaneAreRead() throws IOException {
    Files.writeString(file, "é𝄞ж");
    assertThat(TextFile.read(file)).isEqualTo("é𝄞ж");
  }

  @Test
  void missingFileIsNamed() {
    assertRejected("cannot read " + file + ": no such file or folder");
  }

  @Test
  void folderIsRejected() throws IOException {
    Files.createDirectory(file);
    assertRejected(file + " is a folder: expected a file");
  }

  @Test
  void emptyFileIsRejected() throws IOException {
    Files.createFile(file);
    assertRejected(file + " is empty: expected UTF-8 text");
  }

  @Test
  void fileWithOnlyAByteOrderMarkIsEmpty() throws IOException {
    Files.writeString(file, "\uFEFF");
    assertRejected(file + " is empty: expected UTF-8 text");
  }

  @Test
  void nulByteLooksBinaryAndItsOffsetIsNamed() throws IOException {
    Files.write(file, new byte[] {'a', 'b', (byte) 0xFF, 0, 'c'});
    assertRejected(
        file
            + " looks binary (or UTF-16): NUL byte at byte offset 3 (from 0); expected UTF-8 text,"
            + " or its `encoding`, such as UTF-16");
  }

  @Test
  void malformedByteIsNamedWithItsOffsetInTheFile() throws IOException {
    Files.write(file, "\uFEFFé caf\u00e9".getBytes(StandardCharsets.UTF_8));
    byte[] bytes = Files.readAllBytes(file);
    bytes[8] = (byte) 0xE9;
    Files.write(file, bytes);
    assertRejected(
        file
            + " is not UTF-8 text: byte 0xE9 at byte offset 8 (from 0) is not valid there; name its"
            + " `encoding`, or read it with U+FFFD in place of such bytes (`on_malformed`"
            + " replace)");
  }

  @Test
  void truncatedSequenceAtTheEndIsMalformed() throws IOException {
    Files.write(file, new byte[] {'a', (byte) 0xE2, (byte) 0x82});
    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("byte 0xE2 at byte offset 1 (from 0)");
  }

  @Test
  void encodedSurrogateIsMalformed() {
    byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
    assertThatThrownBy(() -> TextFile.decode(surrogate, "the sample"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("the sample is not UTF-8 text: byte 0xED at byte offset 0");
  }

  @Test
  void unreadableFileIsRejected() throws IOException {
    Files.writeString(file, "secret");
    assumeFalse(
        !file.toFile().setReadable(false) || Files.isReadable(file),
        "file permissions do not bind this user, so no file is unreadable");
    assertRejected("cannot read " + file + ": permission denied");
  }

  @Test
  void endsOfLinesAreKeptForAVocabularyWithCarriageReturns() throws IOException {
    Files.writeString(file, "\uFEFFa\r\nb\rc\n");
    Newlines kept = Newlines.of(Vocabulary.inOrder(List.of("a", "\r", "\n")));
    assertThat(TextFile.load(file, TextFormat.UTF_8, kept, read -> {})).hasToString("a\r\nb\rc\n");
    Newlines universal = Newlines.of(Vocabulary.inOrder(List.of("a", "\n")));
    assertThat(TextFile.load(file, TextFormat.UTF_8, universal, read -> {}))
        .hasToString("a\nb\nc\n");
  }

  @Test
  void gzipIsUnpackedAndACutOneNamed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write("\uFEFFa\r\nb".repeat(9000).getBytes(StandardCharsets.UTF_8));
    }
    Files.write(file, bytes.toByteArray());
    assertThat(TextFile.load(file, TextFormat.UTF_8).length()).isEqualTo(4 * 9000 - 1);
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 9));
    assertThatThrownBy(() -> TextFile.load(file, TextFormat.UTF_8))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("cannot read " + file);
  }

  @ParameterizedTest
  @CsvSource({"zip, 504B0304", "bzip2, 425A6839", "xz, FD377A58", "zstd, 28B52FFD"})
  void otherPackedFilesAreNamed(String kind, String start) throws IOException {
    Files.write(file, HexFormat.of().parseHex(start + "0011"));
    assertThatThrownBy(() -> TextFile.load(file, TextFormat.UTF_8))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            file
                + " is packed ("
                + kind
                + "): expected text, or text in gzip format; unpack it first");
  }

  @Test
  void textThatBeginsAsAPackedFileDoesIsText() throws IOException {
    for (String text : List.of("BZh", "PK", "B", "BZhou was here")) {
      Files.writeString(file, text);
      assertThat(TextFile.load(file, TextFormat.UTF_8)).hasToString(text);
    }
  }

  private void assertRejected(String message) {
    assertThatThrownBy(() -> TextFile.read(file))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(message);
  }
}
