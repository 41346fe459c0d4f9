package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts of a model of words, which has an unknown. */
class SampleCommandTest {
  private static final String RUN = "src/test/resources/runs/words";

  private static Tool.Output sample(String line) {
    return Tool.run(("sample --checkpoint " + RUN + " --length 50 " + line).split(" "));
  }

  @Test
  void wordsAreNeverUnknownSoThatAsManyAreWrittenAsAreAskedFor() throws IOException {
    for (int seed = 1; seed <= 5; seed++) {
      Tool.Output output = sample("--top-n 0 --temperature 3 --json --seed " + seed);
      JsonNode json = new ObjectMapper().readTree(output.out());
      String text = json.required("text").textValue();
      String generated = text.substring(json.required("prime").textValue().length());
      assertThat(generated.strip().split(" ")).hasSize(50).doesNotContain("unknown");
      assertThat(json.required("length").intValue()).isEqualTo(50);
      assertThat(output.err()).doesNotContain("unknown");
    }
  }

  @Test
  void textThatEndsAtTheUnknownSaysSoAndHasItsTrueLength() throws IOException {
    int ended = 0;
    for (int seed = 1; seed <= 5; seed++) {
      Tool.Output output =
          sample("--stop-at-unknown --top-n 0 --temperature 3 --json --seed " + seed);
      JsonNode json = new ObjectMapper().readTree(output.out());
      String text = json.required("text").textValue();
      String generated = text.substring(json.required("prime").textValue().length()).strip();
      int words = (int) Stream.of(generated.split(" ")).filter(word -> !word.isEmpty()).count();
      assertThat(json.required("length").intValue()).isEqualTo(words);
      if (words < 50) {
        ended++;
        assertThat(output.err()).contains("ended after " + words + " of 50: the next is unknown");
      }
    }
    assertThat(ended).isPositive();
  }

  @Test
  void wordsAreAddedAndPickedWithASpaceBeforeThem() {
    Tool.Output output =
        Tool.reading(
            "  And, the  \n1\n", "sample", "--checkpoint", RUN, "--interactive", "--prime", "of");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out().strip()).matches("of and the [a-z'-]+");
    assertThat(output.err()).contains("Enter goes on by 20 words");
  }

  @Test
  void aPrimeOfWhichCleaningLeavesNothingIsAnError() {
    Tool.Output output = sample("--prime ?!");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.out()).isEmpty();
    assertThat(output.err())
        .contains("--prime: nothing is left of '?!' once it is cleaned as the model's texts are")
        .contains("leave --prime out");
  }

  @Test
  void unknownWordsOfThePrimeAreNamed() {
    Tool.Output output =
        Tool.run("sample", "--checkpoint", RUN, "--length", "2", "--prime", "quagga and gnu");
    assertThat(output.code()).isZero();
    assertThat(output.err()).contains("does not know the words 'quagga'").contains("--prime");
  }
}
