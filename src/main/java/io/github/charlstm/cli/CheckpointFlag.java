package io.github.charlstm.cli;

import io.github.charlstm.train.TrainingCheckpoint;
import org.apache.commons.cli.Options;

/** {@code --checkpoint}, the same for every command that opens one. */
final class CheckpointFlag {
  private static final String NAME = "checkpoint";

  private CheckpointFlag() {}

  static Options options() {
    return new Options()
        .addOption(null, NAME, true, "a checkpoint or a run (default: the newest in checkpoints/)");
  }

  /** The checkpoint that the flag names, or the newest whole one of the newest run. */
  static TrainingCheckpoint open(Flags flags, Console console) {
    return TrainingCheckpoint.openWhole(
        flags.path(NAME).orElseGet(() -> RunFolders.newest("--" + NAME)), console::note);
  }
}
