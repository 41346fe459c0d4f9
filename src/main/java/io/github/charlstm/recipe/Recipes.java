package io.github.charlstm.recipe;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.OptimizerKind;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.model.ShakespeareLstm;
import io.github.charlstm.recipe.Recipe.StatusLine;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingSettings;
import io.github.charlstm.train.TrainingSettings.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** All recipes. */
public final class Recipes {
  /** Images at the start of MNIST's training set that TF1's {@code read_data_sets} sets aside. */
  public static final int MNIST_VALIDATION = 5_000;

  private static final long SEED = 20180501L;
  private static final List<String> FAR = List.of("Far");
  // prime_texts, as the cookbook prints them
  private static final List<String> COOKBOOK_PRIMES =
      List.of("thou art more", "to be or not to", "wherefore art thou");

  /** The default of {@code charlstm train} without a text of one's own. */
  public static final Recipe DEMO =
      new Recipe(
          "demo",
          "a small stack on the Macbeth that comes with the program: minutes, no download",
          "macbeth",
          vocabularySize -> CharLstm.Settings.of(vocabularySize).withLstmSize(128).withNumLayers(2),
          TextPreparation.CHARACTERS,
          TrainingSettings.builder()
              .batchSize(32)
              .numSteps(50)
              .epochs(60)
              .learningRate(0.004f)
              .gradClip(5)
              .keepProb(0.9f)
              .saveEvery(500)
              .maxToKeep(100)
              .seed(SEED)
              .build(),
          new Recipe.Progress(StatusLine.DEEP_LEARNING_BY_EXAMPLE, 50, 0, 0, FAR),
          Optional.empty());

  /** Anna Karenina as the book describes the model. */
  public static final Recipe ANNA =
      anna(
          "anna",
          "Anna Karenina, two stacked LSTMs with dropout (Deep Learning by Example, ch. 10)",
          2,
          false);

  /** Anna Karenina as the book's printed code runs the model. */
  public static final Recipe ANNA_AS_PRINTED =
      anna(
          "anna-as-printed", "the same as the printed code runs it: one LSTM, no dropout", 1, true);

  /** The cookbook's Shakespeare by character; each layer has its own variables. */
  public static final Recipe SHAKESPEARE =
      cookbook(
          "shakespeare",
          "Shakespeare by character, three stacked LSTMs (TensorFlow ML Cookbook, ch. 9)",
          settings -> settings.withNumLayers(3),
          TextPreparation.COOKBOOK_CHARACTERS,
          0.0005f,
          Optional.of(new ReferenceLosses(9430, 9490, 10, 1.41, 1.59, List.of())));

  /** The cookbook's Shakespeare by character, as {@code [cell] * 3} runs since TF 1.2. */
  public static final Recipe SHAKESPEARE_SHARED =
      cookbook(
          "shakespeare-shared",
          "the same with one cell's variables in all layers, as [cell] * 3 runs since TF 1.2",
          settings -> settings.withNumLayers(3).withSharedCell(true),
          TextPreparation.COOKBOOK_CHARACTERS,
          0.0005f,
          Optional.empty());

  /** The cookbook's Shakespeare by word. */
  public static final Recipe SHAKESPEARE_WORDS =
      cookbook(
          "shakespeare-words",
          "Shakespeare by word, one LSTM (the chapter's first version)",
          settings -> settings.withNumLayers(1),
          TextPreparation.COOKBOOK_WORDS,
          0.001f,
          Optional.empty());

  /** For a person's own text. */
  public static final Recipe BEST =
      new Recipe(
          "best",
          "a text of one's own: the largest model that the text and the time allow",
          "macbeth",
          vocabularySize ->
              RnnLanguageModel.Settings.builder(vocabularySize)
                  .units(512)
                  .embeddingSize(128)
                  .numLayers(2)
                  .build(),
          TextPreparation.CHARACTERS,
          TrainingSettings.builder()
              .batchSize(32)
              .numSteps(100)
              .epochs(10)
              .learningRate(0.003f)
              .schedule(Schedule.COSINE)
              .gradClip(1)
              .validation(0.1)
              .seed(SEED)
              .build(),
          new Recipe.Progress(StatusLine.DEEP_LEARNING_BY_EXAMPLE, 50, 0, 0, List.of()),
          Optional.empty());

