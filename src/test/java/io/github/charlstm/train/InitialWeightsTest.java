package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.NamedTensors;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class InitialWeightsTest {
  private static final String KERNEL = "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel";
  private static final String UPPER_KERNEL = "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel";
  private static final String SOFTMAX = "softmax/Variable";
  private static final CharacterText TEXT = CharacterText.of(SmallRun.TEXT);

  @TempDir Path root;
  private TrainingCheckpoint source;

  @BeforeEach
  void train() throws Exception {
    try (Trainer<TextTask> run =
        SmallRun.open(
            root.resolve("run"),
            SmallRun.settings(SmallRun.SETTINGS),
            TEXT,
            RnnImplementation.FUSED)) {
      run.run(OptionalLong.of(3), List.of(), () -> false);
    }
    source = TrainingCheckpoint.open(root.resolve("run"));
  }

  private static LanguageModelSession session(ModelSettings model) {
    LanguageModelSession session =
        LanguageModelSession.training(model, 1, 2, TrainingOptions.builder().seed(9).build());
    session.initialize();
    return session;
  }

  private static float at(NamedTensors values, String name, long row, long column) {
    return values.byName().get(name).getFloat(row, column);
  }

  @Test
  void movingAveragesBeginWithTheWeightsToo() {
    InitialWeights weights = new InitialWeights(source);
    ModelSettings model = source.settings().model();
    TrainingOptions averaging = TrainingOptions.builder().averageDecay(0.9).build();
    try (LanguageModelSession old = source.session(1, 2);
        LanguageModelSession begun = LanguageModelSession.training(model, 1, 2, averaging);
        LanguageModelSession averages = LanguageModelSession.inference(model, 1, 2)) {
      begun.initialize();
      weights.assignTo(begun, source.vocabulary());
      begun.copyVariables(averages);
      try (NamedTensors from = old.trainableValues();
          NamedTensors to = begun.trainableValues();
          NamedTensors averaged = averages.trainableValues()) {
        assertThat(at(to, UPPER_KERNEL, 4, 4)).isEqualTo(at(from, UPPER_KERNEL, 4, 4));
        assertThat(at(averaged, UPPER_KERNEL, 4, 4)).isEqualTo(at(from, UPPER_KERNEL, 4, 4));
      }
    }
  }

  @Test
  void sharedSymbolsKeepTheirRowsAndNewOnesStartFresh() {
    Vocabulary before = source.vocabulary();
    Vocabulary now = Vocabulary.of(CharacterText.of("ZYX the cat"));
    InitialWeights weights = new InitialWeights(source);
    ModelSettings model = weights.model(now.size());
    int shared = now.encode("t")[0];
    int trained = before.encode("t")[0];
    int fresh = now.encode("Z")[0];
    try (LanguageModelSession old = source.session(1, 2);
        LanguageModelSession begun = session(model);
        LanguageModelSession initial = session(model)) {
      weights.assignTo(begun, now);
      try (NamedTensors from = old.trainableValues();
          NamedTensors to = begun.trainableValues();
          NamedTensors random = initial.trainableValues()) {
        assertThat(weights.known(now)).isEqualTo(now.size() - 3);
        assertThat(at(to, KERNEL, shared, 5)).isEqualTo(at(from, KERNEL, trained, 5));
        assertThat(at(to, KERNEL, fresh, 5)).isEqualTo(at(random, KERNEL, fresh, 5));
        // the rows of the state come after those of the symbols
        assertThat(at(to, KERNEL, now.size() + 2L, 7))
            .isEqualTo(at(from, KERNEL, before.size() + 2L, 7));
        assertThat(at(to, SOFTMAX, 3, shared)).isEqualTo(at(from, SOFTMAX, 3, trained));
        assertThat(at(to, SOFTMAX, 3, fresh)).isEqualTo(at(random, SOFTMAX, 3, fresh));
        assertThat(at(to, UPPER_KERNEL, 4, 4)).isEqualTo(at(from, UPPER_KERNEL, 4, 4));
      }
    }
  }

  @Test
  void anotherModelIsRejectedWithBoth() {
    InitialWeights weights = new InitialWeights(source);
    Vocabulary now = source.vocabulary();
    try (LanguageModelSession other =
        session(CharLstm.Settings.of(now.size()).withLstmSize(9).withNumLayers(2))) {
      assertThatThrownBy(() -> weights.assignTo(other, now))
          .isInstanceOf(InvalidRunException.class)
          .hasMessageContaining("2 x LSTM 8")
          .hasMessageContaining("2 x LSTM 9");
    }
  }
}
