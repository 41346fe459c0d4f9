package io.github.charlstm.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.charlstm.graph.ExponentialMovingAverage;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.family.TType;

/**
 * A meta graph in a graph of TensorFlow-Java, with its variables, Saver and collections (Python:
 * {@code tf.train.import_meta_graph}):
 *
 * <pre>{@code
 * ImportedMetaGraph imported = ImportedMetaGraph.of(graph, Path.of("model.ckpt-100.meta"));
 * try (Session session = new Session(graph, false)) {
 *   imported.saver().orElseThrow().restore(session, Path.of("model.ckpt-100"));
 *   session.runner().addTarget(imported.operation("Adam")).run().close();
 * }
 * }</pre>
 *
 * <p>The session needs {@code autoInit} false if an operation at the root has a name that starts
 * with {@code Init}: TensorFlow-Java runs these before all others. Only for files from sources that
 * are trusted: a graph may read and write files; package {@code foreign} refuses such operations.
 */
public final class ImportedMetaGraph {
  private static final String VARIABLES = "variables";
  private static final String TRAINABLE_VARIABLES = "trainable_variables";
  private static final String SAVERS = "savers";

  private final Graph graph;
  private final String prefix;
  private final MetaGraphDef definition;
  private final VariableStore variables;
  private final Optional<Saver> saver;

  private ImportedMetaGraph(Graph graph, MetaGraphDef definition, Builder options) {
    this.graph = graph;
    this.definition = definition;
    this.prefix = options.importScope.isEmpty() ? "" : options.importScope + "/";
    this.variables = new VariableStore(Ops.create(graph), options.seeds);
    addVariables();
    definition
        .getCollectionDefMap()
        .forEach(
            (key, values) ->
                values
                    .getNodeList()
                    .getValueList()
                    .forEach(name -> variables.addToCollection(key, element(name))));
    this.saver = findSaver();
  }

  /** {@link Builder#importInto(Graph, Path)} with the defaults. */
  public static ImportedMetaGraph of(Graph graph, Path file) {
    return builder().importInto(graph, file);
  }

  /** {@return options at their defaults} */
  public static Builder builder() {
    return new Builder();
  }

  private void addVariables() {
    Set<String> trainable = new HashSet<>();
    definitions(TRAINABLE_VARIABLES).forEach(one -> trainable.add(one.getVariableName()));
    for (VariableDef one : definitions(VARIABLES)) {
      variables.adopt(variable(one, trainable.contains(one.getVariableName())));
    }
    for (VariableDef one : definitions(VariableStore.LOCAL_VARIABLES)) {
      variables.adoptLocal(variable(one, trainable.contains(one.getVariableName())));
    }
    String averaged = ExponentialMovingAverage.MOVING_AVERAGE_VARIABLES;
    for (VariableDef one : definitions(averaged)) {
      variables.addToCollection(averaged, tensor(one.getSnapshotName()));
    }
  }

