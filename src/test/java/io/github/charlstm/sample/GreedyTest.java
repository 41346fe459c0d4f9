package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GreedyTest {

  @Test
  void theMostLikelySymbolIsChosen() {
    assertThat(new Greedy().next(new float[] {0.1f, 0.2f, 0.6f, 0.1f}, null)).isEqualTo(2);
  }

  @Test
  void ofEqualsTheFirstIsChosen() {
    assertThat(new Greedy().next(new float[] {0.2f, 0.4f, 0.4f}, null)).isEqualTo(1);
  }

  @Test
  void oneSymbolIsEnough() {
    assertThat(new Greedy().next(new float[] {1f}, null)).isZero();
  }
}
