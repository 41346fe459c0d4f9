package io.github.charlstm.crash;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A kind of run that is killed. */
interface Subject {
  /** Steps between checkpoints. */
  int SAVE_EVERY = 3;

  String name();

  /** Arguments of charlstm that start a run up to a step. */
  List<String> begin(Path run, long steps);

  /** Arguments of charlstm that resume a run up to a step. */
  List<String> resume(Path run, long steps);

  /**
   * Resumes in this process, which is faster: from the newest checkpoint, or from the start if
   * there is none.
   *
   * @param like a run of the same settings
   */
  void finish(Path run, Path like, long steps) throws IOException;

  /** The step of the newest checkpoint, after reading and checking all its values. */
  default long savedSteps(Path run) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    CheckpointReader.open(checkpoint.variables()).verifyAll();
    return checkpoint.progress().step();
  }

  /** Prefix of the newest checkpoint's variables. */
  default Path variables(Path run) {
    return TrainingCheckpoint.open(run).variables();
  }

  /** Whether there is a checkpoint to resume from; otherwise the run starts again. */
  default boolean hasCheckpoint(Path run) {
    return Files.exists(run.resolve(CheckpointState.FILE_NAME));
  }

  /** {@code step loss} of a printed line; empty if it has none. */
  default String printedLoss(String line) {
    return "";
  }

  default Path metrics(Path run) {
    return run.resolve(MetricsWriter.FILE_NAME);
  }

  /** Prefixes of the files that TensorFlow writes into a checkpoint's folder. */
  List<String> nativeFiles();
}
