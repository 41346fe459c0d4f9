package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StepCountTest {
  // beta2_power of a real run that trained 14001 steps, twice
  @Test
  void updatesAreCountedExactly() {
    assertThat(StepCount.updates(6.8002456e-13f)).hasValue(28002);
    assertThat(StepCount.updates(0.999f)).hasValue(0);
  }

  @Test
  void anotherBeta2OrAPowerOfZeroGivesNoCount() {
    assertThat(StepCount.updates(0.99f)).isEmpty();
    assertThat(StepCount.updates(0)).isEmpty();
    assertThat(StepCount.updates(Float.NaN)).isEmpty();
    assertThat(StepCount.updates(2)).isEmpty();
  }

  @Test
  void thePowerOfACountIsThatOfTheRun() {
    assertThat(StepCount.power(0.9f, 0)).isEqualTo(0.9f);
    assertThat(StepCount.power(0.999f, 28002)).isCloseTo(6.8002456e-13f, within(1e-15f));
  }
}
