package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.tensorflow.proto.SignatureDef;

/**
 * What a model of another program holds, without running it.
 *
 * @param file the graph's file
 * @param tensorFlow the version that wrote it
 * @param tags of each graph in the file
 * @param signatures by key; each line is an input or output with its tensor, type and shape
 * @param placeholders with type and shape
 * @param roles what was found
 * @param missing why no roles were found, if none were
 * @param checkpoint prefix of the variables' files; without meaning if there are no variables
 * @param variables in the checkpoint, all checksums verified: type and shape by name
 */
public record ModelDescription(
    Path file,
    String tensorFlow,
    List<Set<String>> tags,
    Map<String, List<String>> signatures,
    List<String> placeholders,
    Map<String, List<String>> roles,
    Optional<String> missing,
    Path checkpoint,
    Map<String, String> variables) {

  /**
   * Describes a SavedModel.
   *
   * @param folder with {@code saved_model.pb} and {@code variables/}
   * @param options how to open it
   * @return what was found; what is missing to run it is told, not thrown
   * @throws InteropException if a file is missing or damaged
   * @throws CheckpointException if the variables are missing or damaged
   */
  public static ModelDescription savedModel(Path folder, ForeignModelOptions options) {
    return of(folder, () -> MetaGraphFile.savedModel(folder, options.tags()), options);
  }

  /**
   * Describes a MetaGraph and its checkpoint.
   *
   * @param metaFile such as {@code model.ckpt-100.meta}; the checkpoint's files lie beside it
   * @param options how to open it
   * @return what was found; what is missing to run it is told, not thrown
   * @throws InteropException if a file is missing or damaged
   * @throws CheckpointException if the variables are missing or damaged
   */
  public static ModelDescription metaGraph(Path metaFile, ForeignModelOptions options) {
    return of(metaFile, () -> MetaGraphFile.meta(metaFile), options);
  }

  /**
   * Describes a GraphDef, whose weights are constants.
   *
   * @param file text if its name ends in {@code .pbtxt}, else binary
   * @param options how to open it
   * @return what was found; what is missing to run it is told, not thrown
   * @throws InteropException if the file is missing or damaged
   */
  public static ModelDescription graphDef(Path file, ForeignModelOptions options) {
    return of(file, () -> MetaGraphFile.graphDef(file), options);
  }

  private static ModelDescription of(
      Path path, Supplier<MetaGraphFile> reader, ForeignModelOptions options) {
    return Failures.named(
        path.toString(),
        () -> {
          MetaGraphFile source = reader.get();
          try (ImportedGraph graph = ImportedGraph.of(source, options.trusted())) {
            return describe(source, graph, options);
          }
        });
  }

  private static ModelDescription describe(
      MetaGraphFile source, ImportedGraph graph, ForeignModelOptions options) {
    Map<String, List<String>> signatures = new LinkedHashMap<>();
    Signatures.all(source.definition())
        .forEach((key, signature) -> signatures.put(key, lines(graph, signature)));
    Map<String, List<String>> roles = new LinkedHashMap<>();
    Optional<String> missing = Optional.empty();
    try {
      var signature = Signatures.choose(source, options.signature());
      add(roles, graph, new RoleFinder(graph, signature, options.roles()).find());
    } catch (InteropException e) {
      missing = Optional.of(e.getMessage());
    }
    return new ModelDescription(
        source.file(),
        source.version(),
        source.allTags(),
        signatures,
        new TensorCandidates(graph).placeholders().toList(),
        roles,
        missing,
        source.variables(),
        variables(source));
  }

  private static List<String> lines(ImportedGraph graph, SignatureDef signature) {
    List<String> lines = new ArrayList<>();
    Signatures.tensors(signature.getInputsMap())
        .forEach((key, name) -> lines.add("in   " + key + " = " + graph.describe(name)));
    Signatures.tensors(signature.getOutputsMap())
        .forEach((key, name) -> lines.add("out  " + key + " = " + graph.describe(name)));
    return lines;
  }

  private static void add(Map<String, List<String>> roles, ImportedGraph graph, TensorRoles found) {
    roles.put(RoleMap.INPUTS, List.of(graph.describe(found.inputs())));
    roles.put(RoleMap.PREDICTIONS, List.of(graph.describe(found.predictions())));
    roles.put(RoleMap.KEEP_PROB, found.keepProb().stream().map(graph::describe).toList());
    roles.put(RoleMap.TRAINING, found.training().stream().map(graph::describe).toList());
    roles.put(RoleMap.INITIAL_STATE, found.initialState().stream().map(graph::describe).toList());
    roles.put(RoleMap.FINAL_STATE, found.finalState().stream().map(graph::describe).toList());
    roles.values().removeIf(List::isEmpty);
  }

  private static Map<String, String> variables(MetaGraphFile source) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (!source.definition().getSaverDef().getRestoreOpName().isEmpty()) {
      CheckpointReader reader = CheckpointReader.open(source.variables());
      reader.verifyAll();
      reader
          .tensors()
          .forEach(
              (name, info) -> variables.put(name, Shapes.describe(info.dtype(), info.shape())));
    }
    return variables;
  }
}
