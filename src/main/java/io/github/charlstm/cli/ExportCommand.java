package io.github.charlstm.cli;

import io.github.charlstm.data.FileFailures;
import io.github.charlstm.interop.CheckpointExport;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class ExportCommand implements Command {
  private static final String SAVED_MODEL = "saved-model";
  private static final String TF1_CHECKPOINT = "tf1-checkpoint";
  private static final String GRAPH_DEF = "graphdef";
  private static final Flag<String> FORMAT =
      Flag.oneOf("format", List.of(SAVED_MODEL, TF1_CHECKPOINT, GRAPH_DEF), "what to write");
  static final Flag<Path> TO =
      Flag.path("to", "a new folder; of a graphdef a new .pbtxt or .pb file");
  private static final String SAMPLING = "sampling";
  private static final Flag<String> GRAPH =
      Flag.oneOf("graph", List.of(SAMPLING, "training"), "of a graphdef").orElse(SAMPLING);

  @Override
  public Usage usage() {
    return Usage.of(
            "export",
            "write a checkpoint for Python: a SavedModel, a TF1 checkpoint, or the graph alone")
        .flags(RunFolders.CHECKPOINT, FORMAT, TO, GRAPH)
        .examples(
            "export --checkpoint checkpoints/anna --format saved-model --to anna-saved-model",
            "export --checkpoint checkpoints/anna --format tf1-checkpoint --to save",
            "export --format graphdef --graph training --to graphs/anna.pbtxt");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    String format = flags.get(FORMAT);
    Path target = flags.get(TO);
    String tag =
        flags.get(GRAPH).equals(SAMPLING)
            ? LanguageModelSession.SERVING_TAG
            : LanguageModelSession.TRAINING_TAG;
    if (flags.has(GRAPH) && !format.equals(GRAPH_DEF)) {
      throw new UsageException(GRAPH + " goes with " + FORMAT + " graphdef only");
    }
    TrainingCheckpoint checkpoint = RunFolders.openCheckpoint(flags, console);
    try {
      Path written = console.during("exporting", () -> write(checkpoint, format, tag, target));
      console.note("exported %s to %s", checkpoint.folder(), written);
      console.result(
          () ->
              Json.object()
                  .put("checkpoint", checkpoint.folder())
                  .put("format", format)
                  .put("written", written));
    } catch (FileSystemException e) {
      throw refused(target, e);
    } catch (IOException e) {
      throw new IOException(
          TO + ": " + target + " cannot be written: " + FileFailures.reason(e), e);
    }
  }

  private static Path write(TrainingCheckpoint checkpoint, String format, String tag, Path target)
      throws IOException {
    if (format.equals(TF1_CHECKPOINT)) {
      return CheckpointExport.tf1Checkpoint(checkpoint, target);
    } else if (format.equals(SAVED_MODEL)) {
      CheckpointExport.savedModel(checkpoint, target);
    } else {
      CheckpointExport.graphDef(checkpoint, tag, target);
    }
    return target;
  }

  private static UsageException refused(Path target, FileSystemException failure) {
    if (failure instanceof FileAlreadyExistsException
        && target.toString().equals(failure.getFile())) {
      return new UsageException(TO + ": " + target + " exists already; name a new one");
    }
    // The failed path may be a temporary folder, which the user does not know.
    Path parent = target.toAbsolutePath().normalize().getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    String reason =
        parent != null && !Files.isDirectory(parent)
            ? parent + " is not a folder"
            : "in the folder " + parent + ": " + FileFailures.reason(failure);
    return new UsageException(
        "%s: %s cannot be written: %s; name a place where you may write", TO, target, reason);
  }
}
