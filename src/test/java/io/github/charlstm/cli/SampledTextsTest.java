package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampledTextsTest {

  @Test
  void seedsOfFurtherTextsAreFixedSoThatTheyCanBeDrawnAgain() {
    assertThat(SampledTexts.seed(1, 1)).isEqualTo(1);
    assertThat(SampledTexts.seed(1, 2)).isEqualTo(1703865447);
    assertThat(SampledTexts.seed(1, 3)).isEqualTo(2066896222);
    assertThat(SampledTexts.seed(20180501, 3)).isEqualTo(450717681);
  }
}
