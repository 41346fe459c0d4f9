package io.github.charlstm.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Documents;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.train.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlanTest {
  private static final TrainingSettings BASE = Recipes.BEST.training();
  private static final double SPEED = 1e11;

  private static double operations(TrainingSettings training, RnnLanguageModel.Settings model) {
    double symbols = (double) training.steps() * training.batchSize() * training.numSteps();
    return 6 * TrainingPlan.weights(model) * symbols;
  }

  private static RnnLanguageModel.Settings model(double operations, long symbols) {
    RnnLanguageModel.Settings base = RnnLanguageModel.Settings.builder(65).units(1).build();
    return TrainingPlan.model(base, operations, symbols);
  }

  private static TrainingSettings training(
      RnnLanguageModel.Settings model, double operations, long symbols) {
    int batchSize = TrainingPlan.batchSize(symbols, BASE.numSteps(), BASE.batchSize());
    TrainingSettings base = BASE.toBuilder().batchSize(batchSize).build();
    double epochs = TrainingPlan.epochs(model, operations, symbols);
    return TrainingPlan.training(base, model, epochs, symbols);
  }

  @ParameterizedTest
  @CsvSource({"1, 1000000", "10, 1000000", "90, 1000000", "10, 30000000", "10, 200000"})
  void theOperationsFillTheTimeButAreAtMostSixtyEpochs(double minutes, long symbols) {
    double allowed = TrainingPlan.operationsOfMinutes(minutes, SPEED);
    RnnLanguageModel.Settings model = model(allowed, symbols);
    TrainingSettings training = training(model, allowed, symbols);

    assertThat(operations(training, model)).isBetween(allowed * 0.8, allowed * 1.001);
    assertThat(training.steps() * training.batchSize() * training.numSteps())
        .isLessThanOrEqualTo((TrainingPlan.MOST_EPOCHS + 1) * symbols);
  }

  @Test
  void moreTimeGivesALargerModel() {
    int before = 0;
    for (double minutes : new double[] {1, 10, 100}) {
      double allowed = TrainingPlan.operationsOfMinutes(minutes, SPEED);
      int units = model(allowed, 1_000_000).units();
      assertThat(units).isGreaterThan(before);
      before = units;
    }
  }

  @Test
  void aTinyTextHasSmallBatchesAndAWholeNumberOfSteps() {
    double allowed = TrainingPlan.operationsOfMinutes(10, SPEED);
    RnnLanguageModel.Settings model = model(allowed, 3_000);
    TrainingSettings training = training(model, allowed, 3_000);
    assertThat(training.batchSize()).isEqualTo(1);
    assertThat(training.steps()).isEqualTo(1_800);
    assertThat(training.keepProb()).isEqualTo(0.5f);
    assertThat(TrainingPlan.reason(model, training, 60, 3_000))
        .contains(model.describe(), "read 60.0 times in steps of 1 x 100", "keep_prob 0.5");
  }

  @Test
  void aShortTextGetsASmallModelHoweverMuchTimeThereIs() {
    double allowed = TrainingPlan.operationsOfMinutes(1000, SPEED);
    RnnLanguageModel.Settings model = model(allowed, 10_000);
    assertThat(TrainingPlan.weights(model)).isLessThan(100_000);
    TrainingSettings training = training(model, allowed, 10_000);
    assertThat(training.steps() * training.batchSize() * training.numSteps())
        .isLessThanOrEqualTo((TrainingPlan.MOST_EPOCHS + 1) * 10_000L);
  }

  @Test
  void epochsGiveTwentySymbolsAWeight() {
    double allowed = TrainingPlan.operationsOfEpochs(10, 1_000_000);
    RnnLanguageModel.Settings model = model(allowed, 1_000_000);
    assertThat(TrainingPlan.weights(model)).isCloseTo(500_000, within(50_000.0));
  }

  @Test
  void windowsHoldNineOfTenDocuments() {
    // predictions of 9 documents 5, of the last one 51
    String text = "Anna\n".repeat(9) + "x".repeat(50);
    Documents names = Documents.of(CharacterText.of(text), Documents.Division.LINES);
    assertThat(TrainingPlan.numSteps(names, 100)).isEqualTo(5);
    assertThat(TrainingPlan.numSteps(names, 3)).isEqualTo(3);
    assertThat(TrainingPlan.symbols(names, 5)).isEqualTo(9 * 5 + 55);
    assertThat(TrainingPlan.symbols(names, 100)).isEqualTo(10 * 100);
  }

  @Test
  void cellsOfFewerGatesHaveMoreUnits() {
    RnnLanguageModel.Settings gru =
        RnnLanguageModel.Settings.builder(65).units(1).cell(RnnLanguageModel.Cell.GRU).build();
    RnnLanguageModel.Settings sized = TrainingPlan.model(gru, 1e14, 1_000_000);
    assertThat(sized.cell()).isEqualTo(RnnLanguageModel.Cell.GRU);
    assertThat(sized.units()).isGreaterThan(model(1e14, 1_000_000).units());
    assertThat(TrainingPlan.probe(gru).cell()).isEqualTo(RnnLanguageModel.Cell.GRU);
  }

  @Test
  void aGivenMinimumOfTheLearningRateDoesNotContradictThePlan() {
    TrainingSettings base = BASE.toBuilder().learningRate(0.01f).minLearningRate(0.005f).build();
    TrainingSettings planned = TrainingPlan.training(base, model(1e14, 1_000_000), 3, 1_000_000);
    assertThat(planned.minLearningRate()).isEqualTo(planned.learningRate());
  }
}
