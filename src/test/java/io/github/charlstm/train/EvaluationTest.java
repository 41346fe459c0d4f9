package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.TrainingOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class EvaluationTest {
  private static final CharacterText TEXT = CharacterText.of("the cat sat on the mat. ".repeat(9));
  private static final Vocabulary VOCABULARY = Vocabulary.of(TEXT);

  @Test
  void aTemperatureIsOfTheProbabilitiesAndMayBeLow() {
    EvaluationBatches windows = new EvaluationBatches(VOCABULARY.encode(TEXT), 1, 10);
    try (LanguageModelSession session =
        LanguageModelSession.training(
            RnnLanguageModel.Settings.builder(VOCABULARY.size()).units(8).build(),
            1,
            10,
            TrainingOptions.builder().seed(2).build())) {
      session.initialize();
      double plain = Evaluation.of(session, windows).loss();
      assertThat(Evaluation.of(session, windows, 1, done -> {}).loss())
          .isCloseTo(plain, within(1e-5));
      // nearly the likeliest symbol alone: each other one costs its distance times 1,000
      assertThat(Evaluation.of(session, windows, 0.001, done -> {}).loss())
          .isFinite()
          .isGreaterThan(plain);
      assertThat(Evaluation.of(session, windows, 1e6, done -> {}).loss())
          .isCloseTo(Math.log(VOCABULARY.size()), within(1e-4));
    }
  }
}
