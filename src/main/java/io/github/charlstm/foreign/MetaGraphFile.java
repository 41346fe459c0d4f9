package io.github.charlstm.foreign;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.github.charlstm.checkpoint.KerasFile;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.graph.GraphIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A graph file, and the checkpoint of its variables.
 *
 * @param file {@code saved_model.pb}, {@code saved_model.pbtxt}, {@code model.ckpt-100.meta}, or a
 *     GraphDef of any name
 * @param definition the chosen MetaGraph
 * @param variables prefix of the checkpoint; need not exist if the graph has no variables
 * @param allTags the tags of each MetaGraph of the file
 */
record MetaGraphFile(
    Path file, MetaGraphDef definition, Path variables, List<Set<String>> allTags) {
  private static final String DEFAULT_SIGNATURE = "serving_default";
  private static final String INITIALIZER = "__saved_model_init_op";
  private static final String META = ".meta";
  private static final String TEXT = ".pbtxt";
  private static final String FROZEN = "; give a frozen GraphDef as `graph_def`";
  // Java's arrays are limited to a little less than the 2 GiB of protocol buffers.
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  /** Reads a file of the options' format, which must have a graph of the tags. */
  static MetaGraphFile read(Path path, ForeignModelOptions options) {
    KerasFile.remedy(path)
        .ifPresent(
            remedy -> {
              throw new InteropException(remedy);
            });
    return switch (options.format()) {
      case SAVED_MODEL -> savedModel(path, options.tags());
      case META_GRAPH -> metaGraph(path);
      case GRAPH_DEF -> graphDef(path);
    };
  }

  private static MetaGraphFile savedModel(Path folder, Set<String> tags) {
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
    SavedModel model = parsed(file, "SavedModel", SavedModel.newBuilder()).build();
    if (model.getMetaGraphsList().stream().noneMatch(MetaGraphDef::hasGraphDef)) {
      throw new InteropException(file + " has no graph: it is damaged or no SavedModel" + FROZEN);
    }
    List<Set<String>> all = model.getMetaGraphsList().stream().map(MetaGraphFile::tagsOf).toList();
    int index = all.indexOf(tags);
    if (index < 0) {
      throw InteropException.of(
          "%s has no graph with the tags %s; it has %s; choose with `tags`",
          file, braces(tags), all.stream().map(MetaGraphFile::braces).toList());
    }
    Path variables = folder.resolve("variables").resolve("variables");
    return new MetaGraphFile(file, model.getMetaGraphs(index), variables, all);
  }

  private static MetaGraphFile metaGraph(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(META) || name.length() == META.length()) {
      throw new InteropException(
          "expected the file of a MetaGraph such as model.ckpt-100.meta, found " + file + FROZEN);
    }
    Path prefix = file.resolveSibling(name.substring(0, name.length() - META.length()));
    MetaGraphDef definition = parsed(file, "MetaGraph", MetaGraphDef.newBuilder()).build();
    return new MetaGraphFile(file, definition, prefix, List.of(tagsOf(definition)));
  }

  private static MetaGraphFile graphDef(Path file) {
    String name = String.valueOf(file.getFileName());
    if (Files.isDirectory(file)) {
      throw new InteropException(
          file
              + " is a folder: expected the file of a GraphDef; give a SavedModel as"
              + " `saved_model`");
    }
    if (name.startsWith("saved_model.")) {
      throw new InteropException(
          file + " is no GraphDef but part of a SavedModel: give its folder as `saved_model`");
    }
    if (name.endsWith(META)) {
      throw new InteropException(
          "expected the file of a GraphDef such as frozen.pb, found "
              + file
              + "; give it as `meta`");
    }
    GraphDef.Builder graph = parsed(file, "GraphDef", GraphDef.newBuilder());
    if (graph.getNodeCount() == 0) {
      throw new InteropException(file + " has no nodes: it is damaged or no GraphDef");
    }
    MetaGraphDef definition = MetaGraphDef.newBuilder().setGraphDef(graph).build();
    return new MetaGraphFile(file, definition, file, List.of());
  }

  private static <T extends Message.Builder> T parsed(Path file, String kind, T message) {
    byte[] bytes = bytes(file);
    try {
      if (file.toString().endsWith(TEXT)) {
        TextFormat.merge(new String(bytes, StandardCharsets.UTF_8), message);
      } else {
        message.mergeFrom(bytes);
      }
      return message;
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      throw new InteropException(
          file + " is damaged or no " + kind + ": " + InteropException.firstLine(e), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InteropException(file + " is a folder: expected a file");
      }
      long size = Files.size(file);
      if (size == 0 || size > LARGEST) {
        throw InteropException.of("%s has %s bytes, expected 1 to %s", file, size, LARGEST);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InteropException("cannot read " + file + ": " + FileFailures.reason(e), e);
    }
  }

  private static Set<String> tagsOf(MetaGraphDef definition) {
    return new TreeSet<>(definition.getMetaInfoDef().getTagsList());
  }

  private static String braces(Set<String> tags) {
    return tags.stream().sorted().collect(Collectors.joining(",", "{", "}"));
  }

  /** The version of TensorFlow that wrote it, if it is in the file. */
  String version() {
    String version = definition.getMetaInfoDef().getTensorflowVersion();
    return version.isEmpty() ? "of unknown version" : version;
  }

  /** The operation to run once after the variables are restored. */
  Optional<String> initializer() {
    var signature = definition.getSignatureDefMap().get(INITIALIZER);
    if (signature != null && signature.containsOutputs(INITIALIZER)) {
      return Optional.of(GraphIndex.nodeOf(signature.getOutputsOrThrow(INITIALIZER).getName()));
    }
    return List.of("saved_model_main_op", "legacy_init_op").stream()
        .filter(definition::containsCollectionDef)
        .flatMap(
            key -> definition.getCollectionDefOrThrow(key).getNodeList().getValueList().stream())
        .map(GraphIndex::nodeOf)
        .findFirst();
  }

  boolean isMeta() {
    return String.valueOf(file.getFileName()).endsWith(META);
  }

  /** Whether a data file of the checkpoint exists, or one of TensorFlow 0.x. */
  boolean hasData() {
    if (Files.exists(variables)) {
      return true;
    }
    String prefix = variables.getFileName().toString();
    try (Stream<Path> files = Files.list(variables.toAbsolutePath().getParent())) {
      return files
          .map(path -> path.getFileName().toString())
          .anyMatch(name -> name.startsWith(prefix + ".data-") || name.startsWith(prefix + "-0"));
    } catch (IOException e) {
      throw new InteropException("cannot read " + variables + ": " + FileFailures.reason(e), e);
    }
  }

  boolean isWithoutSignatures() {
    return String.valueOf(file.getFileName()).startsWith("saved_model.") && signatures().isEmpty();
  }

  /** The signatures by key, without the initializer's. */
  Map<String, SignatureDef> signatures() {
    Map<String, SignatureDef> signatures = new TreeMap<>(definition.getSignatureDefMap());
    signatures.remove(INITIALIZER);
    return signatures;
  }

  /**
   * The signature of a key; without one the default, or the only one with inputs.
   *
   * @throws InteropException if there is no such signature, or several without a default
   */
  Optional<SignatureDef> signature(Optional<String> key) {
    Map<String, SignatureDef> all = signatures();
    String keys = all.isEmpty() ? "none" : String.join(", ", all.keySet());
    if (key.isPresent() && !all.containsKey(key.get())) {
      throw InteropException.of("%s has no signature %s; it has %s", file, key.get(), keys);
    }
    if (key.isPresent() || all.containsKey(DEFAULT_SIGNATURE)) {
      return Optional.of(all.get(key.orElse(DEFAULT_SIGNATURE)));
    }
    List<SignatureDef> usable =
        all.values().stream().filter(signature -> signature.getInputsCount() > 0).toList();
    if (usable.size() > 1) {
      throw InteropException.of(
          "%s has several signatures and none is %s: %s; choose one with `signature`",
          file, DEFAULT_SIGNATURE, keys);
    }
    return usable.stream().findFirst();
  }

  /** An output of a signature without inputs whose name contains "reset". */
  Optional<TensorName> resetSignature() {
    return signatures().entrySet().stream()
        .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).contains("reset"))
        .filter(entry -> entry.getValue().getInputsCount() == 0)
        .flatMap(entry -> tensors(entry.getValue().getOutputsMap()).values().stream())
        .findFirst();
  }

  /** Tensors by key, in the keys' order, without those of other encodings (sparse). */
  static Map<String, TensorName> tensors(Map<String, TensorInfo> infos) {
    Map<String, TensorName> tensors = new TreeMap<>();
    infos.forEach(
        (key, info) -> {
          if (!info.getName().isEmpty()) {
            tensors.put(key, TensorName.of(info.getName()));
          }
        });
    return tensors;
  }
}
