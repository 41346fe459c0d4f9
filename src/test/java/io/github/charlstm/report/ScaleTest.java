package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScaleTest {

  @Test
  void ticksAreRoundAndWithinTheScale() {
    Scale scale = Scale.of(0, 0.2, 4.4, 0, 100);
    assertThat(scale.ticks(6)).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0);
    assertThat(scale.text(3, 6)).isEqualTo("3");
    assertThat(Scale.of(0, 0, 0.3, 0, 1).text(0.1, 4)).isEqualTo("0.1");
    assertThat(Scale.plain(0.00012345)).isEqualTo("0.000123");
    assertThat(Scale.plain(456.4)).isEqualTo("456");
  }

  @Test
  void largeTicksAreShort() {
    Scale scale = Scale.of(0, 0, 3e30, 0, 100);
    assertThat(scale.text(2.5e30, 6)).isEqualTo("2.5E+30");
    assertThat(Scale.of(0, 0, 2e6, 0, 1).text(1_500_000, 4)).isEqualTo("1,500,000");
  }
}
