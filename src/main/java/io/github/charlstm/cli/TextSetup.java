package io.github.charlstm.cli;

import io.github.charlstm.data.Documents;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.recipe.TrainingPlan;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TrainingSettings;
import io.github.charlstm.train.TrainingSpeed;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The model of a new run on a text, and how it is trained: by the recipe, or by the plan of recipe
 * {@code best}, with the changes by flags.
 */
record TextSetup(Vocabulary vocabulary, ModelSettings model, TrainingSettings training) {

  static TextSetup of(
      TrainingConfig config,
      Recipe recipe,
      TextReference text,
      TextCorpus cleaned,
      Console console) {
    TrainingSettings training =
        TrainingConfig.withoutShares(config.training(recipe.training()), text);
    Vocabulary vocabulary = cleaned.vocabulary(recipe.preparation(), training.documents());
    ModelSettings model = config.model(model(config, recipe, vocabulary.size()));
    TextSetup setup = new TextSetup(vocabulary, model, training);
    return recipe.equals(Recipes.BEST) ? setup.planned(config, text, cleaned, console) : setup;
  }

  /** The model of the recipe, or that of the run whose weights are taken. */
  static ModelSettings model(TrainingConfig config, Recipe recipe, int vocabularySize) {
    return config
        .weights()
        .map(weights -> weights.model(vocabularySize))
        .orElseGet(() -> recipe.model().apply(vocabularySize));
  }

  // Each choice is followed by the flags, and the next choices depend on the result.
  private TextSetup planned(
      TrainingConfig config, TextReference text, TextCorpus cleaned, Console console) {
    boolean divided = training.documents() != Division.NONE;
    Optional<Documents> documents =
        divided
            ? Optional.of(Documents.of(cleaned.text(), training.documents()))
            : Optional.empty();
    int most = training.numSteps();
    long length = cleaned.text().length();
    int numSteps =
        documents
            .map(all -> TrainingPlan.numSteps(all, most))
            .orElseGet(() -> TrainingPlan.numSteps(length, most));
    TrainingSettings steps = config.training(training.toBuilder().numSteps(numSteps).build());
    long padded = documents.map(all -> TrainingPlan.symbols(all, steps.numSteps())).orElse(length);
    long symbols = Math.round(padded * (1 - training.validation() - training.test()));
    int batchSize =
        TrainingPlan.batchSize(symbols, steps.numSteps(), Recipes.BEST.training().batchSize());
    TrainingSettings windows = config.training(steps.toBuilder().batchSize(batchSize).build());
    OptionalDouble minutes = config.minutes();
    double operations =
        minutes.isPresent()
            ? TrainingPlan.operationsOfMinutes(minutes.getAsDouble(), speed(config))
            : TrainingPlan.operationsOfEpochs(training.epochs(), symbols);
    ModelSettings sized =
        config.weights().isEmpty() && model instanceof RnnLanguageModel.Settings base
            ? config.model(TrainingPlan.model(base, operations, symbols))
            : model;
    double epochs =
        minutes.isPresent() ? TrainingPlan.epochs(sized, operations, symbols) : training.epochs();
    TrainingSettings planned =
        TrainingConfig.withoutShares(
            config.training(TrainingPlan.training(windows, sized, epochs, symbols)), text);
    console.note(TrainingPlan.reason(sized, planned, epochs, symbols));
    return new TextSetup(vocabulary, sized, planned);
  }

  /** Floating-point operations a second of training steps, measured in some seconds. */
  private double speed(TrainingConfig config) {
    ModelSettings probe = TrainingPlan.probe(model);
    TrainingSettings steps = config.training(Recipes.BEST.training()); // 32 x 100 but for flags
    return TrainingPlan.operationsPerStep(probe, steps)
        / TrainingSpeed.secondsPerStep(probe, steps, config.loop());
  }
}
