package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlagTest {
  private static final Flag<Integer> SIZE = Flag.integer("batch-size", 1, 9, "images a step");

  @Test
  void aValueThatIsNotAllowedIsNamedWithWhatIsExpected() {
    assertThat(SIZE.parse(List.of("9"))).isEqualTo(9);
    assertThatThrownBy(() -> SIZE.parse(List.of("10")))
        .isInstanceOf(UsageException.class)
        .hasMessage("--batch-size: expected a whole number from 1 to 9, found '10'");
  }

  @Test
  void theHelpShowsTheDefaultAndTheChoices() {
    Flag<String> loop = Flag.oneOf("loop", List.of("a", "b", "c"), "over time");

    assertThat(SIZE.help()).isEqualTo("images a step");
    assertThat(SIZE.orElse(3).help()).isEqualTo("images a step (default: 3)");
    assertThat(loop.help()).isEqualTo("over time: a, b or c");
    assertThat(loop.orElse("b").help()).isEqualTo("over time: a, b (default) or c");
    assertThat(Flag.text("x", "any").suggest(List.of("a")).help()).isEqualTo("any");
  }

  @Test
  void aSettingInAMessageBecomesTheFlagOfTheCommand() {
    assertThat(Flag.inMessage("lower `batch_size` or `num_steps`, not `$1", List.of(SIZE)))
        .isEqualTo("lower --batch-size or num_steps, not `$1");
  }
}
