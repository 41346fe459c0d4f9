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
import java.util.Map;
import org.apache.commons.cli.Options;

/** {@code charlstm export}. */
final class ExportCommand implements Command {
  private static final String SAVED_MODEL = "saved-model";
  private static final String TF1_CHECKPOINT = "tf1-checkpoint";
  private static final String GRAPH_DEF = "graphdef";
  private static final List<String> FORMATS = List.of(SAVED_MODEL, TF1_CHECKPOINT, GRAPH_DEF);
  private static final Map<String, String> GRAPHS =
      Map.of(
          "sampling", LanguageModelSession.SERVING_TAG,
          "training", LanguageModelSession.TRAINING_TAG);

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String summary() {
    return "write a checkpoint for Python: a SavedModel, a TF1 checkpoint, or the graph alone";
  }

  @Override
  public Options options() {
    Options options = CheckpointFlag.options();
    options.addOption(null, "format", true, "saved-model, tf1-checkpoint or graphdef");
    options.addOption(null, "to", true, "a new folder; of a graphdef a new .pbtxt or .pb file");
    options.addOption(
        null, "graph", true, "of a graphdef: sampling or training (default: sampling)");
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "export --checkpoint checkpoints/anna --format saved-model --to anna-saved-model",
        "export --checkpoint checkpoints/anna --format tf1-checkpoint --to save",
        "export --format graphdef --graph training --to graphs/anna.pbtxt");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    String format = flags.oneOf("format", FORMATS);
    Path target = flags.path("to").orElseThrow(() -> new UsageException("--to: name the target"));
    String tag = GRAPHS.get(flags.oneOf("graph", List.of("sampling", "training"), "sampling"));
    if (flags.has("graph") && !format.equals(GRAPH_DEF)) {
      throw new UsageException("--graph goes with --format graphdef only");
    }
    TrainingCheckpoint checkpoint = CheckpointFlag.open(flags, console);
    Path written;
    try {
      written = console.during("exporting", () -> write(checkpoint, format, tag, target));
    } catch (FileSystemException e) {
      throw refused(target, e);
    } catch (IOException e) {
      throw new IOException("--to: " + target + " cannot be written: " + FileFailures.reason(e), e);
    }
    console.note("exported " + checkpoint.folder() + " to " + written);
    if (console.json()) {
      console.result(
          Json.object()
              .put("checkpoint", checkpoint.folder())
              .put("format", format)
              .put("written", written));
    }
  }

  private static Path write(TrainingCheckpoint checkpoint, String format, String tag, Path target)
      throws IOException {
    switch (format) {
      case SAVED_MODEL -> CheckpointExport.savedModel(checkpoint, target);
      case TF1_CHECKPOINT -> {
        return CheckpointExport.tf1Checkpoint(checkpoint, target);
      }
      default -> CheckpointExport.graphDef(checkpoint, tag, target);
    }
    return target;
  }

  private static UsageException refused(Path target, FileSystemException failure) {
    if (failure instanceof FileAlreadyExistsException
        && target.toString().equals(failure.getFile())) {
      return new UsageException("--to: " + target + " exists already; name a new one");
    }
    // What failed may be a temporary folder, which says nothing to the user.
    Path parent = target.toAbsolutePath().normalize().getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    String reason =
        parent != null && !Files.isDirectory(parent)
            ? parent + " is not a folder"
            : "in the folder " + parent + ": " + FileFailures.reason(failure);
    return new UsageException(
        "--to: " + target + " cannot be written: " + reason + "; name a place where you may write");
  }
}
