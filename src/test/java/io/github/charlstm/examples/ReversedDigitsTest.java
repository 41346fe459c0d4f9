package io.github.charlstm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An encoder and a decoder learn, and docs/library.md shows their present source. */
class ReversedDigitsTest {
  private static final Path SOURCE =
      Path.of("src/test/java/io/github/charlstm/examples/ReversedDigits.java");

  @Tag("slow")
  @Test
  void anEncoderAndADecoderLearnToReverseDigits() {
    ReversedDigits.Outcome outcome = ReversedDigits.train(250);
    assertThat(outcome.before()).isGreaterThan(1.9); // ln 8 = 2.08
    assertThat(outcome.after()).isLessThan(0.2);
    assertThat(outcome.right()).isGreaterThan(0.8);
  }

  @Test
  void theDocumentOfTheLibraryShowsConsecutiveLinesOfThisProgram() throws IOException {
    List<String> source = unindented(Files.readAllLines(SOURCE));
    List<String> shown = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("docs", "library.md"))) {
      if (line.startsWith("## ")) {
        inside = line.equals("## An encoder and a decoder");
      } else if (inside && !line.startsWith("```")) {
        shown.add(line);
      }
    }
    List<String> code = unindented(shown).stream().filter(source::contains).toList();
    assertThat(code).hasSizeGreaterThan(20);
    assertThat(source).containsSequence(code);
  }

  private static List<String> unindented(List<String> lines) {
    return lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
