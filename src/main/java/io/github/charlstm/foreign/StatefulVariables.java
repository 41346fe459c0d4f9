package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * State that a graph keeps in variables, as Keras' stateful layers do: every variable of floats
 * that is assigned while the predictions are computed.
 */
final class StatefulVariables {
  private static final Set<DataType> FLOATS =
      Set.of(DataType.DT_FLOAT, DataType.DT_DOUBLE, DataType.DT_HALF, DataType.DT_BFLOAT16);

  private final LoadedGraph loaded;
  private final Set<String> variables = new LinkedHashSet<>();
  private final List<String> resets = new ArrayList<>();

  /** Finds the variables and adds the operations that set them to zero. */
  StatefulVariables(LoadedGraph loaded, RoleMap roles) {
    this.loaded = loaded;
    GraphIndex index = loaded.imported().index();
    FunctionCalls.visit(
        index,
        index.upstream(List.of(roles.predictions().operation()), input -> false),
        (node, scope) -> {
          boolean assigns = node.getOp().matches("Assign(Add|Sub)?(VariableOp)?");
          List<String> inputs = GraphIndex.dataInputs(node);
          if (assigns && !inputs.isEmpty()) {
            scope
                .nodeOfGraph(inputs.get(0))
                .filter(name -> FLOATS.contains(type(name)))
                .ifPresent(variables::add);
          }
        });
    Optional<TensorName> reset = loaded.imported().source().resetSignature();
    if (reset.isPresent() && !variables.isEmpty()) {
      resets.add(reset.get().operation());
    } else {
      variables.forEach(this::addReset);
    }
  }

  /** Whether the graph has such variables. */
  boolean isPresent() {
    return !variables.isEmpty();
  }

  /** The variables' nodes. */
  Set<String> variables() {
    return variables;
  }

  /** Runs the model's own reset signature if it has one; else sets the variables to zero. */
  void reset() {
    resets.forEach(loaded::runOperation);
  }

  private DataType type(String variable) {
    NodeDef node = loaded.imported().index().nodes().get(variable);
    return node != null && node.containsAttr("dtype")
        ? node.getAttrOrThrow("dtype").getType()
        : DataType.DT_INVALID;
  }

  private void addReset(String variable) {
    Graph graph = loaded.imported().graph();
    GraphOperation handle = graph.operationOrThrow(ImportedGraph.inGraph(variable));
    boolean resource = handle.type().equals("VarHandleOp");
    String name = "charlstm_reset_" + resets.size() + "/" + variable;
    String scope = ImportedGraph.inGraph(name);
    Output<?> value = handle.output(0);
    if (resource) {
      value =
          graph
              .opBuilder("ReadVariableOp", scope + "/Read", graph.baseScope())
              .addInput(handle.output(0))
              .setAttr("dtype", type(variable))
              .build()
              .output(0);
    }
    Output<?> zeros =
        graph
            .opBuilder("ZerosLike", scope + "/Zeros", graph.baseScope())
            .addInput(value)
            .build()
            .output(0);
    String assign = resource ? "AssignVariableOp" : "Assign";
    graph
        .opBuilder(assign, scope + "/Assign", graph.baseScope())
        .addInput(handle.output(0))
        .addInput(zeros)
        .build();
    resets.add(name + "/Assign");
  }
}
