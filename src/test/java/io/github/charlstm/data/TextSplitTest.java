package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextSplitTest {

  @Test
  void theTailIsHeldOut() {
    assertThat(TextSplit.of("abcdefghij", 0.2)).isEqualTo(new TextSplit("abcdefgh", "ij"));
  }

  @Test
  void codePointsAreCountedAndNeverCut() {
    String clef = "\uD834\uDD1E";
    assertThat(TextSplit.of("ab" + clef + clef, 0.25)).isEqualTo(new TextSplit("ab" + clef, clef));
  }

  @Test
  void aShareOfNothingHoldsOutNothing() {
    assertThat(TextSplit.of("abc", 0)).isEqualTo(new TextSplit("abc", ""));
  }

  @Test
  void theCountIsRoundedSoThatBinaryFractionsDoNotLoseACharacter() {
    // 100 * 0.29 is 28.999999999999996 in double arithmetic.
    assertThat(TextSplit.of("x".repeat(100), 0.29).validation()).hasSize(29);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void sharesOutOfRangeAreRefused(double share) {
    assertThatThrownBy(() -> TextSplit.of("abc", share))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "the share held out (--validation) must be from 0 to less than 1, found " + share);
  }

  @ParameterizedTest
  @CsvSource({"0.01,10 to train on and 0 to", "0.99,0 to train on and 10 to"})
  void aShareThatLeavesAPartEmptyIsRefused(double share, String complaint) {
    assertThatThrownBy(() -> TextSplit.of("abcdefghij", share))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(complaint);
  }
}
