package io.github.charlstm.recipe;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import io.github.charlstm.train.ClassifierSettings;

/** The classifier of handwritten digits by rows, with the page's numbers. */
public final class MnistRows {
  /** The first images of the training set, which TF1's {@code read_data_sets} keeps aside. */
  public static final int VALIDATION = 5_000;

  private static final long SEED = 20180501L;

  private MnistRows() {}

  /**
   * {@return the page's settings: two layers of 256, batches of 128, 2000 steps, learning rate
   * 0.001, keep_prob 0.5, the accuracy every 200 steps}
   *
   * @param data which images
   */
  public static ClassifierSettings settings(ClassifierSettings.Data data) {
    return new ClassifierSettings(
        RowClassifier.Settings.builder()
            .image(MnistImages.ROWS, MnistImages.COLUMNS)
            .classes(MnistImages.CLASSES)
            .units(256)
            .numLayers(2)
            .loop(RnnImplementation.FUSED)
            .crossEntropy(CrossEntropy.PRINTED)
            .build(),
        128,
        2000,
        0.001f,
        0.5f,
        200,
        200,
        5,
        SEED,
        data,
        0);
  }
}
