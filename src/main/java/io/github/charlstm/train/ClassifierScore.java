package io.github.charlstm.train;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifierSession;
import java.util.stream.IntStream;

/** How many of the test images are told right. */
final class ClassifierScore {
  private static final int BATCH = 500;

  private ClassifierScore() {}

  /** The share of the images that are told right, without dropout. */
  static double accuracy(RowClassifierSession session, MnistImages images) {
    long right = 0;
    int size = images.size();
    for (int from = 0; from < size; from += BATCH) {
      MnistImages part = images.part(from, Math.min(size, from + BATCH));
      int[] all = IntStream.range(0, part.size()).toArray();
      MnistImages.Batch batch = part.batch(all);
      float accuracy = session.measure(batch.images(), batch.labels()).accuracy();
      right += Math.round((double) accuracy * part.size());
    }
    return (double) right / size;
  }
}
