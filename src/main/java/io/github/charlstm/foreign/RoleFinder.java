package io.github.charlstm.foreign;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;

/**
 * Finds the tensors of the roles: those that the user named, else those of the signature, else by
 * the names that TF1 programs use, else by the graph's structure.
 */
final class RoleFinder {
  private static final List<Pattern> PREDICTION_KEYS =
      Stream.of(
              "predictions?",
              "probabilit(y|ies)|probs?",
              "softmax",
              ".*(predict|prob|softmax).*",
              "outputs?(_0)?",
              "logits?",
              ".*(output|logit|score).*")
          .map(Pattern::compile)
          .toList();
  private static final List<String> PREDICTION_NAMES =
      List.of("predictions", "prediction", "probabilities", "probs", "prob", "softmax");
  private static final Pattern INPUT_NAME =
      Pattern.compile("(.*[/_])?(inputs?|input_data|input_ids|x|chars?|symbols?)(_[0-9]+)?");

  private final ImportedGraph graph;
  private final RoleMap mapped;
  private final TensorCandidates candidates;
  private final Map<String, TensorName> inputs;
  private final Map<String, TensorName> outputs;
  private final Map<String, String> statePairs;

  RoleFinder(ImportedGraph graph, Optional<SignatureDef> signature, RoleMap mapped) {
    this.graph = graph;
    this.mapped = mapped;
    this.candidates = new TensorCandidates(graph);
    this.inputs = signature.map(s -> MetaGraphFile.tensors(s.getInputsMap())).orElse(Map.of());
    this.outputs = signature.map(s -> MetaGraphFile.tensors(s.getOutputsMap())).orElse(Map.of());
    this.statePairs = StateFinder.pairs(graph, inputs, outputs);
    mapped.tensors().values().forEach(names -> names.forEach(this::requirePresent));
    inputs.values().forEach(this::requirePresent);
    outputs.values().forEach(this::requirePresent);
  }

  private void requirePresent(TensorName name) {
    if (!graph.has(name)) {
      throw new InteropException(
          graph.source().file() + " has no tensor " + name + "; " + candidates.describe());
    }
  }

  /**
   * @throws InteropException if a role is missing; the message lists candidates
   */
  RoleMap find() {
    TensorName predictions =
        mapped
            .one(RoleMap.PREDICTIONS)
            .or(this::signaturePredictions)
            .or(this::usualPredictions)
            .orElseThrow(() -> candidates.missing(RoleMap.PREDICTIONS));
    Set<String> upstream = graph.index().upstream(List.of(predictions.operation()), input -> false);
    TensorName symbols =
        mapped
            .one(RoleMap.INPUTS)
            .or(this::signatureInputs)
            .or(() -> usualInputs(upstream))
            .orElseThrow(() -> candidates.missing(RoleMap.INPUTS));
    requireSymbols(symbols);
    Map<TensorName, TensorName> states =
        new StateFinder(graph, mapped, candidates, pairedStates(), symbols).find(upstream);
    Set<TensorName> keepProb = new LinkedHashSet<>(mapped.all(RoleMap.KEEP_PROB));
    Set<TensorName> training = new LinkedHashSet<>(mapped.all(RoleMap.TRAINING));
    inputs.forEach((key, name) -> addIfSwitch(key, name, keepProb, training));
    List<String> targets = new ArrayList<>(List.of(predictions.operation()));
    states.values().forEach(name -> targets.add(name.operation()));
    placeholders(graph.index().upstream(targets, input -> states.containsKey(TensorName.of(input))))
        .forEach(name -> addIfSwitch(name.operation(), name, keepProb, training));
    Map<String, List<TensorName>> roles = new LinkedHashMap<>();
    roles.put(RoleMap.INPUTS, List.of(symbols));
    roles.put(RoleMap.PREDICTIONS, List.of(predictions));
    roles.put(RoleMap.KEEP_PROB, List.copyOf(keepProb));
    roles.put(RoleMap.TRAINING, List.copyOf(training));
    roles.put(RoleMap.INITIAL_STATE, List.copyOf(states.keySet()));
    roles.put(RoleMap.FINAL_STATE, List.copyOf(states.values()));
    roles.values().removeIf(List::isEmpty);
    return new RoleMap(roles);
  }

  private Map<TensorName, TensorName> pairedStates() {
    Map<TensorName, TensorName> states = new LinkedHashMap<>();
    statePairs.forEach((input, output) -> states.put(inputs.get(input), outputs.get(output)));
    return states;
  }

