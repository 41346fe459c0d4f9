package io.github.charlstm.cli;

import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.recipe.Recipes;
import java.io.IOException;

/** {@code charlstm classify}: {@code charlstm train --recipe mnist} with defaults of its own. */
final class ClassifyCommand implements Command {
  @Override
  public Usage usage() {
    return Usage.of(
            "classify",
            "train the classifier of handwritten digits (recipe mnist), or go on with it")
        .flags(
            TrainFlags.IMAGES,
            TrainFlags.HOLDOUT,
            TrainFlags.RUN.help("the run's folder (default: checkpoints/mnist)"),
            TrainFlags.RESUME,
            TrainFlags.STEPS.help("training steps in all (default: 2000)"),
            TrainFlags.LOOP,
            TrainFlags.CROSS_ENTROPY.orElse(CrossEntropy.PRINTED),
            TrainFlags.BIDIRECTIONAL,
            TrainFlags.NUM_LAYERS.orElse(2),
            TrainFlags.LSTM_SIZE.orElse(256),
            TrainFlags.BATCH_SIZE.help("images a step").orElse(128),
            TrainFlags.LEARNING_RATE.orElse(0.001f),
            TrainFlags.KEEP_PROB.orElse(0.5f),
            TrainFlags.DETERMINISTIC,
            TrainFlags.SAVE_EVERY.orElse(200),
            TrainFlags.MAX_TO_KEEP,
            TrainFlags.SEED.help("of initial values, dropout and the images' order"),
            TrainFlags.TENSORBOARD,
            TrainFlags.HISTOGRAMS)
        .examples(
            "classify",
            "classify --data mnist --holdout 1000",
            "classify --loop unrolled --cross-entropy stable",
            "classify --config digits.json --steps 500",
            "classify --bidirectional --num-layers 1 --run checkpoints/mnist-both-ways",
            "classify --resume --run checkpoints/mnist --steps 3000");
  }

  @Override
  public String defaultsNote(Flags flags) {
    return TrainFlags.defaultsNote(flags, Recipes.MNIST.recipe());
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    TrainCommand.train(new TrainingConfig(flags, Recipes.MNIST.recipe()), console);
  }
}
