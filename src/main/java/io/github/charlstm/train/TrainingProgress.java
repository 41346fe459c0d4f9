package io.github.charlstm.train;

/** How far a run is: steps done, and the next epoch and window ({@code batch}), all from 0. */
public record TrainingProgress(long step, int epoch, int batch) {
  public TrainingProgress {
    if (step < 0 || epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "step, epoch and batch must be 0 or more, found " + step + ", " + epoch + ", " + batch);
    }
  }

  /** After so many steps from the start, by the number of windows in an epoch. */
  static TrainingProgress after(long steps, int batchesAnEpoch) {
    return new TrainingProgress(
        steps, Math.toIntExact(steps / batchesAnEpoch), (int) (steps % batchesAnEpoch));
  }
}
