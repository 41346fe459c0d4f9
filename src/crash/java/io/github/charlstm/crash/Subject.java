package io.github.charlstm.crash;

import java.io.IOException;
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
  long savedSteps(Path run);

  /** Prefix of the newest checkpoint's variables. */
  Path variables(Path run);

  /** Whether there is a checkpoint to resume from; otherwise the run starts again. */
  boolean hasCheckpoint(Path run);

  /** {@code step loss} of a printed line; empty if it has none. */
  String printedLoss(String line);

  Path metrics(Path run);

  /** Prefixes of the files that TensorFlow writes into a checkpoint's folder. */
  List<String> nativeFiles();
}
