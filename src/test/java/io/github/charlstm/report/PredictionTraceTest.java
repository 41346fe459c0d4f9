package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.NextSymbolModel;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTraceTest {
  private static final float[] FORETOLD = {0.4f, 0.3f, 0.125f, 0.1f, 0.05f, 0.025f, 0f};

  // Expects the same whatever it has read, and counts what it is asked.
  private static final class Stubborn implements NextSymbolModel {
    int read;

    @Override
    public void resetState() {
      read = 0;
    }

    @Override
    public float[] predictNext(int symbol) {
      read++;
      return FORETOLD.clone();
    }

    @Override
    public void close() {}
  }

  @Test
  void bitsRanksAndGuessesAreOfTheSymbolThatCame() {
    PredictionTrace reading = PredictionTrace.of(new Stubborn(), new int[] {6, 2, 0, 5});
    assertThat(reading.predictions()).isEqualTo(3);
    assertThat(reading.bits(1)).isCloseTo(3, within(1e-9));
    assertThat(List.of(reading.rank(1), reading.rank(2), reading.rank(3))).containsExactly(3, 1, 6);
    assertThat(reading.guesses(1))
        .extracting(PredictionTrace.Guess::symbol)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(reading.guesses(4)).hasSize(5);
    double mean = (3 - Math.log(0.4) / Math.log(2) - Math.log(0.025) / Math.log(2)) / 3;
    assertThat(reading.meanBits()).isCloseTo(mean, within(1e-6));
    assertThat(reading.shareAmongFirst(1)).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(reading.shareAmongFirst(5)).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(reading.layers()).isZero();
  }

  @Test
  void whatTheModelHeldImpossibleIsAFiniteSurprise() {
    PredictionTrace reading = PredictionTrace.of(new Stubborn(), new int[] {0, 6});
    assertThat(reading.bits(1)).isCloseTo(126, within(1e-9));
  }

  @Test
  void theFirstSymbolHasNoBits() {
    PredictionTrace reading = PredictionTrace.of(new Stubborn(), new int[] {0, 1});
    assertThatThrownBy(() -> reading.bits(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reading.bits(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> PredictionTrace.of(new Stubborn(), new int[] {0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2");
  }

  @Test
  void aTextOfNothingButOddCharactersIsAPage() {
    List<String> pieces = List.of("\0", "<", "\u202E", "\u05D0");
    Vocabulary vocabulary =
        Vocabulary.inOrder(List.of("\0", "<", "\u202E", "\u05D0", "a", "b", "c"));
    PredictionTrace reading = PredictionTrace.of(new Stubborn(), new int[] {0, 1, 2, 3});
    ReadText text = new ReadText("<x>", pieces, Collections.nCopies(4, true), "", "character");
    String html =
        TextPage.html(reading, text, vocabulary, List.of(), List.of(new Entry("a", "</td><b>")));
    assertThat(html)
        .contains("<title>&lt;x&gt;</title>", "data-w=\"odd\">\u2400</span>", ">U+202E</span>")
        .doesNotContain("\0", "\u202E", "<b>", "<x>");
  }
}
