package io.github.charlstm.checkpoint;

/**
 * Hears how far {@link AtomicDirectory#publish} has come. It runs on the publishing thread, before
 * the next stage begins; what it throws ends the publishing like any failure.
 */
@FunctionalInterface
public interface PublishListener {
  /** The stages, in order. */
  enum Stage {
    /** The temporary folder exists and is empty. */
    BEFORE_WRITE,
    /** The writer is done; nothing is certain to be on the disk. */
    WRITTEN,
    /** Every file and folder is on the disk, still under the temporary name. */
    SYNCED,
    /** Only if there was a target before: it is moved aside, and nothing has its name. */
    MOVED_ASIDE,
    /** The target is complete; an old one may still lie aside. */
    RENAMED
  }

  /**
   * Hears how far a checkpoint is.
   *
   * @param stage the stage that was just reached
   */
  void onStage(Stage stage);
}