  /** The small model of TF1's tutorial on Penn Treebank. */
  public static final Recipe PTB_SMALL =
      ptb(
          "ptb-small",
          "Penn Treebank by word, two LSTMs of 200 (TF1's ptb_word_lm.py, small)",
          new PtbModel(200, 0.1f, 5, 20, 1, 13, 4, 0.5));

  /** The medium one, with dropout. */
  public static final Recipe PTB_MEDIUM =
      ptb(
          "ptb-medium",
          "the same with two LSTMs of 650 and dropout (medium)",
          new PtbModel(650, 0.05f, 5, 35, 0.5f, 39, 6, 0.8));

  /** The large one, with more dropout. */
  public static final Recipe PTB_LARGE =
      ptb(
          "ptb-large",
          "the same with two LSTMs of 1500 and more dropout (large)",
          new PtbModel(1500, 0.04f, 10, 35, 0.35f, 55, 14, 1 / 1.15));

  /**
   * The tutorial's classifier of digits: two layers of 256, batches of 128, 2000 steps, learning
   * rate 0.001, keep_prob 0.5, accuracy every 200 steps.
   */
  public static final RunSettings.Images MNIST =
      new RunSettings.Images(
          "mnist",
          RowClassifier.Settings.defaults()
              .withImage(MnistImages.ROWS, MnistImages.COLUMNS)
              .withClasses(MnistImages.CLASSES)
              .withUnits(256)
              .withNumLayers(2)
              .withLoop(RnnImplementation.FUSED)
              .withCrossEntropy(CrossEntropy.PRINTED),
          TrainingSettings.builder()
              .batchSize(128)
              .numSteps(MnistImages.ROWS)
              .steps(2000)
              .learningRate(0.001f)
              .gradClip(0)
              .keepProb(0.5f)
              .measureEvery(200)
              .saveEvery(200)
              .maxToKeep(5)
              .seed(SEED)
              .build(),
          new RunSettings.ImageReference("", 0, ""));

  private Recipes() {}

  /** {@return every recipe, in the order of the books' chapters, the demo first} */
  public static List<Recipe> all() {
    return List.of(
        DEMO,
        BEST,
        ANNA,
        ANNA_AS_PRINTED,
        SHAKESPEARE,
        SHAKESPEARE_SHARED,
        SHAKESPEARE_WORDS,
        PTB_SMALL,
        PTB_MEDIUM,
        PTB_LARGE);
  }

  /** {@return the recipe with a name; empty if there is none} */
  public static Optional<Recipe> find(String name) {
    return all().stream().filter(recipe -> recipe.name().equals(name)).findFirst();
  }

  /** {@return the recipe that a run began with; {@link #ANNA} for an imported run} */
  public static Recipe ofRun(RunSettings.Text run) {
    return find(run.recipe()).orElse(ANNA);
  }

