package io.github.charlstm.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of run that is killed. */
interface Subject {
  /** Steps between checkpoints. */
  int SAVE_EVERY = 3;

  String name();

  /** Command line of charlstm that begins a run, to a step. */
  List<String> begin(Path run, long steps);

  /** Command line of charlstm that goes on with a run, to a step. */
  List<String> resume(Path run, long steps);

  /**
   * Goes on in this process, which is quicker: from the newest checkpoint, or from the start if
   * there is none.
   *
   * @param like a run of the same settings
   */
  void finish(Path run, Path like, long steps) throws IOException;

  /** Step of the newest checkpoint, every value of which is read and checked. */
  long savedSteps(Path run);

  /** Prefix of the newest checkpoint's variables. */
  Path variables(Path run);

  /** Whether there is a checkpoint to go on from; else the run is begun again. */
  boolean hasCheckpoint(Path run);

  /** {@code step loss} of a printed line; empty if it tells none. */
  String printedLoss(String line);

  Path metrics(Path run);

  /** Beginnings of what TensorFlow writes into a checkpoint, behind the name of their folder. */
  List<String> nativeFiles();
}
