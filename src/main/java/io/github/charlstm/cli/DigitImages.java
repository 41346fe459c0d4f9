package io.github.charlstm.cli;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.recipe.Recipes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The images that {@code charlstm classify} works on. */
final class DigitImages {
  private DigitImages() {}

  /**
   * What to train on and what to test on.
   *
   * @param folder that holds the files under their published names; the cache if empty
   * @param holdout 0 for training and test set, else how many of the test images to hold out
   */
  static MnistImages.Split find(Optional<Path> folder, int holdout, Console console) {
    MnistImages test =
        MnistImages.read(
            file(folder, DataSets.MNIST_TEST_IMAGES, console),
            file(folder, DataSets.MNIST_TEST_LABELS, console));
    if (holdout > 0) {
      return test.holdOut(holdout);
    }
    MnistImages training =
        MnistImages.read(
            file(folder, DataSets.MNIST_TRAIN_IMAGES, console),
            file(folder, DataSets.MNIST_TRAIN_LABELS, console));
    boolean whole = training.size() > Recipes.MNIST_VALIDATION;
    return new MnistImages.Split(
        whole ? training.part(Recipes.MNIST_VALIDATION, training.size()) : training, test);
  }

  private static Path file(Optional<Path> folder, DataSet dataSet, Console console) {
    if (folder.isEmpty()) {
      return TrainingData.cache()
          .find(dataSet)
          .orElseGet(() -> TrainingData.download(dataSet, console));
    }
    Path file = folder.get().resolve(dataSet.fileName());
    if (!Files.exists(file)) {
      boolean training = dataSet.fileName().startsWith("train");
      throw new InvalidDataException(
          file
              + " does not exist; put it there or leave "
              + TextFlags.DATA
              + " out to fetch it"
              + (training
                  ? ", or train on a part of the test images with "
                      + ClassifyCommand.HOLDOUT
                      + " 1000"
                  : ""));
    }
    return file;
  }
}
