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
    assertThat(split("abcdefghij", 0.2)).isEqualTo(parts("abcdefgh", "ij"));
  }

  @Test
  void codePointsAreCountedAndNeverSplit() {
    String clef = "\uD834\uDD1E";
    assertThat(split("ab" + clef + clef, 0.25)).isEqualTo(parts("ab" + clef, clef));
  }

  @Test
  void aValidationShareOfZeroHoldsOutNothing() {
    assertThat(split("abc", 0)).isEqualTo(parts("abc", ""));
  }

  @Test
  void theCountIsRoundedSoThatBinaryFractionsDoNotLoseACharacter() {
    // 100 * 0.29 is 28.999999999999996 in double arithmetic.
    assertThat(split("x".repeat(100), 0.29).validation().length()).isEqualTo(29);
  }

  @Test
  void validationComesBeforeTest() {
    assertThat(TextSplit.of(CharacterText.of("abcdefghij"), 0.2, 0.1))
        .isEqualTo(parts("abcdefg", "hi", "j"));
    assertThat(TextSplit.of(CharacterText.of("abcdefghij"), 0, 0.1))
        .isEqualTo(parts("abcdefghi", "", "j"));
  }

  @Test
  void sharesThatLeaveNothingToTrainOnAreRejected() {
    assertThatThrownBy(() -> TextSplit.of(CharacterText.of("abcdefghij"), 0.5, 0.5))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage("`validation` 0.5 and `test` 0.5 of 10 characters leave none to train on");
    assertThatThrownBy(() -> TextSplit.of(CharacterText.of("abcdefghij"), 0.5, 0.01))
        .hasMessage(
            "`test` 0.01 of 10 characters leaves 10 to train on and 0 to test on; both need at"
                + " least 1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void sharesOutOfRangeAreRejected(double share) {
    assertThatThrownBy(() -> split("abc", share))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "`validation`, the share held out, must be from 0 to less than 1, found " + share);
  }

  @ParameterizedTest
  @CsvSource({"0.01,10 to train on and 0 to", "0.99,0 to train on and 10 to"})
  void aValidationShareThatLeavesAPartEmptyIsRejected(double share, String complaint) {
    assertThatThrownBy(() -> split("abcdefghij", share))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(complaint);
  }

  private static TextSplit split(String text, double validationShare) {
    return TextSplit.of(CharacterText.of(text), validationShare);
  }

  private static TextSplit parts(String training, String validation) {
    return parts(training, validation, "");
  }

  private static TextSplit parts(String training, String validation, String test) {
    return new TextSplit(
        CharacterText.of(training), CharacterText.of(validation), CharacterText.of(test));
  }
}
