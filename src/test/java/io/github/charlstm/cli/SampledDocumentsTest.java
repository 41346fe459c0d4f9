package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of models of documents: names, tunes. */
class SampledDocumentsTest {
  private static final Vocabulary LINES = Vocabulary.of("abc").withDocumentMark();
  private static final Vocabulary BLOCKS = Vocabulary.of("abc\n").withDocumentMark();

  @TempDir Path root;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Every symbol, the mark too, is as likely as every other. */
  private record Uniform(int symbols) implements NextSymbolModel {
    @Override
    public void resetState() {}

    @Override
    public float[] predictNext(int symbol) {
      float[] probabilities = new float[symbols];
      Arrays.fill(probabilities, 1f / symbols);
      return probabilities;
    }

    @Override
    public void close() {}
  }

  private Console console() {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false);
  }

  private static TextModel model(Flags flags, Vocabulary vocabulary) {
    return new TextModel(
        flags, "model", Path.of("model"), vocabulary, Optional.empty(), Optional.empty());
  }

  private List<String> sample(Vocabulary vocabulary, String prime, String line) {
    out.reset();
    err.reset();
    Flags flags = Flags.parse(new SampleCommand(), line.replace("ROOT", root + "").split(" "));
    new SampledTexts(flags, console(), model(flags, vocabulary), prime, 5, 100)
        .write(new Uniform(vocabulary.size()));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void documentsOfOneLineAreWrittenOneALine() {
    List<String> names = sample(LINES, "", "--count 30 --top-n 0");
    assertThat(names).hasSize(30).allMatch(name -> name.matches("[abc]*"));
    assertThat(names).anyMatch(name -> name.length() > 2).contains("");
    assertThat(sample(LINES, "b", "--count 30 --top-n 0"))
        .hasSize(30)
        .allMatch(name -> name.startsWith("b"));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void severalTemperaturesHaveALineBeforeTheirDocuments() {
    List<String> lines = sample(LINES, "", "--count 2 --top-n 0 --temperature 0.5,2");
    assertThat(lines).hasSize(6);
    assertThat(lines.get(0)).isEqualTo("--- temperature 0.5 ---");
    assertThat(lines.get(3)).isEqualTo("--- temperature 2.0 ---");
  }

  @Test
  void documentsOfSeveralLinesHaveALineBeforeEach() {
    List<String> lines = sample(BLOCKS, "", "--count 5 --top-n 0");
    assertThat(lines.stream().filter(line -> line.startsWith("--- text "))).hasSize(5);
  }

  @Test
  void novelDocumentsAreNoneOfThoseLearnedThoughTheyMayBeAPartOfOne() throws IOException {
    Files.writeString(root.resolve("names.txt"), "a\nb\n\nbc\nccab\n");
    List<String> names =
        sample(LINES, "", "--count 40 --top-n 0 --unique --novel --compare-with ROOT/names.txt");
    assertThat(names)
        .hasSize(40)
        .doesNotHaveDuplicates()
        .doesNotContain("a", "b", "bc", "ccab")
        .contains("c", "cc");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .containsPattern("40 texts of [0-9]+ drawn: [1-9][0-9]* repeated, [1-9] not novel");
    assertThat(sample(LINES, "b", "--count 20 --top-n 0 --novel --compare-with ROOT/names.txt"))
        .doesNotContain("b", "bc")
        .contains("ba");
  }

  @Test
  void novelDocumentsOfSeveralLinesAreComparedAsAWhole() throws IOException {
    Files.writeString(root.resolve("tunes.txt"), "a\nb\n\nc\n");
    Flags flags =
        Flags.parse(
            new SampleCommand(), "--novel", "--compare-with", root.resolve("tunes.txt").toString());
    LearnedText learned = LearnedText.find(flags, model(flags, BLOCKS), console());
    assertThat(learned.isNew("", "a\nb")).isFalse();
    assertThat(learned.isNew("a", "\nb")).isFalse();
    assertThat(learned.isNew("", "a")).isTrue();
    assertThat(learned.isNew("", "c")).isFalse();
  }

  @Test
  void tunesOfNeighbouringFilesAreComparedApart() throws IOException {
    Files.createDirectory(root.resolve("tunes"));
    Files.writeString(root.resolve("tunes/1.abc"), "a\n\nb");
    Files.writeString(root.resolve("tunes/2.abc"), "c\n\na");
    Flags flags =
        Flags.parse(
            new SampleCommand(), "--novel", "--compare-with", root.resolve("tunes").toString());
    LearnedText learned = LearnedText.find(flags, model(flags, BLOCKS), console());
    assertThat(learned.documents().orElseThrow()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(learned.isNew("", "b\nc")).isTrue();
  }

  @Test
  void aPrimeOfWhichNothingIsLeftBeginsADocumentAndIsAnErrorOfOtherModels() {
    Flags marks = Flags.parse(new SampleCommand(), "--prime", "?!", "--on-unknown", "skip");
    assertThat(SampleCommand.prime(marks, model(marks, LINES), console())).isEmpty();
    TextModel characters = model(marks, Vocabulary.of("abc"));
    Flags lines = Flags.parse(new SampleCommand(), "--prime", "?!\n?", "--on-unknown", "skip");
    assertThatThrownBy(() -> SampleCommand.prime(lines, characters, console()))
        .isExactlyInstanceOf(UsageException.class)
        .hasMessage(
            "--prime: nothing is left of '?!\\n?' without the characters that the model does not"
                + " know; give another text, or leave --prime out");
    Flags none = Flags.parse(new SampleCommand());
    assertThat(SampleCommand.prime(none, characters, console())).isEqualTo("a");
  }

  @Test
  void theEndIsACandidateThatEndsAnInteractiveText() {
    Flags flags = Flags.parse(new SampleCommand(), "--interactive");
    Console console =
        console().reading(new ByteArrayInputStream("ab\n4\nc\n".getBytes(StandardCharsets.UTF_8)));
    new InteractiveSampling(flags, console, model(flags, LINES), "", 1).write(new Uniform(4));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("ab" + System.lineSeparator());
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("4 (end) 0.250");
  }
}
