package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.model.OptimizerKind;
import org.junit.jupiter.api.Test;

class RunSettingsTest {
  private static RunSettings.Text with(OptimizerKind optimizer, double averageDecay) {
    return SmallRun.settings(
        SmallRun.SETTINGS.toBuilder().optimizer(optimizer).averageDecay(averageDecay).build());
  }

  @Test
  void whatHasVariablesOfItsOwnStaysWhenARunGoesOn() {
    RunSettings.Text adam = with(OptimizerKind.ADAM, 0);
    assertThatThrownBy(() -> adam.requireResumable(with(OptimizerKind.SGD, 0)))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("`optimizer` was adam and is now sgd");
    assertThatThrownBy(() -> adam.requireResumable(with(OptimizerKind.ADAM, 0.9)))
        .hasMessageContaining("`average_decay` was 0.0 and is now 0.9");
    assertThatCode(
            () -> with(OptimizerKind.ADAM, 0.9).requireResumable(with(OptimizerKind.ADAM, 0.99)))
        .doesNotThrowAnyException();
  }
}
