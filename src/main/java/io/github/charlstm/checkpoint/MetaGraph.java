package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.github.charlstm.graph.ExponentialMovingAverage;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Op;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;

/**
 * A graph with its Saver and its collections, in a file such as {@code model.ckpt-100.meta}
 * (Python: {@code tf.train.export_meta_graph}, and the reading part of {@code
 * tf.train.import_meta_graph}).
 */
public final class MetaGraph {
  private static final String VARIABLES = "variables";
  private static final String TRAINABLE_VARIABLES = "trainable_variables";
  private static final String SAVERS = "savers";

  private MetaGraph() {}

  /** A meta graph of a graph as it is now, to be given a Saver and collections. */
  public static Builder of(Graph graph) {
    return new Builder(graph);
  }

  /**
   * Reads a file, binary or text.
   *
   * @throws CheckpointException if there is none or it is no MetaGraphDef
   */
  public static MetaGraphDef read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CheckpointException("meta graph " + file + " does not exist", e);
    } catch (IOException e) {
      throw CheckpointException.unreadable(file, e);
    }
    try {
      return MetaGraphDef.parseFrom(bytes);
    } catch (InvalidProtocolBufferException binary) {
      try {
        return TextFormat.parse(new String(bytes, StandardCharsets.UTF_8), MetaGraphDef.class);
      } catch (TextFormat.ParseException text) {
        throw new CheckpointException(
            "file %s is no meta graph: as binary %s; as text %s"
                .formatted(file, binary.getMessage(), text.getMessage()),
            text);
      }
    }
  }

  /** The parts of a meta graph, with the names and defaults of {@code export_meta_graph}. */
  public static final class Builder {
    private final Graph graph;
    private final Map<String, CollectionDef> collections = new LinkedHashMap<>();
    private Optional<Collection<VariableDef>> variables = Optional.empty();
    private Optional<SaverDef> saverDef = Optional.empty();
    private boolean clearDevices;
    private boolean clearExtraneousSavers;
    private boolean stripDefaultAttrs;

    private Builder(Graph graph) {
      this.graph = graph;
    }

    /** The Saver of the variables ({@code saver_def}); none by default. */
    public Builder saverDef(SaverDef def) {
      this.saverDef = Optional.of(def);
      return this;
    }

    /**
     * The collections {@code variables} and, of those marked so, {@code trainable_variables}, from
     * which Python makes its variable objects, see {@link SavedModelWriter#variable}. By default
     * the first has all variables that the graph initializes, and the second is missing.
     */
    public Builder variables(Collection<VariableDef> definitions) {
      this.variables = Optional.of(List.copyOf(definitions));
      return this;
    }

    /** {@link #variables} and all collections of a store. */
    public Builder store(VariableStore store) {
      variables(definitions(store.all()));
      for (String key : store.collectionKeys()) {
        if (key.equals(VariableStore.LOCAL_VARIABLES)) {
          collection(key, collectionOf(definitions(store.localVariables())));
        } else if (key.equals(ExponentialMovingAverage.MOVING_AVERAGE_VARIABLES)) {
          List<Op> averaged = store.collection(key);
          List<GraphVariable<?>> variables = new ArrayList<>(store.all());
          variables.removeIf(one -> !averaged.contains(one.value()));
          collection(key, collectionOf(definitions(variables)));
        } else {
          store.collection(key).forEach(one -> addToCollection(key, one));
        }
      }
      return this;
    }

    private static List<VariableDef> definitions(Collection<GraphVariable<?>> variables) {
      return variables.stream()
          .map(
              one ->
                  SavedModelWriter.variable(
                      one.reference(),
                      one.initialValue(),
                      one.initializer(),
                      one.value(),
                      one.trainable()))
          .toList();
    }

    /** Adds a tensor, or an operation without outputs such as a training step, to a collection. */
    public Builder addToCollection(String key, Op element) {
      String name =
          element instanceof Operand<?> tensor && tensor.op().numOutputs() > 0
              ? tensor.op().name() + ":" + tensor.asOutput().index()
              : element.op().name();
      return node(key, name);
    }

    private Builder node(String key, String name) {
      CollectionDef.Builder collection =
          collections.getOrDefault(key, CollectionDef.getDefaultInstance()).toBuilder();
      collection.getNodeListBuilder().addValue(name);
      return collection(key, collection.build());
    }

    /** A collection of any kind; replaces one of this key. */
    public Builder collection(String key, CollectionDef values) {
      collections.put(key, values);
      return this;
    }

    /** The collection {@code savers}. */
    public Builder savers(List<SaverDef> definitions) {
      CollectionDef.Builder savers = CollectionDef.newBuilder();
      definitions.forEach(def -> savers.getBytesListBuilder().addValue(def.toByteString()));
      return collection(SAVERS, savers.build());
    }

    /** Whether nodes lose their devices; false by default. */
    public Builder clearDevices(boolean clear) {
      this.clearDevices = clear;
      return this;
    }

    /** Whether the nodes of other Savers are left out; false by default. */
    public Builder clearExtraneousSavers(boolean clear) {
      this.clearExtraneousSavers = clear;
      return this;
    }

    /**
     * Whether attributes at their defaults are left out, which older versions of TensorFlow may not
     * know; false by default.
     */
    public Builder stripDefaultAttrs(boolean strip) {
      this.stripDefaultAttrs = strip;
      return this;
    }

    /** {@return the meta graph} */
    public MetaGraphDef build() {
      GraphDef.Builder definition = graph.toGraphDef().toBuilder();
      if (clearDevices) {
        clearDevices(definition);
      }
      if (clearExtraneousSavers) {
        removeOtherSavers(definition);
      }
      Map<String, OpDef> operations = operations(definition.build());
      if (stripDefaultAttrs) {
        definition.getNodeBuilderList().forEach(node -> strip(node, operations));
        definition
            .getLibraryBuilder()
            .getFunctionBuilderList()
            .forEach(
                function -> function.getNodeDefBuilderList().forEach(n -> strip(n, operations)));
      }
      MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
      meta.getMetaInfoDefBuilder()
          .setTensorflowVersion(TensorFlow.version())
          .setTensorflowGitVersion("unknown") // TensorFlow-Java does not have it
          .setStrippedDefaultAttrs(stripDefaultAttrs);
      // Python removes attributes that it does not know and that are at these operations' defaults
      meta.getMetaInfoDefBuilder().getStrippedOpListBuilder().addAllOp(operations.values());
      meta.setGraphDef(definition);
      saverDef.ifPresent(meta::setSaverDef);
      Collection<VariableDef> all = variables.orElseGet(() -> VariableDefs.of(graph));
      putVariables(meta, VARIABLES, all);
      putVariables(
          meta, TRAINABLE_VARIABLES, all.stream().filter(VariableDef::getTrainable).toList());
      collections.forEach(
          (key, values) ->
              meta.putCollectionDef(
                  key, clearExtraneousSavers && key.equals(SAVERS) ? own(values) : values));
      return meta.build();
    }

    /** Writes it to a file, whose folder is created if missing. */
    public void write(Path file, boolean asText) throws IOException {
      MetaGraphDef meta = build();
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Files.write(
          file,
          asText
              ? TextFormat.printer().printToString(meta).getBytes(StandardCharsets.UTF_8)
              : meta.toByteArray());
    }

    private static void clearDevices(GraphDef.Builder definition) {
      definition.getNodeBuilderList().forEach(NodeDef.Builder::clearDevice);
      definition
          .getLibraryBuilder()
          .getFunctionBuilderList()
          .forEach(
              function -> function.getNodeDefBuilderList().forEach(NodeDef.Builder::clearDevice));
    }

    // As Python, by the scopes of all operations that read and write checkpoints.
    private void removeOtherSavers(GraphDef.Builder definition) {
      Set<String> types = Set.of("SaveV2", "SaveSlices", "Save", "RestoreV2", "Restore");
      Set<String> scopes = new HashSet<>();
      for (NodeDef node : definition.getNodeList()) {
        if (types.contains(node.getOp())) {
          scopes.add(scopeOf(node.getName()));
        }
      }
      saverDef.ifPresent(
          own -> {
            scopes.remove(scopeOf(own.getSaveTensorName()));
            scopes.remove(scopeOf(own.getRestoreOpName()));
          });
      List<NodeDef> kept =
          definition.getNodeList().stream()
              .filter(node -> scopes.stream().noneMatch(node.getName()::startsWith))
              .toList();
      definition.clearNode().addAllNode(kept);
    }

    private CollectionDef own(CollectionDef savers) {
      CollectionDef.Builder own = CollectionDef.newBuilder();
      savers.getBytesList().getValueList().stream()
          .filter(value -> saverDef.isPresent() && value.equals(saverDef.get().toByteString()))
          .forEach(value -> own.getBytesListBuilder().addValue(value));
      return own.build();
    }

    private static String scopeOf(String name) {
      return name.substring(0, name.lastIndexOf('/') + 1);
    }

    private static void putVariables(
        MetaGraphDef.Builder meta, String key, Collection<VariableDef> variables) {
      if (!variables.isEmpty()) {
        meta.putCollectionDef(key, collectionOf(variables));
      }
    }

    private static CollectionDef collectionOf(Collection<VariableDef> variables) {
      CollectionDef.Builder collection = CollectionDef.newBuilder();
      variables.forEach(def -> collection.getBytesListBuilder().addValue(def.toByteString()));
      return collection.build();
    }

    /** The definitions of all operations of a graph and its functions, without their texts. */
    private static Map<String, OpDef> operations(GraphDef graph) {
      Set<String> used = new TreeSet<>();
      graph.getNodeList().forEach(node -> used.add(node.getOp()));
      graph
          .getLibrary()
          .getFunctionList()
          .forEach(function -> function.getNodeDefList().forEach(node -> used.add(node.getOp())));
      Map<String, OpDef> registered = new HashMap<>();
      TensorFlow.registeredOpList().getOpList().forEach(op -> registered.put(op.getName(), op));
      Map<String, OpDef> operations = new LinkedHashMap<>();
      for (String type : used) {
        OpDef operation = registered.get(type);
        if (operation != null) { // else a function
          operations.put(type, withoutTexts(operation));
        }
      }
      return operations;
    }

    private static OpDef withoutTexts(OpDef operation) {
      OpDef.Builder plain = operation.toBuilder().clearSummary().clearDescription();
      plain.getInputArgBuilderList().forEach(OpDef.ArgDef.Builder::clearDescription);
      plain.getOutputArgBuilderList().forEach(OpDef.ArgDef.Builder::clearDescription);
      plain.getAttrBuilderList().forEach(OpDef.AttrDef.Builder::clearDescription);
      return plain.build();
    }

    private static void strip(NodeDef.Builder node, Map<String, OpDef> operations) {
      OpDef operation = operations.get(node.getOp());
      if (operation == null) {
        return;
      }
      for (OpDef.AttrDef attribute : operation.getAttrList()) {
        AttrValue value = node.getAttrMap().get(attribute.getName());
        if (attribute.hasDefaultValue() && attribute.getDefaultValue().equals(value)) {
          node.removeAttr(attribute.getName());
        }
      }
    }
  }

  /** The variables of a graph, found by the names of their operations. */
  private static final class VariableDefs {
    private VariableDefs() {}

    static List<VariableDef> of(Graph graph) {
      Map<String, VariableDef> found = new LinkedHashMap<>();
      graph
          .operations()
          .forEachRemaining(
              operation -> {
                if (operation.numOutputs() == 1 && SaverOps.isVariable(operation.output(0))) {
                  definition(graph, operation)
                      .ifPresent(variable -> found.put(operation.name(), variable));
                }
              });
      return List.copyOf(found.values());
    }

    private static Optional<VariableDef> definition(Graph graph, GraphOperation variable) {
      boolean resource = SaverOps.isResource(variable.output(0));
      GraphOperation assign = graph.operation(variable.name() + "/Assign");
      GraphOperation read =
          graph.operation(variable.name() + (resource ? "/Read/ReadVariableOp" : "/read"));
      if (assign == null || read == null) {
        return Optional.empty();
      }
      return Optional.of(
          VariableDef.newBuilder()
              .setVariableName(variable.name() + ":0")
              .setInitialValueName(assign.input(1).op().name() + ":" + assign.input(1).index())
              .setInitializerName(assign.name())
              .setSnapshotName(read.name() + ":0")
              .setIsResource(resource)
              .build());
    }
  }
}
