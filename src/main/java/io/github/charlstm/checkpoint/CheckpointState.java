package io.github.charlstm.checkpoint;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.Parser.SingularOverwritePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The text file named {@code checkpoint} that says which checkpoints a folder has (Python: {@code
 * tf.train.CheckpointState}, {@code tf.train.get_checkpoint_state}).
 *
 * <p>Relative paths are relative to the folder. Times, which newer versions of TensorFlow add, are
 * ignored.
 *
 * @param modelCheckpointPath the newest checkpoint; not blank
 * @param allModelCheckpointPaths all that are kept, oldest first, none blank; may be empty
 */
public record CheckpointState(String modelCheckpointPath, List<String> allModelCheckpointPaths) {
  /** The file's name, the same in every folder. */
  public static final String FILE_NAME = "checkpoint";

  private static final Descriptor MESSAGE = describe();
  private static final FieldDescriptor NEWEST = MESSAGE.findFieldByNumber(1);
  private static final FieldDescriptor ALL = MESSAGE.findFieldByNumber(2);

  public CheckpointState {
    if (modelCheckpointPath == null || modelCheckpointPath.isBlank()) {
      throw new IllegalArgumentException(
          "model_checkpoint_path: expected the path of the newest checkpoint, found none");
    }
    allModelCheckpointPaths = List.copyOf(allModelCheckpointPaths);
    if (allModelCheckpointPaths.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("all_model_checkpoint_paths: found an empty path");
    }
  }

  /**
   * The state of a folder, as Python writes it ({@code tf.train.generate_checkpoint_state_proto}).
   * Absolute paths stay so, unless relative ones are asked for; of a relative folder, paths that
   * are relative to the current folder become relative to it.
   *
   * @param newest becomes the last of all, if it is not
   * @param relative whether absolute paths become relative to the folder (Python: {@code
   *     save_relative_paths})
   */
  public static CheckpointState of(Path folder, Path newest, List<Path> all, boolean relative) {
    List<Path> paths = new ArrayList<>(all);
    if (paths.isEmpty() || !paths.get(paths.size() - 1).equals(newest)) {
      paths.add(newest);
    }
    return new CheckpointState(
        stored(folder, newest, relative),
        paths.stream().map(path -> stored(folder, path, relative)).toList());
  }

  private static String stored(Path folder, Path path, boolean relative) {
    if (path.isAbsolute()) {
      return relative ? folder.toAbsolutePath().relativize(path).toString() : path.toString();
    }
    return (folder.isAbsolute() ? path : folder.normalize().relativize(path.normalize()))
        .toString();
  }

  /** {@link #write(Path, String)} to the file {@link #FILE_NAME}. */
  public void write(Path folder) throws IOException {
    write(folder, FILE_NAME);
  }

