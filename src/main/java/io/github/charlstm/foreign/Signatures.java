package io.github.charlstm.foreign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** The signatures of a MetaGraph: named sets of inputs and outputs. */
final class Signatures {
  static final String DEFAULT = "serving_default";
  private static final String INITIALIZER = "__saved_model_init_op";

  private Signatures() {}

  /** All but the initializer's, by key. */
  static Map<String, SignatureDef> all(MetaGraphDef definition) {
    Map<String, SignatureDef> signatures = new TreeMap<>(definition.getSignatureDefMap());
    signatures.remove(INITIALIZER);
    return signatures;
  }

  /**
   * The signature of a key; without one the default, or the only one that takes inputs.
   *
   * @throws InteropException if there is no such signature, or no telling which
   */
  static Optional<SignatureDef> choose(MetaGraphFile source, Optional<String> key) {
    Map<String, SignatureDef> all = all(source.definition());
    if (key.isPresent() && !all.containsKey(key.get())) {
      throw new InteropException(
          source.file()
              + " has no signature "
              + key.get()
              + "; it has "
              + (all.isEmpty() ? "none" : String.join(", ", all.keySet())));
    }
    if (key.isPresent() || all.containsKey(DEFAULT)) {
      return Optional.of(all.get(key.orElse(DEFAULT)));
    }
    List<SignatureDef> usable =
        all.values().stream().filter(signature -> signature.getInputsCount() > 0).toList();
    if (usable.size() > 1) {
      throw new InteropException(
          source.file()
              + " has several signatures and none is "
              + DEFAULT
              + ": "
              + String.join(", ", all.keySet())
              + "; choose one with --signature");
    }
    return usable.stream().findFirst();
  }

  /** A signature that takes nothing and whose name says that it resets the state. */
  static Optional<TensorName> reset(MetaGraphDef definition) {
    return all(definition).entrySet().stream()
        .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).contains("reset"))
        .filter(entry -> entry.getValue().getInputsCount() == 0)
        .flatMap(entry -> tensors(entry.getValue().getOutputsMap()).values().stream())
        .findFirst();
  }

  /** Tensors by key, in the keys' order; those of other encodings (sparse) are left out. */
  static Map<String, TensorName> tensors(Map<String, TensorInfo> infos) {
    Map<String, TensorName> tensors = new LinkedHashMap<>();
    new TreeMap<>(infos)
        .forEach(
            (key, info) -> {
              if (!info.getName().isEmpty()) {
                tensors.put(key, TensorName.of(info.getName()));
              }
            });
    return tensors;
  }

  static String describe(ImportedGraph graph, Map<String, TensorInfo> infos) {
    return tensors(infos).entrySet().stream()
        .map(entry -> entry.getKey() + " = " + graph.describe(entry.getValue()))
        .collect(Collectors.joining("; "));
  }
}
