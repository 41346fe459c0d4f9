package io.github.charlstm.train;

/**
 * How far a run is.
 *
 * @param step training steps done, from 0
 * @param epoch epoch of the next step, from 0
 * @param batch window of the next step in that epoch, from 0
 */
public record TrainingProgress(long step, int epoch, int batch) {
  public TrainingProgress {
    if (step < 0 || epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "step, epoch and batch must be 0 or more, found " + step + ", " + epoch + ", " + batch);
    }
  }

  /**
   * After so many steps from the start.
   *
   * @param batchesAnEpoch number of windows an epoch has
   */
  static TrainingProgress after(long steps, int batchesAnEpoch) {
    return new TrainingProgress(
        steps, Math.toIntExact(steps / batchesAnEpoch), (int) (steps % batchesAnEpoch));
  }
}
