package io.github.charlstm.interop;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/** What a model offers, in words: the signatures, the placeholders, likely tensors. */
final class Offer {
  private static final int MOST = 12;
  // Cells name their zero states <class>ZeroState/zeros.
  private static final Pattern ZERO_STATE =
      Pattern.compile("(.*/)?\\w*ZeroState(_\\d+)?/zeros(_\\d+)?");
  private static final Set<String> LIKELY_STATES =
      Set.of("Exit", "While", "StatelessWhile", "LSTMBlockCell", "BlockLSTM", "BlockLSTMV2");

  private final ImportedGraph graph;

  Offer(ImportedGraph graph) {
    this.graph = graph;
  }

  static boolean isZeroState(NodeDef node) {
    return ZERO_STATE.matcher(node.getName()).matches();
  }

  /** The error for a role that nothing has. */
  InteropException missing(String role) {
    return new InteropException(
        String.format(
            "%s: no tensor was found for the role %s; %s; name it, for example --map %s",
            graph.source().file(), role, describe(), example(role)));
  }

  private static String example(String role) {
    return switch (role) {
      case RoleMap.INITIAL_STATE, RoleMap.FINAL_STATE ->
          "initial_state=c:0,h:0 --map final_state=new_c:0,new_h:0";
      case RoleMap.INPUTS -> "inputs=x:0";
      case RoleMap.KEEP_PROB -> "keep_prob=dropout:0";
      default -> role + "=softmax:0";
    };
  }

  /** In one line. */
  String describe() {
    String signatures =
        Signatures.all(graph.source().definition()).entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + " ("
                        + Signatures.describe(graph, entry.getValue().getInputsMap())
                        + " -> "
                        + Signatures.describe(graph, entry.getValue().getOutputsMap())
                        + ")")
            .collect(Collectors.joining(", "));
    return "it offers signatures: "
        + (signatures.isEmpty() ? "none" : signatures)
        + "; placeholders: "
        + list(placeholders())
        + "; likely predictions: "
        + list(named(node -> node.getOp().equals("Softmax")))
        + "; likely states: "
        + list(Stream.concat(named(Offer::isZeroState), states()));
  }

  /** What has to be fed, and what may be. */
  Stream<String> placeholders() {
    return named(ImportedGraph::isPlaceholder);
  }

  private Stream<String> named(Predicate<NodeDef> condition) {
    return nodes(condition).map(node -> graph.describe(new TensorName(node.getName(), 0)));
  }

  private Stream<NodeDef> nodes(Predicate<NodeDef> condition) {
    return graph.view().nodes().values().stream()
        .filter(node -> !node.getName().startsWith("gradients"))
        .filter(condition);
  }

  private Stream<String> states() {
    return nodes(node -> LIKELY_STATES.contains(node.getOp()) || isCellOutput(node))
        .map(node -> new TensorName(node.getName(), 0))
        .filter(name -> graph.isFloat(name) && graph.shape(name).numDimensions() == 2)
        .map(graph::describe);
  }

  // In an unrolled graph a cell's state is the result of its last additions and products.
  private static boolean isCellOutput(NodeDef node) {
    String name = node.getName();
    String last = name.substring(name.lastIndexOf('/') + 1).toLowerCase(java.util.Locale.ROOT);
    return name.contains("_cell") && last.matches("(add|mul)(_\\d+)?");
  }

  private static String list(Stream<String> names) {
    List<String> all = names.toList();
    String shown = all.stream().limit(MOST).collect(Collectors.joining(", "));
    return all.isEmpty()
        ? "none"
        : shown + (all.size() > MOST ? " and " + (all.size() - MOST) + " more" : "");
  }
}
