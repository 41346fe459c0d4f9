package io.github.charlstm.interop;

import com.google.protobuf.TextFormat;
import io.github.charlstm.checkpoint.AtomicDirectory;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.SavedModelReader;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.MetaGraphDef;

/** Exports a run's checkpoint for Python. Existing files are never overwritten. */
public final class CheckpointExport {
  private static final String TEXT_FORMAT = ".pbtxt";

  private CheckpointExport() {}

  /**
   * Writes a SavedModel, of a language model with N = T = 1: tag {@code serve}, signature {@code
   * serving_default}, the vocabulary in {@code assets.extra/vocabulary.json} (Python: {@code
   * tf.saved_model.load} and {@code tf.compat.v1.saved_model.load}). The folder is new or empty.
   */
  public static void savedModel(TrainingCheckpoint checkpoint, Path target) throws IOException {
    requireEmpty(target);
    boolean ofImages = checkpoint.run() instanceof RunSettings.Images;
    try (GraphSession<?> session =
        ofImages ? checkpoint.imageSession() : checkpoint.session(1, 1)) {
      SavedModelWriter writer =
          new SavedModelWriter(List.of(metaGraph(session, GraphSession.SERVING_TAG)));
      AtomicDirectory.publish(
          target,
          folder -> {
            session.write(writer, folder);
            if (!ofImages) {
              checkpoint.writeVocabulary(folder);
            }
          });
    }
  }

  /**
   * Writes a checkpoint as TF1's Saver does: {@code model.ckpt-<step>.index}, {@code .data-*} and
   * {@code .meta}, and the file {@code checkpoint} that names it (Python: {@code
   * tf.train.latest_checkpoint}, {@code Saver.restore}). It holds every variable of the training
   * graph, Adam's slots and powers included. Of an imported run the variables have the names of the
   * program that it comes from, and the pickles of char-rnn-tensorflow are written too. The folder
   * is new or empty; returns the prefix.
   */
  public static Path tf1Checkpoint(TrainingCheckpoint checkpoint, Path target) throws IOException {
    requireEmpty(target);
    CheckpointReader.open(checkpoint.variables()).verifyAll();
    MetaGraphDef meta = metaGraph(checkpoint, GraphSession.TRAINING_TAG);
    ImportedNames imported = ImportedNames.of(checkpoint);
    String name = "model.ckpt-" + checkpoint.progress().step();
    AtomicDirectory.publish(
        target,
        folder -> {
          if (imported.names().isEmpty()) {
            copyFiles(checkpoint.variables(), folder.resolve(name));
          } else {
            imported.writeTensors(
                CheckpointReader.open(checkpoint.variables()), folder.resolve(name));
          }
          Files.write(folder.resolve(name + ".meta"), imported.rename(meta).toByteArray());
          imported.copyPickles(folder);
          new CheckpointState(name, List.of(name)).write(folder);
        });
    return target.resolve(name);
  }

  /**
   * Writes the graph without values, for TensorBoard, Netron and {@code tf.import_graph_def}, to a
   * new file: text if its name ends in {@code .pbtxt}, else binary.
   *
   * @param tag {@link GraphSession#SERVING_TAG} or {@link GraphSession#TRAINING_TAG}
   */
  public static void graphDef(TrainingCheckpoint checkpoint, String tag, Path target)
      throws IOException {
    var graph = metaGraph(checkpoint, tag).getGraphDef();
    boolean text = target.getFileName().toString().endsWith(TEXT_FORMAT);
    byte[] bytes =
        text
            ? TextFormat.printer().printToString(graph).getBytes(StandardCharsets.UTF_8)
            : graph.toByteArray();
    if (target.toAbsolutePath().getParent() != null) {
      Files.createDirectories(target.toAbsolutePath().getParent());
    }
    Files.write(target, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  // A run on images of an earlier version has no graph in its checkpoints.
  private static MetaGraphDef metaGraph(TrainingCheckpoint checkpoint, String tag) {
    if (checkpoint.run() instanceof RunSettings.Images) {
      try (GraphSession<?> session = checkpoint.imageSession()) {
        return metaGraph(session, tag);
      }
    }
    return SavedModelReader.open(checkpoint.folder()).metaGraph(tag);
  }

  private static MetaGraphDef metaGraph(GraphSession<?> session, String tag) {
    return session.metaGraphs().stream()
        .filter(graph -> graph.getMetaInfoDef().getTagsList().contains(tag))
        .findFirst()
        .orElseThrow();
  }

  // The files of a V2 checkpoint do not contain their names, so they can be renamed.
  private static void copyFiles(Path from, Path to) throws IOException {
    String prefix = from.getFileName() + ".";
    try (Stream<Path> files = Files.list(from.getParent())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(prefix)) {
          Files.copy(file, Path.of(to + "." + name.substring(prefix.length())));
        }
      }
    }
  }

  private static void requireEmpty(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      try (Stream<Path> content = Files.list(target)) {
        if (content.findAny().isEmpty()) {
          return;
        }
      }
    } else if (!Files.exists(target)) {
      return;
    }
    throw new FileAlreadyExistsException(
        target.toString(), null, "exists and is not an empty folder");
  }
}
