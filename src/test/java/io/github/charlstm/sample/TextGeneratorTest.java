package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstmSettings;
import io.github.charlstm.model.CharRnnSettings;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.NextSymbolModel;
import io.github.charlstm.model.ShakespeareSettings;
import io.github.charlstm.model.TrainingOptions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A text written in chunks is the text that a call a symbol writes. */
class TextGeneratorTest {
  private static final String SYMBOLS = "abcdefghijk ";
  private static final Vocabulary CHARACTERS = Vocabulary.of(SYMBOLS);
  private static final String PRIME = "cab a";
  private static final int LENGTH = 200;
  private static final int V = CHARACTERS.size();

  static Stream<ModelSettings> models() {
    return Stream.of(
        new CharLstmSettings(V, 9, 2, false),
        new CharLstmSettings(V, 8, 1, true),
        new CharRnnSettings(V, 9, 2, CharRnnSettings.Cell.BASIC_LSTM_CELL),
        new CharRnnSettings(V, 8, 2, CharRnnSettings.Cell.GRU_CELL),
        new CharRnnSettings(V, 7, 1, CharRnnSettings.Cell.BASIC_RNN_CELL),
        new ShakespeareSettings(V, 9, 3, false),
        new ShakespeareSettings(V, 8, 2, true),
        new ShakespeareSettings(V, 7, 1, false));
  }

  static List<NextSymbolPolicy> policies() {
    return List.of(
        new TopN(),
        TopN.all(),
        new TopN(1),
        new TopN(V),
        new Greedy(),
        new Temperature(0.7),
        new Temperature(1.6, new TopN(5)),
        new Temperature(0.5, new Temperature(3, TopN.all())),
        new Temperature(0.4, new Greedy()));
  }

  static Stream<Arguments> both() {
    return models().flatMap(m -> policies().stream().map(p -> Arguments.of(m, p)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyPolicyWritesTheSameTextInChunksAndOneByOne(ModelSettings settings) {
    try (LanguageModelSession session = trained(settings)) {
      for (NextSymbolPolicy policy : policies()) {
        String expected = text(new OneByOne(session), CHARACTERS, PRIME, policy, 64);
        assertThat(expected).hasSize(LENGTH);
        for (int chunk : new int[] {1, 7, 64, 500}) {
          assertThat(text(session, CHARACTERS, PRIME, policy, chunk))
              .as("%s, chunks of %d", policy, chunk)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** Trained a little, so that probabilities differ. */
  private static LanguageModelSession trained(ModelSettings settings) {
    LanguageModelSession writing = LanguageModelSession.inference(settings, 1, 1);
    try (LanguageModelSession session =
        LanguageModelSession.training(settings, 2, 6, new TrainingOptions(0.05f, 5f, 3))) {
      session.initialize();
      session.setLearningRate(0.05f);
      for (int k = 0; k < 30; k++) {
        session.trainStep(
            new int[] {1, 2, 3, 0, 4, 5, 6, 7, 8, 9, 10, 11},
            new int[] {2, 3, 0, 4, 5, 1, 7, 8, 9, 10, 11, 6},
            KeepProbs.ALL);
      }
      session.copyVariables(writing);
    }
    return writing;
  }

  private static String text(
      NextSymbolModel model,
      Vocabulary vocabulary,
      String prime,
      NextSymbolPolicy policy,
      int chunk) {
    StringBuilder text = new StringBuilder();
    new TextGenerator(model, vocabulary, chunk)
        .generate(prime, LENGTH, policy, new Random(11), text::append);
    return text.toString();
  }

  /** Hides that a model writes by itself. */
  private record OneByOne(NextSymbolModel model) implements NextSymbolModel {
    @Override
    public void resetState() {
      model.resetState();
    }

    @Override
    public float[] predictNext(int symbol) {
      return model.predictNext(symbol);
    }

    @Override
    public void close() {}
  }
}
