package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel;
import java.util.Collections;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class PredictionTraceTest {
  private static final LongConsumer NONE = done -> {};
  private static final float[] PREDICTED = {0.4f, 0.3f, 0.125f, 0.1f, 0.05f, 0.025f, 0f};

  // Predicts the same after every symbol.
  private static final class ConstantModel implements NextSymbolModel {
    int read;

    @Override
    public void resetState() {
      read = 0;
    }

    @Override
    public float[] predictNext(int symbol) {
      read++;
      return PREDICTED.clone();
    }

    @Override
    public void close() {}
  }

  @Test
  void bitsRanksAndGuessesAreThoseOfEachSymbol() {
    PredictionTrace trace = PredictionTrace.of(new ConstantModel(), new int[] {6, 2, 0, 5}, NONE);
    assertThat(trace.predictions()).isEqualTo(3);
    assertThat(trace.bits(1)).isCloseTo(3, within(1e-9));
    assertThat(List.of(trace.rank(1), trace.rank(2), trace.rank(3))).containsExactly(3, 1, 6);
    assertThat(trace.guesses(1))
        .extracting(PredictionTrace.Guess::symbol)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(trace.guesses(4)).hasSize(5);
    double mean = (3 - Math.log(0.4) / Math.log(2) - Math.log(0.025) / Math.log(2)) / 3;
    assertThat(trace.meanBits()).isCloseTo(mean, within(1e-6));
    assertThat(trace.shareAmongFirst(1)).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(trace.shareAmongFirst(5)).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(trace.layers()).isZero();
  }

  @Test
  void aZeroProbabilityGivesFiniteBits() {
    PredictionTrace trace = PredictionTrace.of(new ConstantModel(), new int[] {0, 6}, NONE);
    assertThat(trace.bits(1)).isCloseTo(126, within(1e-9));
  }

  @Test
  void theFirstSymbolHasNoBits() {
    PredictionTrace trace = PredictionTrace.of(new ConstantModel(), new int[] {0, 1}, NONE);
    assertThatThrownBy(() -> trace.bits(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> trace.bits(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> PredictionTrace.of(new ConstantModel(), new int[] {0}, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2");
  }

  @Test
  void markupAndInvisibleCharactersAreEscaped() {
    List<String> pieces = List.of("\0", "<", "\u202E", "\u05D0");
    Vocabulary vocabulary =
        Vocabulary.inOrder(List.of("\0", "<", "\u202E", "\u05D0", "a", "b", "c"));
    PredictionTrace trace = PredictionTrace.of(new ConstantModel(), new int[] {0, 1, 2, 3}, NONE);
    TextPage.ReadText text =
        new TextPage.ReadText("<x>", pieces, Collections.nCopies(4, true), "", "character");
    String html =
        TextPage.html(trace, text, vocabulary, List.of(), List.of(new Html.Entry("a", "</td><b>")));
    assertThat(html)
        .contains("<title>&lt;x&gt;</title>", "data-w=\"odd\">\u2400</span>", ">U+202E</span>")
        .doesNotContain("\0", "\u202E", "<b>", "<x>");
  }
}
