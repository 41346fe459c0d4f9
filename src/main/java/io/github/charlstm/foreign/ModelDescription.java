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
import org.tensorflow.proto.SignatureDef;

/**
 * The contents of a model of another program, found without running it.
 *
 * @param tensorFlow the version that wrote it
 * @param tags of each graph in the file
 * @param signatures by key; each line is an input or output with its tensor, type and shape
 * @param missing why no roles were found, if so
 * @param checkpoint prefix of the variables' files; unused if there are no variables
 * @param hasCheckpoint false if the graph has a checkpoint whose files are missing
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
    boolean hasCheckpoint,
    Map<String, String> variables) {

  /**
   * Describes a model; a role that no tensor has is in {@code missing}, not thrown.
   *
   * @throws InteropException if a file is missing or damaged
   * @throws CheckpointException if the variables are missing or damaged
   */
  public static ModelDescription of(Path path, ForeignModelOptions options) {
    return InteropException.named(
        path.toString(),
        () -> {
          MetaGraphFile source = MetaGraphFile.read(path, options);
          try (ImportedGraph graph = ImportedGraph.of(source, options.trusted())) {
            return describe(source, graph, options);
          }
        });
  }

  private static ModelDescription describe(
      MetaGraphFile source, ImportedGraph graph, ForeignModelOptions options) {
    Map<String, List<String>> signatures = new LinkedHashMap<>();
    source.signatures().forEach((key, value) -> signatures.put(key, lines(graph, value)));
    Map<String, List<String>> roles = new LinkedHashMap<>();
    Optional<String> missing = Optional.empty();
    try {
      var signature = source.signature(options.signature());
      RoleMap found = new RoleFinder(graph, signature, options.roles()).find();
      found
          .tensors()
          .forEach((role, names) -> roles.put(role, names.stream().map(graph::describe).toList()));
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
        hasCheckpoint(source),
        hasCheckpoint(source) ? variables(source) : Map.of());
  }

  private static List<String> lines(ImportedGraph graph, SignatureDef signature) {
    List<String> lines = new ArrayList<>();
    MetaGraphFile.tensors(signature.getInputsMap())
        .forEach((key, name) -> lines.add("in   " + key + " = " + graph.describe(name)));
    MetaGraphFile.tensors(signature.getOutputsMap())
        .forEach((key, name) -> lines.add("out  " + key + " = " + graph.describe(name)));
    return lines;
  }

  // A graph alone can be described, but a checkpoint without its data is damaged in a SavedModel.
  private static boolean hasCheckpoint(MetaGraphFile source) {
    return !source.isMeta() || CheckpointReader.exists(source.variables()) && source.hasData();
  }

  private static Map<String, String> variables(MetaGraphFile source) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (!source.definition().getSaverDef().getRestoreOpName().isEmpty()) {
      CheckpointReader reader = CheckpointReader.open(source.variables());
      reader.verifyAll();
      reader
          .tensors()
          .forEach(
              (name, info) ->
                  variables.put(name, ImportedGraph.describe(info.dtype(), info.shape())));
    }
    return variables;
  }
}
