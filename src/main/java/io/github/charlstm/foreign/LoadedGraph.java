package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TString;

/** An imported graph with a session, its variables restored and its initializer run. */
final class LoadedGraph implements AutoCloseable {
  private static final Set<String> VARIABLES =
      Set.of("VariableV2", "Variable", "VarHandleOp", "VarHandlesOp", "TemporaryVariable");

  private final ImportedGraph imported;
  private final ForbiddenOps forbidden;
  private final boolean trusted;
  private final Session session;

  private LoadedGraph(ImportedGraph imported, boolean trusted) {
    this.imported = imported;
    this.trusted = trusted;
    this.forbidden = new ForbiddenOps(file(), imported.index());
    // No automatic initialization: it would run every operation whose name starts with Init.
    this.session = new Session(imported.graph(), false, ConfigProto.getDefaultInstance());
  }

  /**
   * Owns the graph: closes it with this, or if this fails.
   *
   * @throws CheckpointException if the checkpoint is missing or damaged
   */
  static LoadedGraph of(ImportedGraph imported, boolean trusted) {
    LoadedGraph loaded = new LoadedGraph(imported, trusted);
    try {
      loaded.restore();
      imported.source().initializer().ifPresent(loaded::runOperation);
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  ImportedGraph imported() {
    return imported;
  }

  String file() {
    return imported.source().file().toString();
  }

  private void restore() {
    SaverDef saver = imported.source().definition().getSaverDef();
    boolean hasVariables =
        imported.index().nodes().values().stream()
            .anyMatch(node -> VARIABLES.contains(node.getOp()));
    if (saver.getRestoreOpName().isEmpty()) {
      if (hasVariables) {
        throw InteropException.of(
            "%s has variables but no saver that restores them; give the .meta file of their"
                + " checkpoint (`meta`), or freeze the graph in Python"
                + " (tf.compat.v1.graph_util.convert_variables_to_constants)",
            file());
      }
      return;
    }
    String operation = GraphIndex.nodeOf(saver.getRestoreOpName());
    TensorName prefix = TensorName.of(saver.getFilenameTensorName());
    if (!imported.index().nodes().containsKey(operation) || !imported.has(prefix)) {
      throw InteropException.of(
          "%s is damaged: its saver's operation %s is not in the graph", file(), operation);
    }
    if (!trusted) {
      forbidden.checkRun(List.of(operation), true);
    }
    CheckpointReader reader = CheckpointReader.open(imported.source().variables());
    reader.verifyAll();
    new RestoredVariables(imported.index(), operation).check(reader, file());
    String path = imported.source().variables().toAbsolutePath().toString();
    try (TString value = TString.scalarOf(path)) {
      run(
              "its variables cannot be restored",
              runner ->
                  runner
                      .feed(ImportedGraph.inGraph(prefix), value)
                      .addTarget(ImportedGraph.inGraph(operation)))
          .close();
    }
  }

  /** Runs an operation without inputs, such as an initializer. */
  void runOperation(String name) {
    allow(List.of(name));
    run("its operation " + name + " fails", runner -> runner.addTarget(ImportedGraph.inGraph(name)))
        .close();
  }

  /** Rejects operations that would read or write checkpoints. */
  void allow(List<String> operations) {
    if (!trusted) {
      forbidden.checkRun(operations, false);
    }
  }

  /** Runs the session once; {@code failure} is the message if TensorFlow fails. */
  Result run(String failure, Consumer<Session.Runner> preparation) {
    try {
      Session.Runner runner = session.runner();
      preparation.accept(runner);
      return runner.run();
    } catch (InteropException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InteropException(file() + ": " + failure + ": " + InteropException.firstLine(e), e);
    }
  }

  @Override
  public void close() {
    session.close();
    imported.close();
  }

  /**
   * The tensors that the graph's saver reads from the checkpoint, found in its restore operations,
   * and the check that the checkpoint has them.
   */
  private static final class RestoredVariables {
    /** The key is the name in the checkpoint; the shape is the graph's, unknown if not found. */
    record Variable(String key, DataType type, Shape shape) {}

    private final GraphIndex graph;
    private final List<Variable> variables = new ArrayList<>();

    /** The node is the saver's operation that restores all. */
    RestoredVariables(GraphIndex graph, String restoreNode) {
      this.graph = graph;
      FunctionCalls.visit(
          graph,
          graph.upstream(List.of(restoreNode), input -> false),
          (node, scope) -> {
            if (node.getOp().equals("RestoreV2")) {
              add(node, scope);
            }
          });
    }

    private void add(NodeDef restore, FunctionCalls.NodeScope scope) {
      List<String> inputs = GraphIndex.dataInputs(restore);
      List<String> keys = inputs.size() == 3 ? strings(scope, inputs.get(1)) : List.of();
      List<String> slices = inputs.size() == 3 ? strings(scope, inputs.get(2)) : List.of();
      List<DataType> types = restore.getAttrMap().get("dtypes").getList().getTypeList();
      Map<Integer, Shape> shapes = shapes(restore, scope);
      for (int k = 0; k < Math.min(keys.size(), types.size()); k++) {
        boolean whole = k < slices.size() && slices.get(k).isEmpty();
        Shape shape = whole ? shapes.getOrDefault(k, Shape.unknown()) : Shape.unknown();
        variables.add(new Variable(keys.get(k), types.get(k), shape));
      }
    }

    private static List<String> strings(FunctionCalls.NodeScope scope, String input) {
      Optional<NodeDef> source = scope.source(input).filter(node -> node.getOp().equals("Const"));
      if (source.isEmpty()) {
        return List.of();
      }
      TensorProto tensor = source.get().getAttrMap().get("value").getTensor();
      List<String> values = new ArrayList<>();
      tensor.getStringValList().forEach(value -> values.add(value.toStringUtf8()));
      // The last of several equal elements may be omitted, as in every TensorProto.
      long size = shape(tensor.getTensorShape()).size();
      while (!values.isEmpty() && values.size() < Math.min(size, 1_000_000)) {
        values.add(values.get(values.size() - 1));
      }
      return values;
    }

    /** The shapes of the variables that a restore's outputs are assigned to, by output. */
    private Map<Integer, Shape> shapes(NodeDef restore, FunctionCalls.NodeScope scope) {
      Map<Integer, Shape> shapes = new LinkedHashMap<>();
      for (NodeDef node : scope.nodes().values()) {
        boolean assigns = node.getOp().equals("Assign") || node.getOp().equals("AssignVariableOp");
        List<String> inputs = GraphIndex.dataInputs(node);
        if (!assigns || inputs.size() < 2) {
          continue;
        }
        String origin = scope.origin(inputs.get(1));
        if (GraphIndex.nodeOf(origin).equals(restore.getName())) {
          scope
              .nodeOfGraph(inputs.get(0))
              .map(graph.nodes()::get)
              .filter(variable -> variable.containsAttr("shape"))
              .ifPresent(
                  variable ->
                      shapes.put(
                          outputOf(origin), shape(variable.getAttrOrThrow("shape").getShape())));
        }
      }
      return shapes;
    }

    private static int outputOf(String input) {
      String last = input.substring(input.lastIndexOf(':') + 1);
      return last.matches("[0-9]{1,6}") ? Integer.parseInt(last) : 0;
    }

    void check(CheckpointReader reader, String source) {
      List<String> missing =
          variables.stream().map(Variable::key).filter(key -> !reader.hasTensor(key)).toList();
      if (!missing.isEmpty()) {
        throw InteropException.of(
            "checkpoint %s lacks %s of the %s tensors that %s restores, the first is %s",
            reader.prefix(), missing.size(), variables.size(), source, missing.get(0));
      }
      for (Variable variable : variables) {
        TensorInfo found = reader.tensors().get(variable.key());
        if (found.dtype() != variable.type() || !variable.shape().isCompatibleWith(found.shape())) {
          throw InteropException.of(
              "checkpoint %s: %s needs tensor %s to be %s, found %s",
              reader.prefix(),
              source,
              variable.key(),
              ImportedGraph.describe(variable.type(), variable.shape()),
              ImportedGraph.describe(found.dtype(), found.shape()));
        }
      }
    }

    private static Shape shape(TensorShapeProto proto) {
      return proto.getUnknownRank()
          ? Shape.unknown()
          : Shape.of(
              proto.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray());
    }
  }
}
