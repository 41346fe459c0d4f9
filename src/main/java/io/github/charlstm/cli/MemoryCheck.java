package io.github.charlstm.cli;

import io.github.charlstm.machine.Memory;
import io.github.charlstm.model.ModelSettings;
import java.util.Locale;

/** Refuses a run that no machine like this one can hold, before the system ends the process. */
final class MemoryCheck {
  private static final double GIGABYTE = 1e9;

  private MemoryCheck() {}

  /**
   * @throws UsageException if a training step takes more memory than there is
   */
  static void require(ModelSettings model, int batchSize, int numSteps) {
    require(model, batchSize, numSteps, Memory.here().most());
  }

  static void require(ModelSettings model, int batchSize, int numSteps, long memory) {
    double needed = model.minStepBytes(batchSize, numSteps);
    if (memory > 0 && needed > memory) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "a step of %d x %d characters of a vocabulary of %,d takes at least %.1f GB, and this"
                  + " machine has %.1f GB; lower --batch-size, --num-steps or --lstm-size",
              batchSize,
              numSteps,
              model.vocabularySize(),
              needed / GIGABYTE,
              memory / GIGABYTE));
    }
  }
}
