package io.github.charlstm.cli;

import io.github.charlstm.tensorboard.RunEvents;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorflow.proto.GraphDef;

/** The flags that write a run for TensorBoard. */
final class TensorBoardFlags {
  static final Flag<Boolean> TENSORBOARD =
      Flag.toggle("tensorboard", "write the run for TensorBoard, to the folder tensorboard in it");
  static final Flag<Integer> HISTOGRAMS =
      Flag.integer(
          "histograms",
          1,
          Integer.MAX_VALUE,
          "with " + TENSORBOARD + ": variables and gradients every so many steps");

  private TensorBoardFlags() {}

  /** Steps from histograms to histograms, if any are wanted. */
  static Optional<Integer> histograms(Flags flags) {
    if (flags.has(HISTOGRAMS) && !flags.has(TENSORBOARD)) {
      throw new UsageException(
          HISTOGRAMS + " are part of what " + TENSORBOARD + " writes; give both");
    }
    return flags.find(HISTOGRAMS);
  }

  /**
   * Begins the files, if they are wanted.
   *
   * @param done steps that are done
   * @param graph to be shown
   */
  static RunEvents begin(
      Flags flags, Path run, long done, Supplier<GraphDef> graph, Console console) {
    Optional<Integer> every = histograms(flags);
    if (!flags.has(TENSORBOARD)) {
      return RunEvents.none();
    }
    RunEvents events = RunEvents.begin(run, done, graph.get(), every.orElse(0), console::note);
    console.note("to look at it: tensorboard --logdir " + run.resolve(RunEvents.FOLDER));
    return events;
  }
}
