package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamPowersTest {
  // beta2_power of a real run that trained 14001 steps, twice
  @Test
  void updatesAreCountedExactly() {
    assertThat(AdamPowers.updates(6.8002456e-13f)).hasValue(28002);
    assertThat(AdamPowers.updates(0.999f)).hasValue(0);
  }

  @Test
  void anotherBeta2OrAPowerThatIsGoneTellsNothing() {
    assertThat(AdamPowers.updates(0.99f)).isEmpty();
    assertThat(AdamPowers.updates(0)).isEmpty();
    assertThat(AdamPowers.updates(Float.NaN)).isEmpty();
    assertThat(AdamPowers.updates(2)).isEmpty();
  }

  @Test
  void aPowerCanBeMade() {
    assertThat(AdamPowers.after(0.9f, 0)).isEqualTo(0.9f);
    assertThat(AdamPowers.after(0.999f, 28002)).isCloseTo(6.8002456e-13f, within(1e-15f));
  }
}