  private List<VariableDef> definitions(String key) {
    List<VariableDef> definitions = new ArrayList<>();
    for (ByteString bytes : collection(key).getBytesList().getValueList()) {
      try {
        definitions.add(VariableDef.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        throw malformed(key, e);
      }
    }
    return definitions;
  }

  private static CheckpointException malformed(String key, Exception cause) {
    return new CheckpointException(
        "the meta graph's collection %s is damaged: %s".formatted(key, cause.getMessage()), cause);
  }

  private GraphVariable<TType> variable(VariableDef definition, boolean trainable) {
    Operand<TType> variable = tensor(definition.getVariableName());
    GraphOperation initializer = operation(definition.getInitializerName());
    String initialValue = definition.getInitialValueName(); // not in files before TensorFlow 1.5
    Operand<TType> initial = initialValue.isEmpty() ? assigned(initializer) : tensor(initialValue);
    return new GraphVariable<>(
        variable.op().name(),
        SaverOps.shape(variable),
        variable,
        tensor(definition.getSnapshotName()),
        initial,
        asOp(initializer),
        trainable);
  }

  @SuppressWarnings("unchecked") // the graph knows the type
  private static Operand<TType> assigned(GraphOperation initializer) {
    return (Operand<TType>) initializer.input(1);
  }

  private Optional<Saver> findSaver() {
    if (definition.hasSaverDef()) {
      return Optional.of(Saver.of(graph, inScope(definition.getSaverDef())));
    }
    return variables.all().isEmpty()
        ? Optional.empty()
        : Optional.of(Saver.builder(Ops.create(graph), variables.references()).build());
  }

  private SaverDef inScope(SaverDef def) {
    return def.toBuilder()
        .setFilenameTensorName(prefix + def.getFilenameTensorName())
        .setSaveTensorName(prefix + def.getSaveTensorName())
        .setRestoreOpName(prefix + def.getRestoreOpName())
        .build();
  }

  /** {@return the variables, under their names in the graph; optimizers add to them} */
  public VariableStore variables() {
    return variables;
  }

  /**
   * {@return the file's Saver; if it has none, a new one of all variables; empty if there are none}
   */
  public Optional<Saver> saver() {
    return saver;
  }

  /** {@return the Savers of the collection {@code savers}} */
  public List<Saver> savers() {
    List<Saver> savers = new ArrayList<>();
    for (ByteString bytes : collection(SAVERS).getBytesList().getValueList()) {
      try {
        savers.add(Saver.of(graph, inScope(SaverDef.parseFrom(bytes))));
      } catch (InvalidProtocolBufferException e) {
        throw malformed(SAVERS, e);
      }
    }
    return savers;
  }

  /**
   * {@return a collection as the file has it, empty if it has none; tensors and operations are in
   * {@link VariableStore#collection}}
   */
  public CollectionDef collection(String key) {
    return definition.getCollectionDefOrDefault(key, CollectionDef.getDefaultInstance());
  }

  /**
   * {@return the operation of a name in the file}
   *
   * @throws IllegalArgumentException if there is none
   */
  public GraphOperation operation(String name) {
    GraphOperation found = graph.operation(prefix + name);
    if (found == null) {
      throw new IllegalArgumentException(
          "the graph has no operation named %s%s".formatted(prefix, name));
    }
    return found;
  }

  /**
   * {@return the tensor of a name in the file, such as {@code logits:0}}
   *
   * @throws IllegalArgumentException if there is none
   */
  @SuppressWarnings("unchecked") // the graph knows the type
  public <T extends TType> Operand<T> tensor(String name) {
    int colon = name.lastIndexOf(':');
    GraphOperation operation = operation(colon < 0 ? name : name.substring(0, colon));
    int index = colon < 0 ? 0 : Integer.parseInt(name.substring(colon + 1));
    if (index >= operation.numOutputs()) {
      throw new IllegalArgumentException(
          "operation %s has %s outputs, found %s"
              .formatted(operation.name(), operation.numOutputs(), name));
    }
    return (Output<T>) operation.output(index);
  }

  private Op element(String name) {
    return name.contains(":") ? tensor(name) : asOp(operation(name));
  }

  private static Op asOp(GraphOperation operation) {
    return operation.numOutputs() > 0 ? operation.output(0) : () -> operation;
  }

  /** Options, with the names and defaults of {@code import_meta_graph}. */
  public static final class Builder {
    private boolean clearDevices;
    private String importScope = "";
    private RandomSeeds seeds = RandomSeeds.fromEntropy();

    private Builder() {}

    /** Whether nodes lose their devices; false by default. */
    public Builder clearDevices(boolean clear) {
      this.clearDevices = clear;
      return this;
    }

    /** A name scope that all names are put under, without a slash at its end; none by default. */
    public Builder importScope(String scope) {
      if (scope.startsWith("/") || scope.endsWith("/")) {
        throw new IllegalArgumentException(
            "import_scope: expected a scope without slashes at its ends, found " + scope);
      }
      this.importScope = scope;
      return this;
    }

    /** The seeds of variables that are added afterwards; of entropy by default. */
    public Builder seeds(RandomSeeds other) {
      this.seeds = other;
      return this;
    }

    /**
     * Reads a file and adds its nodes to a graph.
     *
     * @throws CheckpointException if there is none, it is no meta graph, or TensorFlow refuses it
     */
    public ImportedMetaGraph importInto(Graph graph, Path file) {
      return importInto(graph, MetaGraph.read(file));
    }

    /**
     * Adds the nodes to a graph.
     *
     * @throws CheckpointException if a name is taken, or TensorFlow refuses the nodes
     */
    public ImportedMetaGraph importInto(Graph graph, MetaGraphDef definition) {
      requireFree(graph, definition);
      GraphDef.Builder nodes = definition.getGraphDef().toBuilder();
      if (clearDevices) {
        nodes.getNodeBuilderList().forEach(NodeDef.Builder::clearDevice);
        nodes
            .getLibraryBuilder()
            .getFunctionBuilderList()
            .forEach(one -> one.getNodeDefBuilderList().forEach(NodeDef.Builder::clearDevice));
      }
      try {
        if (importScope.isEmpty()) {
          graph.importGraphDef(nodes.build());
        } else {
          graph.importGraphDef(nodes.build(), importScope);
        }
      } catch (TensorFlowException | IllegalArgumentException e) {
        throw new CheckpointException(
            "TensorFlow refuses the meta graph (written by TensorFlow %s): %s"
                .formatted(definition.getMetaInfoDef().getTensorflowVersion(), e.getMessage()),
            e);
      }
      return new ImportedMetaGraph(graph, definition, this);
    }

    // TensorFlow would choose another prefix in silence.
    private void requireFree(Graph graph, MetaGraphDef definition) {
      String prefix = importScope.isEmpty() ? "" : importScope + "/";
      for (NodeDef node : definition.getGraphDef().getNodeList()) {
        if (graph.operation(prefix + node.getName()) != null) {
          throw new CheckpointException(
              "the graph has an operation %s%s already; give another import_scope"
                  .formatted(prefix, node.getName()));
        }
      }
    }
  }
}
