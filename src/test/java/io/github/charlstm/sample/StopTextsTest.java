package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator.End;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StopTextsTest {
  @Test
  void aTextEndsBeforeTheFirstStopHoweverItIsCutIntoPieces() {
    Random random = new Random(2);
    for (int trial = 0; trial < 500; trial++) {
      String text = letters(random, random.nextInt(30));
      List<String> stops =
          IntStream.range(0, random.nextInt(4))
              .mapToObj(k -> letters(random, 1 + random.nextInt(5)))
              .toList();
      int end = text.length();
      for (String stop : stops) {
        end = text.contains(stop) ? Math.min(end, text.indexOf(stop)) : end;
      }
      boolean stopped = stops.stream().anyMatch(text::contains);
      StringBuilder written = new StringBuilder();
      StopTexts output = new StopTexts(stops, written::append);
      int whole = 0; // pieces that end before the stop
      boolean ended = false;
      for (int from = 0; from < text.length() && !ended; ) {
        int until = Math.min(text.length(), from + 1 + random.nextInt(4));
        ended = output.accept(text.substring(from, until));
        whole += until <= end ? 1 : 0;
        from = until;
      }
      if (!ended) {
        output.finish();
      }
      assertThat(ended).as("%s in %s", stops, text).isEqualTo(stopped);
      assertThat(written.toString()).as("%s in %s", stops, text).isEqualTo(text.substring(0, end));
      assertThat(output.passed()).isEqualTo(whole);
    }
  }

  @Test
  void whatCannotBeTheBeginningOfAStopIsWrittenAtOnce() {
    StringBuilder written = new StringBuilder();
    StopTexts output = new StopTexts(List.of("abac"), written::append);
    output.accept("xab");
    assertThat(written).hasToString("x");
    output.accept("a");
    output.accept("b");
    assertThat(written).hasToString("xab"); // "ab" may go on with "ac"
    output.finish();
    assertThat(written).hasToString("xabab");
  }

  @Test
  void aGeneratedTextEndsBeforeAStopWithItsLength() {
    Vocabulary vocabulary = Vocabulary.of("abcd");
    Chain model = new Chain(4, 4, true);
    String whole =
        new TextGenerator(model, vocabulary).continued("a", 200, TopN.all(), new Random(1));
    int at = whole.indexOf("bd", 1);
    assertThat(at).isPositive();
    StringBuilder text = new StringBuilder("a");
    TextGenerator.Generated generated =
        new TextGenerator(model, vocabulary)
            .endingBefore(List.of("bd"))
            .generate("a", 200, TopN.all(), new Random(1), text::append);
    assertThat(text).hasToString(whole.substring(0, at));
    assertThat(generated).isEqualTo(new TextGenerator.Generated(at - 1, End.STOP));
  }

  @Test
  void anEmptyStopIsRejected() {
    TextGenerator generator = new TextGenerator(new Chain(2, 1, true), Vocabulary.of("ab"));
    assertThatThrownBy(() -> generator.endingBefore(List.of("a", "")))
        .hasMessage("`stop`: expected at least one character, found none");
  }

  private static String letters(Random random, int length) {
    return random
        .ints(length, 'a', 'd')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
