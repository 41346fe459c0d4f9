package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadTextTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClosedTextKeepsNoStateAndNoProbabilitiesButCanGoOn(boolean savesStates) {
    Chain model = new Chain(4, 7, savesStates);
    ReadText text = ReadText.of(model, 1, 2);
    assertThat(text.probabilities()).isEqualTo(model.after(1, 2));
    ReadText next = text.next(3);
    text.close();
    assertThat(model.openStates()).isEqualTo(savesStates ? 1 : 0);
    assertThatThrownBy(text::probabilities)
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("the text is closed");
    try (ReadText other = text.next(0)) {
      assertThat(other.probabilities()).isEqualTo(model.after(1, 2, 0));
    }
    assertThat(next.toArray()).containsExactly(1, 2, 3);
    assertThat(next.probabilities()).isEqualTo(model.after(1, 2, 3));
    next.close();
    assertThat(model.openStates()).isZero();
  }
}
