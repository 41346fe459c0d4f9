package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NextSymbolPolicyTest {
  @Test
  void greedyChoosesTheMostLikelySymbol() {
    assertThat(new Greedy().next(new float[] {0.1f, 0.2f, 0.6f, 0.1f}, null)).isEqualTo(2);
  }

  @Test
  void greedyChoosesTheFirstOfEquals() {
    assertThat(new Greedy().next(new float[] {0.2f, 0.4f, 0.4f}, null)).isEqualTo(1);
  }

  @Test
  void greedyChoosesTheOnlySymbol() {
    assertThat(new Greedy().next(new float[] {1f}, null)).isZero();
  }

  @Test
  void exceptedSymbolsAreNeverChosen() {
    NextSymbolPolicy policy = new Except(Set.of(0, 2), new TopN(1));
    assertThat(policy.next(new float[] {0.5f, 0.1f, 0.3f, 0.1f}, new SplittableRandom(1)))
        .isEqualTo(3);
    assertRejected(policy, "found all 3 to be 0", 0.5f, 0f, 0.5f);
  }

  static Stream<NextSymbolPolicy> policies() {
    return Stream.of(
        new TopN(),
        TopN.all(),
        new Greedy(),
        new Temperature(0.7),
        new Temperature(2, new TopN()),
        new Except(Set.of(0), new TopN()));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void noProbabilitiesAreRejected(NextSymbolPolicy policy) {
    assertRejected(policy, "at least one probability");
  }

  @ParameterizedTest
  @MethodSource("policies")
  void allZeroIsRejected(NextSymbolPolicy policy) {
    assertRejected(policy, "found all 3 to be 0", 0f, 0f, 0f);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void naNIsRejectedWithItsPosition(NextSymbolPolicy policy) {
    assertRejected(policy, "found NaN for symbol 1 of 3", 0.5f, Float.NaN, 0.5f);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void infiniteAndNegativeAreRejected(NextSymbolPolicy policy) {
    assertRejected(policy, "found Infinity for symbol 0", Float.POSITIVE_INFINITY, 0.5f);
    assertRejected(policy, "found -0.1 for symbol 1", 1.1f, -0.1f);
  }

  private static void assertRejected(
      NextSymbolPolicy policy, String message, float... probabilities) {
    assertThatThrownBy(() -> policy.next(probabilities, new SplittableRandom(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }
}
