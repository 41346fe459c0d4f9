package io.github.charlstm.train;

import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What a run says when a checkpoint does not come to its place: what happened and what to do. */
final class CheckpointFailures {
  private CheckpointFailures() {}

  static IOException of(Path run, long step, Optional<Path> lastWhole, IOException reason) {
    return new IOException(
        "the checkpoint of step "
            + step
            + " cannot be written in "
            + run
            + " ("
            + FileFailures.reason(reason)
            + "); "
            + lastWhole.map(path -> "the last whole one is " + path).orElse("there is none before")
            + "; "
            + FileFailures.remedy(reason)
            + " and "
            + (lastWhole.isPresent() ? "go on with --resume --run " + run : "begin anew"),
        reason);
  }

  static InvalidRunException folderGone(Path run, Path rescued) {
    return new InvalidRunException(
        "run folder "
            + run
            + " was removed or moved while the run was going on; it was made anew with the"
            + " checkpoint "
            + rescued
            + ", all else is gone with it; go on with --resume --run "
            + run);
  }

  static InvalidRunException folderReplaced(Path run) {
    return new InvalidRunException(
        "run folder "
            + run
            + " was removed or moved while the run was going on, and holds another run now; resume"
            + " this one where it was moved to, or begin it anew in another folder (--run)");
  }
}
