package io.github.charlstm.cli;

import io.github.charlstm.tensorboard.RunEvents;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.apache.commons.cli.Options;
import org.tensorflow.proto.GraphDef;

/** The flags that write a run for TensorBoard. */
final class TensorBoardFlags {
  private static final String TENSORBOARD = "tensorboard";
  private static final String HISTOGRAMS = "histograms";

  private TensorBoardFlags() {}

  static void add(Options options) {
    options.addOption(
        null, TENSORBOARD, false, "write the run for TensorBoard, to the folder tensorboard in it");
    options.addOption(
        null, HISTOGRAMS, true, "with --tensorboard: variables and gradients every so many steps");
  }

  /** Steps from histograms to histograms, if any are wanted. */
  static OptionalInt histograms(Flags flags) {
    OptionalInt every = flags.integer(HISTOGRAMS, 1, Integer.MAX_VALUE);
    if (every.isPresent() && !flags.has(TENSORBOARD)) {
      throw new UsageException("--histograms are part of what --tensorboard writes; give both");
    }
    return every;
  }

  /**
   * Begins the files, if they are wanted.
   *
   * @param done steps that are done
   * @param graph to be shown
   */
  static RunEvents begin(
      Flags flags, Path run, long done, Supplier<GraphDef> graph, Console console) {
    OptionalInt every = histograms(flags);
    if (!flags.has(TENSORBOARD)) {
      return RunEvents.none();
    }
    RunEvents events = RunEvents.begin(run, done, graph.get(), every.orElse(0), console::note);
    console.note("to look at it: tensorboard --logdir " + run.resolve(RunEvents.FOLDER));
    return events;
  }
}
