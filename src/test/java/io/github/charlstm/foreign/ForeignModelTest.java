package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.sample.NextSymbolModel.SavedState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class ForeignModelTest {
  static List<String> fixtures() {
    return Fixture.names();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void givesPythonsPredictionsAndCrossEntropy(String name) {
    Fixture fixture = Fixture.of(name);
    try (ForeignModel model = fixture.open()) {
      assertPredicts(model, fixture);
      assertThat(model.crossEntropy(fixture.encodedText(), done -> {}))
          .isCloseTo(fixture.crossEntropy(), within(1e-4));
      assertPredicts(model, fixture); // the state was reset
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aSavedStateIsTheStateAfterTheSymbolsReadUntilThen(String name) {
    Fixture fixture = Fixture.of(name);
    int[] symbols = fixture.indices();
    try (ForeignModel model = fixture.open()) {
      int cut = symbols.length / 2;
      model.resetState();
      for (int k = 0; k < cut; k++) {
        model.predictNext(symbols[k]);
      }
      Optional<SavedState> saved = model.saveState();
      assertThat(saved.isEmpty())
          .isEqualTo(String.join(" ", model.reading()).contains("state in variables"));
      if (saved.isEmpty()) {
        return;
      }
      for (int round = 0; round < 2; round++) {
        model.predictNext(0);
        model.predictNext(1);
        saved.get().restore();
        for (int k = cut; k < symbols.length; k++) {
          assertThat(model.predictNext(symbols[k]))
              .as("after character %d", k)
              .containsExactly(fixture.predictions()[k], within(1e-5f));
        }
      }
      saved.get().close();
    }
  }

  static void assertPredicts(ForeignModel model, Fixture fixture) {
    model.resetState();
    float[][] expected = fixture.predictions();
    int[] symbols = fixture.indices();
    assertThat(model.vocabularySize()).isEqualTo(expected[0].length);
    for (int k = 0; k < symbols.length; k++) {
      assertThat(model.predictNext(symbols[k]))
          .as("after character %d", k)
          .containsExactly(expected[k], within(1e-5f));
    }
  }
}