  /** {@return the recipe of a name; an IllegalArgumentException lists all if there is none} */
  public static Recipe named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no recipe '"
                        + name
                        + "'; there are "
                        + all().stream().map(Recipe::name).collect(Collectors.joining(", "))));
  }

  /** {@return the variant that the book's code runs; an IllegalArgumentException if none} */
  public static Recipe asPrinted(Recipe recipe) {
    if (recipe.asPrinted()) {
      return recipe;
    }
    return all().stream()
        .filter(other -> other.asPrinted() && other.dataSet().equals(recipe.dataSet()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "`as_printed`: recipe '" + recipe.name() + "' has no such variant"));
  }

  // batch_size 100, num_steps 100, learning_rate 0.001, keep_probability 0.5, epochs 5,
  // save_every_n 100, max_to_keep 100, generate_character_batches, as the book prints them
  private static Recipe anna(String name, String description, int numLayers, boolean asPrinted) {
    return new Recipe(
        name,
        description,
        "anna",
        vocabularySize ->
            CharLstm.Settings.of(vocabularySize)
                .withLstmSize(512)
                .withNumLayers(numLayers)
                .withAsPrinted(asPrinted),
        TextPreparation.CHARACTERS,
        TrainingSettings.builder()
            .batchSize(100)
            .numSteps(100)
            .epochs(5)
            .learningRate(0.001f)
            .gradClip(5)
            .keepProb(0.5f)
            .saveEvery(100)
            .maxToKeep(100)
            .lastTarget(LastTarget.FIRST_INPUT)
            .seed(SEED)
            .build(),
        new Recipe.Progress(StatusLine.DEEP_LEARNING_BY_EXAMPLE, 1, 0, 0, FAR),
        Optional.of(
            ReferenceLosses.of(
                978, 1.7151, 1.7428, 1.7151, 1.7236, 1.7314, 1.7369, 1.7075, 1.7304, 1.7128, 1.7107,
                1.7351, 1.7260, 1.7144)));
  }

  // batch_size 100, training_seq_len 50, epochs 10, clip 4.5, save_every 500, no dropout, and
  // the Saver's own max_to_keep of 5; a status line every 10 iterations; eval_every 50
  private static Recipe cookbook(
      String name,
      String description,
      UnaryOperator<ShakespeareLstm.Settings> model,
      TextPreparation preparation,
      float learningRate,
      Optional<ReferenceLosses> book) {
    return new Recipe(
        name,
        description,
        "shakespeare",
        vocabularySize -> model.apply(ShakespeareLstm.Settings.of(vocabularySize).withRnnSize(128)),
        preparation,
        TrainingSettings.builder()
            .batchSize(100)
            .numSteps(50)
            .epochs(10)
            .learningRate(learningRate)
            .gradClip(4.5f)
            .keepProb(1)
            .saveEvery(500)
            .maxToKeep(5)
            .lastTarget(LastTarget.FIRST_INPUT)
            .seed(SEED)
            .build(),
        new Recipe.Progress(StatusLine.COOKBOOK, 10, 50, 10, COOKBOOK_PRIMES),
        book);
  }

  // hidden_size, init_scale, max_grad_norm, num_steps, keep_prob, max_max_epoch, max_epoch,
  // lr_decay
  private record PtbModel(
      int hiddenSize,
      float initScale,
      float maxGradNorm,
      int numSteps,
      float keepProb,
      int maxMaxEpoch,
      int maxEpoch,
      double lrDecay) {}

  // Zaremba, Sutskever and Vinyals, Recurrent neural network regularization, arXiv:1409.2329, by
  // the configurations of ptb_word_lm.py: num_layers 2, batch_size 20, learning_rate 1.0 of
  // gradient descent, forget_bias 0.0; a checkpoint and a validation each epoch of 929,589 words
  private static Recipe ptb(String name, String description, PtbModel model) {
    int batchSize = 20;
    int epochSize = (929_589 / batchSize - 1) / model.numSteps();
    return new Recipe(
        name,
        description,
        "ptb",
        vocabularySize ->
            RnnLanguageModel.Settings.builder(vocabularySize)
                .units(model.hiddenSize())
                .numLayers(2)
                .forgetBias(0)
                .initScale(model.initScale())
                .build(),
        TextPreparation.PTB_WORDS,
        TrainingSettings.builder()
            .batchSize(batchSize)
            .numSteps(model.numSteps())
            .epochs(model.maxMaxEpoch())
            .optimizer(OptimizerKind.SGD)
            .learningRate(1)
            .decayRate(model.lrDecay())
            .decayAfter(model.maxEpoch())
            .sumOverSteps(true)
            .gradClip(model.maxGradNorm())
            .keepProb(model.keepProb())
            .inputKeepProb(model.keepProb())
            .saveEvery(epochSize)
            .seed(SEED)
            .build(),
        new Recipe.Progress(
            StatusLine.DEEP_LEARNING_BY_EXAMPLE, epochSize / 10, 0, 0, List.of("the")),
        Optional.empty());
  }
}
