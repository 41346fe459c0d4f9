package io.github.charlstm.foreign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;

/** Lists signatures, placeholders and tensors with likely roles, for messages. */
record TensorCandidates(ImportedGraph graph) {
  private static final int MOST = 12;
  // Cells name their zero states <class>ZeroState/zeros.
  private static final Pattern ZERO_STATE =
      Pattern.compile("(.*/)?\\w*ZeroState(_\\d+)?/zeros(_\\d+)?");
  private static final Set<String> LOOP_RESULTS = Set.of("Exit", "While", "StatelessWhile");
  private static final Pattern CELL_RESULT =
      Pattern.compile("(?i)(?!.*(initializer|kernel|bias)).*_?cell.*/(add|mul|tanh)(_\\d+)?");

  static boolean isZeroState(NodeDef node) {
    return ZERO_STATE.matcher(node.getName()).matches();
  }

  /** The error for a role that no tensor has. */
  InteropException missing(String role) {
    String file = graph.source().file().toString();
    if (graph.source().isWithoutSignatures() && inputs().findAny().isEmpty()) {
      return InteropException.of(
          "%s has no signatures and no placeholders: its functions can be called by Python objects"
              + " only; save the model again in Python with a signature that takes symbol numbers:"
              + " tf.saved_model.save(model, folder, signatures=function), or model.export(folder)"
              + " of Keras 3",
          file);
    }
    return InteropException.of(
        "%s: no tensor was found for the role %s; name it, for example `map` %s; %s",
        file, role, example(role), describe());
  }

  private static String example(String role) {
    return switch (role) {
      case RoleMap.INITIAL_STATE, RoleMap.FINAL_STATE ->
          "initial_state=c:0,h:0 `map` final_state=new_c:0,new_h:0";
      case RoleMap.INPUTS -> "inputs=x:0";
      case RoleMap.KEEP_PROB -> "keep_prob=dropout:0";
      default -> role + "=softmax:0";
    };
  }

  String describe() {
    String signatures =
        graph.source().signatures().entrySet().stream()
            .map(
                entry ->
                    String.format(
                        "%s (%s -> %s)",
                        entry.getKey(),
                        describe(entry.getValue().getInputsMap()),
                        describe(entry.getValue().getOutputsMap())))
            .collect(Collectors.joining(", "));
    return String.format(
        "it has signatures: %s; placeholders: %s; likely predictions: %s; likely initial states:"
            + " %s; likely final states: %s",
        signatures.isEmpty() ? "none" : signatures,
        list(placeholders()),
        list(named(node -> node.getOp().equals("Softmax"))),
        list(named(TensorCandidates::isZeroState)),
        list(Stream.concat(loopResults(), cellResults())));
  }

  private String describe(Map<String, TensorInfo> tensors) {
    return MetaGraphFile.tensors(tensors).entrySet().stream()
        .map(entry -> entry.getKey() + " = " + graph.describe(entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  Stream<String> placeholders() {
    return named(ImportedGraph::isPlaceholder);
  }

  private Stream<NodeDef> inputs() {
    return nodes(ImportedGraph::isPlaceholder)
        .filter(node -> graph.isInteger(tensor(node)) || graph.isFloat(tensor(node)));
  }

  /** Whether a placeholder may be the probability of dropout. */
  boolean hasFloatScalar() {
    return inputs()
        .map(TensorCandidates::tensor)
        .anyMatch(name -> graph.isFloat(name) && graph.mayHaveRank(name, 0, 0));
  }

  private static TensorName tensor(NodeDef node) {
    return new TensorName(node.getName(), 0);
  }

  private Stream<String> named(Predicate<NodeDef> condition) {
    return nodes(condition).map(node -> graph.describe(new TensorName(node.getName(), 0)));
  }

  private Stream<NodeDef> nodes(Predicate<NodeDef> condition) {
    return graph.index().nodes().values().stream()
        .filter(node -> !node.getName().startsWith("gradients"))
        .filter(condition);
  }

  private Stream<String> loopResults() {
    return nodes(node -> LOOP_RESULTS.contains(node.getOp()))
        .map(node -> new TensorName(node.getName(), 0))
        .filter(this::mayBeState)
        .map(graph::describe);
  }

  // In an unrolled graph a cell's state is the result of its last addition, product or activation.
  private Stream<String> cellResults() {
    Map<String, TensorName> last = new LinkedHashMap<>();
    nodes(node -> CELL_RESULT.matcher(node.getName()).matches())
        .map(node -> new TensorName(node.getName(), 0))
        .filter(this::mayBeState)
        .forEach(name -> last.put(withoutNumbers(name.operation()), name));
    return last.values().stream().map(graph::describe);
  }

  // Removes numbers of steps, which any scope may have; those of layers, cell_0 and cell_1, stay.
  private static String withoutNumbers(String name) {
    return name.replaceAll("(?<!(^|/)cell)_\\d+(?=/|$)", "");
  }

  private boolean mayBeState(TensorName name) {
    return graph.isFloat(name) && graph.shape(name).numDimensions() == 2;
  }

  private static String list(Stream<String> names) {
    List<String> all = names.toList();
    String shown = all.stream().limit(MOST).collect(Collectors.joining(", "));
    return all.isEmpty()
        ? "none"
        : shown + (all.size() > MOST ? " and " + (all.size() - MOST) + " more" : "");
  }
}
