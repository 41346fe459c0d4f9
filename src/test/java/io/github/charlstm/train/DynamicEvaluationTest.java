package io.github.charlstm.train;

import static io.github.charlstm.data.Documents.Division.LINES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DocumentBatches;
import io.github.charlstm.data.Documents;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.AdaptiveSession;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.TrainingOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class DynamicEvaluationTest {
  private static final int STEPS = 10;
  private static final CharacterText TEXT =
      CharacterText.of("the cat sat on the mat and the dog sat on the log. ".repeat(20));
  private static final Vocabulary VOCABULARY = Vocabulary.of(TEXT);
  private static final EvaluationBatches WINDOWS =
      new EvaluationBatches(VOCABULARY.encode(TEXT), 1, STEPS);
  private static final ModelSettings MODEL =
      RnnLanguageModel.Settings.builder(VOCABULARY.size()).units(16).build();

  @TempDir Path root;

  private Path untrained() throws Exception {
    Path variables = root.resolve("variables");
    try (LanguageModelSession session =
        LanguageModelSession.training(MODEL, 1, STEPS, TrainingOptions.builder().build())) {
      session.initialize();
      session.saveCheckpoint(variables);
    }
    return variables;
  }

  private static Evaluation plain(Path variables) {
    try (LanguageModelSession session = LanguageModelSession.inference(MODEL, 1, STEPS)) {
      session.restoreAverages(variables);
      return Evaluation.of(session, WINDOWS);
    }
  }

  private static Evaluation dynamic(Path variables, AdaptiveSession.Settings settings) {
    try (AdaptiveSession session = AdaptiveSession.of(MODEL, 1, STEPS, settings, variables)) {
      return DynamicEvaluation.of(session, WINDOWS, WINDOWS, done -> {});
    }
  }

  @Test
  void aModelLearnsTheTextWhileItIsScored() throws Exception {
    Path variables = untrained();
    Evaluation before = plain(variables);
    Evaluation adapted = dynamic(variables, new AdaptiveSession.Settings(0.01f, 0));
    assertThat(adapted.predictions()).isEqualTo(before.predictions());
    assertThat(adapted.loss()).isLessThan(before.loss() - 0.5);
  }

  @Test
  void aWindowIsScoredBeforeTheWeightsAdaptToIt() throws Exception {
    Path variables = untrained();
    EvaluationBatches one =
        new EvaluationBatches(VOCABULARY.encode(TEXT.slice(0, STEPS + 1)), 1, STEPS);
    double before;
    try (LanguageModelSession session = LanguageModelSession.inference(MODEL, 1, STEPS)) {
      session.restoreAverages(variables);
      before = Evaluation.of(session, one).loss();
    }
    AdaptiveSession.Settings fast = new AdaptiveSession.Settings(10, 0);
    try (AdaptiveSession session = AdaptiveSession.of(MODEL, 1, STEPS, fast, variables)) {
      assertThat(DynamicEvaluation.of(session, WINDOWS, one, done -> {}).loss())
          .isCloseTo(before, within(1e-6));
    }
  }

  @Test
  void withAlmostNoLearningRateItIsThePlainEvaluation() throws Exception {
    Path variables = untrained();
    assertThat(dynamic(variables, new AdaptiveSession.Settings(1e-12f, 0.01f)).loss())
        .isCloseTo(plain(variables).loss(), within(1e-5));
  }

  @Test
  void aTemperatureScalesLogarithmsOfTheProbabilities() throws Exception {
    Path variables = untrained();
    try (LanguageModelSession session = LanguageModelSession.inference(MODEL, 1, STEPS)) {
      session.restoreAverages(variables);
      double plain = Evaluation.of(session, WINDOWS).loss();
      assertThat(Evaluation.of(session, WINDOWS, 1, done -> {}).loss())
          .isCloseTo(plain, within(1e-6));
      // without any certainty the loss is that of equally likely symbols
      assertThat(Evaluation.of(session, WINDOWS, 1e6, done -> {}).loss())
          .isCloseTo(Math.log(VOCABULARY.size()), within(1e-5));
      assertThatThrownBy(() -> Evaluation.of(session, WINDOWS, 0, done -> {}))
          .hasMessage("temperature: expected a finite number above 0, found 0.0");
    }
  }

  @Test
  void progressCountsTheWindowsOfBothTexts() throws Exception {
    AtomicLong last = new AtomicLong();
    try (AdaptiveSession session =
        AdaptiveSession.of(MODEL, 1, STEPS, new AdaptiveSession.Settings(0.01f, 0), untrained())) {
      DynamicEvaluation.of(session, WINDOWS, WINDOWS, last::set);
    }
    assertThat(last.get()).isEqualTo(DynamicEvaluation.windows(WINDOWS, WINDOWS));
  }

  @Test
  void paddingOfDocumentsTeachesNothing() throws Exception {
    assertThat(dynamicLossOfNames(10)).isCloseTo(dynamicLossOfNames(5), within(1e-4));
  }

  // Names of 4 letters are 5 predictions; longer windows end with padding.
  private double dynamicLossOfNames(int numSteps) throws Exception {
    CharacterText text = CharacterText.of("Anna\nEmma\nOlga\n".repeat(9));
    Vocabulary vocabulary = TextCorpus.of(text).vocabulary(TextPreparation.CHARACTERS, LINES);
    ModelSettings model = RnnLanguageModel.Settings.builder(vocabulary.size()).units(16).build();
    Path variables = root.resolve("names" + numSteps);
    TrainingOptions options = TrainingOptions.builder().seed(4).build();
    try (LanguageModelSession session = LanguageModelSession.training(model, 1, 5, options)) {
      session.initialize();
      session.saveCheckpoint(variables);
    }
    EvaluationWindows windows =
        DocumentBatches.inOrder(Documents.of(text, LINES).encode(vocabulary), 1, numSteps);
    AdaptiveSession.Settings settings = new AdaptiveSession.Settings(0.01f, 0);
    try (AdaptiveSession session = AdaptiveSession.of(model, 1, numSteps, settings, variables)) {
      return DynamicEvaluation.of(session, windows, windows, done -> {}).loss();
    }
  }

  @Test
  void numbersOutOfRangeAreRejected() {
    assertThatThrownBy(() -> new AdaptiveSession.Settings(0, 0))
        .hasMessage("`learning_rate`: expected a finite number above 0, found 0.0");
    assertThatThrownBy(() -> new AdaptiveSession.Settings(1, 1))
        .hasMessage("`decay`: expected a number from 0 to below 1, found 1.0");
  }
}
