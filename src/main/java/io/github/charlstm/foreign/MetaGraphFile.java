package io.github.charlstm.foreign;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.graph.GraphIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * A graph as it lies in a file, and where its variables lie.
 *
 * @param file {@code saved_model.pb}, {@code saved_model.pbtxt}, {@code model.ckpt-100.meta}, or a
 *     GraphDef of any name
 * @param definition the chosen MetaGraph
 * @param variables prefix of the checkpoint's files; need not exist if the graph has no variables
 * @param allTags the tags of each MetaGraph of the file
 */
record MetaGraphFile(
    Path file, MetaGraphDef definition, Path variables, List<Set<String>> allTags) {
  private static final String META = ".meta";
  private static final String TEXT = ".pbtxt";
  private static final String FROZEN = "; a frozen GraphDef is read with --graph-def";
  // Protocol buffers end at 2 GiB, Java's arrays a little before.
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  /**
   * Reads a SavedModel's folder.
   *
   * @param tags the MetaGraph to take
   * @throws InteropException if it is missing, cannot be decoded, or has no such MetaGraph
   */
  static MetaGraphFile savedModel(Path folder, Set<String> tags) {
    Path binary = folder.resolve("saved_model.pb");
    Path text = folder.resolve("saved_model.pbtxt");
    if (!Files.isDirectory(folder)) {
      throw new InteropException(
          folder
              + (Files.exists(folder)
                  ? " is not a folder: a SavedModel is a folder with saved_model.pb in it" + FROZEN
                  : " does not exist: expected the folder of a SavedModel"));
    }
    if (!Files.isRegularFile(binary) && !Files.isRegularFile(text)) {
      throw new InteropException(
          binary + " does not exist: a SavedModel is a folder with saved_model.pb in it" + FROZEN);
    }
    Path file = Files.isRegularFile(binary) ? binary : text;
    SavedModel model = file.equals(binary) ? decoded(binary) : parsed(text);
    if (model.getMetaGraphsList().stream().noneMatch(MetaGraphDef::hasGraphDef)) {
      throw new InteropException(file + " holds no graph: it is damaged or no SavedModel" + FROZEN);
    }
    List<Set<String>> all = model.getMetaGraphsList().stream().map(MetaGraphFile::tagsOf).toList();
    int index = all.indexOf(tags);
    if (index < 0) {
      throw new InteropException(
          String.format(
              "%s has no graph with the tags %s; it has %s; choose with --tags",
              file, braces(tags), all.stream().map(MetaGraphFile::braces).toList()));
    }
    Path variables = folder.resolve("variables").resolve("variables");
    return new MetaGraphFile(
        file, ReservedNames.rename(model.getMetaGraphs(index)), variables, all);
  }

  /**
   * Reads a {@code .meta} file; its checkpoint has the same name without the ending.
   *
   * @throws InteropException if it is missing or cannot be decoded
   */
  static MetaGraphFile meta(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(META) || name.length() == META.length()) {
      throw new InteropException(
          "expected a MetaGraph's file such as model.ckpt-100.meta, found " + file + FROZEN);
    }
    Path prefix = file.resolveSibling(name.substring(0, name.length() - META.length()));
    try {
      MetaGraphDef definition = ReservedNames.rename(MetaGraphDef.parseFrom(bytes(file)));
      return new MetaGraphFile(file, definition, prefix, List.of(tagsOf(definition)));
    } catch (InvalidProtocolBufferException e) {
      throw damaged(file, "MetaGraph", e);
    }
  }

  /**
   * Reads a GraphDef whose variables were made constants (Python: {@code
   * tf.compat.v1.graph_util.convert_variables_to_constants}).
   *
   * @param file text if its name ends in {@code .pbtxt}, else binary
   * @throws InteropException if it is missing, cannot be decoded, or holds no nodes
   */
  static MetaGraphFile graphDef(Path file) {
    String name = String.valueOf(file.getFileName());
    if (Files.isDirectory(file)) {
      throw new InteropException(
          file
              + " is a folder: expected a GraphDef's file; a SavedModel is read with --saved-model");
    }
    if (name.startsWith("saved_model.")) {
      throw new InteropException(
          file + " is no GraphDef but part of a SavedModel: name its folder, with --saved-model");
    }
    if (name.endsWith(META)) {
      throw new InteropException(
          "expected a GraphDef's file such as frozen.pb, found "
              + file
              + "; it is read with --meta");
    }
    try {
      GraphDef graph =
          name.endsWith(TEXT)
              ? TextFormat.parse(new String(bytes(file), StandardCharsets.UTF_8), GraphDef.class)
              : GraphDef.parseFrom(bytes(file));
      if (graph.getNodeCount() == 0) {
        throw new InteropException(file + " holds no nodes: it is damaged or no GraphDef");
      }
      MetaGraphDef definition = MetaGraphDef.newBuilder().setGraphDef(graph).build();
      return new MetaGraphFile(file, ReservedNames.rename(definition), file, List.of());
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      throw damaged(file, "GraphDef", e);
    }
  }

  private static SavedModel decoded(Path file) {
    try {
      return SavedModel.parseFrom(bytes(file));
    } catch (InvalidProtocolBufferException e) {
      throw damaged(file, "SavedModel", e);
    }
  }

  private static SavedModel parsed(Path file) {
    try {
      return TextFormat.parse(new String(bytes(file), StandardCharsets.UTF_8), SavedModel.class);
    } catch (TextFormat.ParseException e) {
      throw damaged(file, "SavedModel in text form", e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InteropException(file + " is a folder: expected a file");
      }
      long size = Files.size(file);
      if (size == 0 || size > LARGEST) {
        throw new InteropException(
            String.format("%s has %s bytes, expected 1 to %s", file, size, LARGEST));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InteropException("cannot read " + file + ": " + FileFailures.reason(e), e);
    }
  }

  private static InteropException damaged(Path file, String kind, Exception cause) {
    return new InteropException(
        file + " is damaged or no " + kind + ": " + InteropException.firstLine(cause), cause);
  }

  private static Set<String> tagsOf(MetaGraphDef definition) {
    return new TreeSet<>(definition.getMetaInfoDef().getTagsList());
  }

  private static String braces(Set<String> tags) {
    return tags.stream().sorted().collect(Collectors.joining(",", "{", "}"));
  }

  /** The version of TensorFlow that wrote it, as far as it says. */
  String version() {
    String version = definition.getMetaInfoDef().getTensorflowVersion();
    return version.isEmpty() ? "of unknown version" : version;
  }

  /** The node to run once after the variables are restored. */
  Optional<String> initializer() {
    var signature = definition.getSignatureDefMap().get("__saved_model_init_op");
    if (signature != null && signature.containsOutputs("__saved_model_init_op")) {
      return Optional.of(
          GraphIndex.nodeOf(signature.getOutputsOrThrow("__saved_model_init_op").getName()));
    }
    return List.of("saved_model_main_op", "legacy_init_op").stream()
        .filter(definition::containsCollectionDef)
        .flatMap(
            key -> definition.getCollectionDefOrThrow(key).getNodeList().getValueList().stream())
        .map(GraphIndex::nodeOf)
        .findFirst();
  }
}
