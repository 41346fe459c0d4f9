package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CharlstmContestantTest {
  private static Network small(Network.Input input) {
    int outputs = input == Network.Input.ROWS ? 3 : 5;
    return new Network(input, 5, outputs, 16, 2, 20, 4, 1f, 5f, 0.05f);
  }

  @ParameterizedTest
  @EnumSource(Network.Input.class)
  void trainsEachKindOfNetwork(Network.Input input) {
    try (Contestant contestant = CharlstmContestant.of(new Task(Task.Kind.TRAIN, small(input)))) {
      double first = contestant.step();
      double last = first;
      for (int step = 0; step < 40; step++) {
        last = contestant.step();
      }
      assertThat(last).isLessThan(first / 2);
    }
  }

  @Test
  void samplesAndMultiplies() {
    Network text = small(Network.Input.ONE_HOT).withBatch(1).withSteps(1);
    try (Contestant sampling = CharlstmContestant.of(new Task(Task.Kind.SAMPLE, text));
        Contestant product = CharlstmContestant.of(Task.product(64))) {
      assertThat(sampling.step()).isZero();
      assertThat(product.step()).isZero();
      assertThat(product.describe()).contains("64 x 64");
    }
  }
}
