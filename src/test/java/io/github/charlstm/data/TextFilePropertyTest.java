package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.TextFormat.OnMalformed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Texts in any script and encoding, valid or damaged. */
class TextFilePropertyTest {

  private static final TextFormat REPLACE =
      new TextFormat(StandardCharsets.UTF_8, OnMalformed.REPLACE);
  private static final List<String> ENCODINGS =
      List.of("UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "GB18030");

  private static Path folder;
  private static Path file;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("charlstm-texts");
    file = folder.resolve("text.txt");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.deleteIfExists(file);
    Files.delete(folder);
  }

  @Provide
  Arbitrary<String> texts() {
    return Scripts.texts();
  }

  // Long enough that the pieces that are read end anywhere in what follows.
  @Provide
  Arbitrary<String> longTexts() {
    Arbitrary<Integer> before = Arbitraries.integers().between(65_520, 65_540);
    return Combinators.combine(before, Scripts.texts())
        .as((length, text) -> "x".repeat(length) + text);
  }

  @Property(seed = "1")
  void anyTextIsReadInAnyEncoding(
      @ForAll("texts") String text,
      @ForAll("encodings") String encoding,
      @ForAll boolean mark,
      @ForAll @IntRange(min = 0, max = 3) int padding)
      throws IOException {
    check("y".repeat(padding) + text, encoding, mark);
  }

  @Property(seed = "2")
  void piecesEndAnywhere(
      @ForAll("longTexts") String text, @ForAll("encodings") String encoding, @ForAll boolean mark)
      throws IOException {
    check(text, encoding, mark);
  }

  @Provide
  Arbitrary<String> encodings() {
    return Arbitraries.of(ENCODINGS);
  }

  private static void check(String text, String encoding, boolean mark) throws IOException {
    TextFormat format = new TextFormat(Charset.forName(encoding), OnMalformed.REPORT);
    boolean marked = mark && !encoding.equals("UTF-16") && !encoding.equals("UTF-32");
    Files.write(file, ((marked ? "\uFEFF" : "") + text).getBytes(format.encoding()));
    String expected = text.replace("\r\n", "\n").replace('\r', '\n');
    // Java's UTF-16 writes a byte order mark, its UTF-32 none: there the text's own is dropped.
    if (!marked && !encoding.equals("UTF-16") && expected.startsWith("\uFEFF")) {
      expected = expected.substring(1);
    }
    if (expected.isEmpty()) {
      assertThatThrownBy(() -> TextFile.load(file, format))
          .isExactlyInstanceOf(InvalidDataException.class)
          .hasMessageContaining("is empty");
      return;
    }
    CharacterText read = TextFile.load(file, format);
    assertThat(read.toString()).isEqualTo(expected);
    assertThat(read.length()).isEqualTo(expected.codePointCount(0, expected.length()));
    Vocabulary vocabulary = Vocabulary.of(read);
    assertThat(vocabulary.size()).isEqualTo((int) expected.codePoints().distinct().count());
    assertThat(vocabulary.decode(vocabulary.encode(read).toArray())).isEqualTo(expected);
  }

  @Property(seed = "3")
  void aByteThatIsNotUtf8IsNamedWithItsOffset(
      @ForAll("texts") String before,
      @ForAll("texts") String after,
      @ForAll("neverUtf8") int wrong,
      @ForAll @IntRange(max = 70_000) int padding)
      throws IOException {
    byte[] head = ("z".repeat(padding) + before).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = joined(head, new byte[] {(byte) wrong}, after.getBytes(StandardCharsets.UTF_8));
    Files.write(file, bytes);
    assertThatThrownBy(() -> TextFile.load(file, TextFormat.UTF_8))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith(
            String.format(
                "%s is not UTF-8 text: byte 0x%02X at byte offset %s (from 0)",
                file, wrong, head.length));
    assertThat(TextFile.load(file, REPLACE).toString()).isEqualTo(replaced(bytes));
  }

  @Provide
  Arbitrary<Integer> neverUtf8() {
    return Arbitraries.of(0x80, 0xBF, 0xC0, 0xC1, 0xF5, 0xFE, 0xFF);
  }

  @Property(seed = "4")
  void anyBytesAreTextOrAnErrorInOneLine(@ForAll byte[] bytes) throws IOException {
    Files.write(file, bytes);
    String lenient = replaced(bytes);
    try {
      String read = TextFile.load(file, TextFormat.UTF_8).toString();
      assertThat(read).isEqualTo(lenient);
      assertThat(TextFile.read(file)).isEqualTo(read);
    } catch (InvalidDataException e) {
      assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
    }
    if (!lenient.isEmpty()) {
      assertThat(TextFile.load(file, REPLACE).toString()).isEqualTo(lenient);
    }
  }

  @Property(seed = "5")
  void anyBytesInAnyEncodingAreTextOrAnErrorInOneLine(
      @ForAll byte[] bytes, @ForAll("allEncodings") Charset encoding) throws IOException {
    Files.write(file, bytes);
    for (OnMalformed onMalformed : OnMalformed.values()) {
      try {
        CharacterText text = TextFile.load(file, new TextFormat(encoding, onMalformed));
        assertThat(text.codePoints()).doesNotContain((int) '\r', 0);
      } catch (InvalidDataException e) {
        assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
        assertThat(onMalformed == OnMalformed.REPORT || e.getMessage().contains("is empty"))
            .as(e.getMessage())
            .isTrue();
      }
    }
  }

  @Provide
  Arbitrary<Charset> allEncodings() {
    return Arbitraries.of(Charset.availableCharsets().values());
  }

  @Property(seed = "6")
  void aNulIsNamedWithItsOffsetWhateverElseIsWrong(
      @ForAll("texts") String before, @ForAll @IntRange(max = 140_000) int padding)
      throws IOException {
    byte[] head = ("z".repeat(padding) + before).getBytes(StandardCharsets.UTF_8);
    if (head.length > 0) {
      head[0] = (byte) 0xFF;
    }
    Files.write(file, joined(head, new byte[] {0, 'a'}));
    assertThatThrownBy(() -> TextFile.load(file, TextFormat.UTF_8))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining("NUL byte at byte offset " + head.length + " (from 0)");
  }

  private static String replaced(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return text.replace("\r\n", "\n").replace('\r', '\n').replace('\0', '\uFFFD');
  }

  private static byte[] joined(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.toByteArray();
  }
}