  /**
   * Replaces a folder's file (Python: {@code tf.train.update_checkpoint_state}); a reader sees the
   * old one or the new one, never a part.
   *
   * @param name of the file (Python: {@code latest_filename})
   */
  public void write(Path folder, String name) throws IOException {
    Path file = folder.resolve(requireFileName(name));
    Path aside = AtomicDirectory.temporary(file);
    try {
      Files.writeString(aside, toText());
      DurableFiles.syncFile(aside);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
    DurableFiles.syncFolder(folder);
  }

  static String requireFileName(String name) {
    if (name.isEmpty() || name.contains("/") || name.contains("\\")) {
      throw new IllegalArgumentException(
          "latest_filename: expected a file's name without folders, found \"" + name + "\"");
    }
    return name;
  }

  /** {@link #read(Path, String)} of the file {@link #FILE_NAME}. */
  public static Optional<CheckpointState> read(Path folder) {
    return read(folder, FILE_NAME);
  }

  /**
   * Reads a folder's file, if there is one.
   *
   * @param name of the file (Python: {@code latest_filename})
   * @throws CheckpointException if it cannot be read or is malformed
   */
  public static Optional<CheckpointState> read(Path folder, String name) {
    Path file = folder.resolve(requireFileName(name));
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(Files.readString(file)));
    } catch (TextFormat.ParseException e) {
      throw malformed(file, "line " + e.getLine() + ", column " + e.getColumn(), e);
    } catch (IllegalArgumentException e) {
      throw malformed(file, e.getMessage(), e);
    } catch (IOException e) {
      throw CheckpointException.unreadable(file, e);
    }
  }

  /** {@link #latestCheckpoint(Path, String)} by the file {@link #FILE_NAME}. */
  public static Optional<Path> latestCheckpoint(Path folder) {
    return latestCheckpoint(folder, FILE_NAME);
  }

  /**
   * The newest checkpoint of a folder, of either format (Python: {@code
   * tf.train.latest_checkpoint}). If the file names a path outside of the folder, a checkpoint of
   * that name in the folder is preferred: the folder may have been copied or moved, even from a
   * system with other separators.
   *
   * @param name of the file (Python: {@code latest_filename})
   * @return the prefix to open or restore; empty if there is no such file, or the checkpoint that
   *     it names does not exist
   * @throws CheckpointException if the file is malformed, or shards of what it names are missing
   */
  public static Optional<Path> latestCheckpoint(Path folder, String name) {
    return read(folder, name).flatMap(state -> locate(folder, state.modelCheckpointPath()));
  }

  /**
   * {@return the prefixes that the state file names and that exist, complete or not, newest last}
   *
   * @throws CheckpointException if the file is malformed
   */
  public static List<Path> checkpoints(Path folder) {
    return read(folder).map(CheckpointState::allModelCheckpointPaths).orElse(List.of()).stream()
        .flatMap(path -> locate(folder, path).stream())
        .toList();
  }

  private static Optional<Path> locate(Path folder, String path) {
    Path file = folder.resolve(FILE_NAME);
    try {
      Path given = folder.resolve(path);
      Path here = folder.resolve(nameOf(path));
      boolean inside =
          given.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize());
      return Stream.of(inside ? given : here, inside ? here : given)
          .filter(prefix -> prefix.getFileName() != null && !prefix.equals(folder))
          .filter(CheckpointFiles::exist)
          .findFirst();
    } catch (InvalidPathException e) {
      throw malformed(file, "\"" + path + "\" is no path", e);
    } catch (CheckpointException e) {
      throw new CheckpointException(file + " names " + path + ": " + e.getMessage(), e);
    }
  }

  /** The last part of a path of any system. */
  static String nameOf(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /** The file's text: one line a path, text escaped as protocol buffers do. */
  String toText() {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(MESSAGE);
    message.setField(NEWEST, modelCheckpointPath);
    allModelCheckpointPaths.forEach(path -> message.addRepeatedField(ALL, path));
    return TextFormat.printer().printToString(message.build());
  }

  private static CheckpointState parse(String text) throws TextFormat.ParseException {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(MESSAGE);
    TextFormat.Parser.newBuilder()
        .setSingularOverwritePolicy(SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
        .build()
        .merge(text, message);
    List<String> all = ((List<?>) message.getField(ALL)).stream().map(String.class::cast).toList();
    return new CheckpointState((String) message.getField(NEWEST), all);
  }

  private static CheckpointException malformed(Path file, String where, Exception cause) {
    return new CheckpointException(
        String.format(
            "malformed checkpoint state file %s: %s; expected lines such as"
                + " model_checkpoint_path: \"model.ckpt-100\"",
            file, where),
        cause);
  }

  // tensorflow/python/training/checkpoint_state.proto, which has no Java class
  private static Descriptor describe() {
    String definition =
        """
        name: "checkpoint_state.proto" package: "tensorflow" syntax: "proto3"
        message_type {
          name: "CheckpointState"
          field { number: 1 label: LABEL_OPTIONAL type: TYPE_STRING
                  name: "model_checkpoint_path" }
          field { number: 2 label: LABEL_REPEATED type: TYPE_STRING
                  name: "all_model_checkpoint_paths" }
          field { number: 3 label: LABEL_REPEATED type: TYPE_DOUBLE
                  name: "all_model_checkpoint_timestamps" }
          field { number: 4 label: LABEL_OPTIONAL type: TYPE_DOUBLE
                  name: "last_preserved_timestamp" }
        }
        """;
    try {
      FileDescriptorProto file = TextFormat.parse(definition, FileDescriptorProto.class);
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]).getMessageTypes().get(0);
    } catch (TextFormat.ParseException | DescriptorValidationException e) {
      throw new IllegalStateException("the definition of CheckpointState is wrong", e);
    }
  }
}