  private void addIfSwitch(
      String key, TensorName name, Set<TensorName> keepProb, Set<TensorName> training) {
    String lower = key.toLowerCase(Locale.ROOT);
    boolean scalar = graph.mayHaveRank(name, 0, 0);
    if (scalar && graph.isFloat(name) && lower.contains("keep")) {
      keepProb.add(name);
    } else if (scalar
        && graph.type(name).equals(Optional.of(DataType.DT_BOOL))
        && (lower.contains("train") || lower.contains("learning_phase"))) {
      training.add(name);
    }
  }

  private Optional<TensorName> signaturePredictions() {
    List<String> keys =
        outputs.keySet().stream()
            .filter(key -> !statePairs.containsValue(key) && !key.startsWith("final_"))
            .filter(key -> isPredictions(outputs.get(key)))
            .toList();
    if (keys.size() == 1) {
      return Optional.of(outputs.get(keys.get(0)));
    }
    return PREDICTION_KEYS.stream()
        .flatMap(
            pattern ->
                keys.stream()
                    .filter(key -> pattern.matcher(key.toLowerCase(Locale.ROOT)).matches()))
        .findFirst()
        .map(outputs::get);
  }

  private boolean isPredictions(TensorName name) {
    return graph.isFloat(name) && graph.mayHaveRank(name, 2, 3);
  }

  private Optional<TensorName> usualPredictions() {
    for (String usual : PREDICTION_NAMES) {
      Predicate<NodeDef> named =
          node -> {
            String lower = node.getName().toLowerCase(Locale.ROOT);
            return lower.substring(lower.lastIndexOf('/') + 1).equals(usual);
          };
      List<TensorName> found = predictionNodes(named);
      if (found.size() == 1) {
        return found.stream().findFirst();
      }
    }
    List<TensorName> softmax = predictionNodes(node -> node.getOp().equals("Softmax"));
    return softmax.size() == 1 ? softmax.stream().findFirst() : Optional.empty();
  }

  private List<TensorName> predictionNodes(Predicate<NodeDef> condition) {
    return graph.index().nodes().values().stream()
        .filter(condition)
        .filter(node -> !node.getName().startsWith("gradients"))
        .map(node -> new TensorName(node.getName(), 0))
        .filter(this::isPredictions)
        .toList();
  }

  private Optional<TensorName> signatureInputs() {
    List<String> integers =
        inputs.keySet().stream().filter(key -> graph.isInteger(inputs.get(key))).toList();
    // By default Keras declares symbol numbers as floats.
    List<String> likely =
        integers.isEmpty()
            ? inputs.keySet().stream()
                .filter(key -> graph.isFloat(inputs.get(key)) && !statePairs.containsKey(key))
                .filter(key -> graph.mayHaveRank(inputs.get(key), 1, 3))
                .toList()
            : integers;
    return only(likely, key -> key).map(inputs::get);
  }

  private Optional<TensorName> usualInputs(Set<String> upstream) {
    List<TensorName> all = placeholders(upstream);
    List<TensorName> numbers =
        all.stream()
            .filter(name -> graph.isInteger(name) && graph.mayHaveRank(name, 1, 2))
            .toList();
    List<TensorName> oneHot = all.stream().filter(graph::mayBeOneHot).toList();
    return only(numbers.isEmpty() ? oneHot : numbers, TensorName::operation);
  }

  private static <T> Optional<T> only(List<T> candidates, Function<T, String> name) {
    if (candidates.size() == 1) {
      return candidates.stream().findFirst();
    }
    List<T> named =
        candidates.stream()
            .filter(
                candidate ->
                    INPUT_NAME.matcher(name.apply(candidate).toLowerCase(Locale.ROOT)).matches())
            .toList();
    return named.size() == 1 ? named.stream().findFirst() : Optional.empty();
  }

  private List<TensorName> placeholders(Collection<String> names) {
    return names.stream()
        .map(graph.index().nodes()::get)
        .filter(
            node ->
                ImportedGraph.isPlaceholder(node) || node.getOp().equals("PlaceholderWithDefault"))
        .map(node -> new TensorName(node.getName(), 0))
        .toList();
  }

  private void requireSymbols(TensorName symbols) {
    boolean number = graph.isInteger(symbols) || graph.isFloat(symbols);
    if (!graph.mayBeOneHot(symbols) && !(number && graph.mayHaveRank(symbols, 1, 2))) {
      throw InteropException.of(
          "%s: the inputs %s are no symbol numbers of shape [N, T] or [N], and no one-hot symbols"
              + " of shape [N, T, V]; export the model with such inputs",
          graph.source().file(), graph.describe(symbols));
    }
  }
}
