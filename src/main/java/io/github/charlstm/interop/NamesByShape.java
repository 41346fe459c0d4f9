package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.DataType;

/**
 * Finds the variables of a character model of LSTMs or GRUs by their shapes, where a program has
 * scopes of its own: an output layer {@code [L, V]} with its bias {@code [V]}, and cells. Kernels
 * of LSTMs are {@code [X + L, 4L]}, of which the first reads one-hot symbols, {@code X = V}, or an
 * embedding {@code [V, L]}, and the others {@code X = L}. GRUs on an embedding have gates {@code
 * [2L, 2L]} and a candidate {@code [2L, L]} in scopes beside each other.
 *
 * @param names the names of {@link io.github.charlstm.model.CharLstm} or, with an embedding, of
 *     {@link io.github.charlstm.model.CharRnn}, by the file's
 * @param embedded whether there is an embedding
 */
record NamesByShape(Map<String, String> names, boolean embedded) {
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Weights with the only bias of as many columns in the same scope. */
  private record Layer(TensorInfo kernel, TensorInfo bias) {
    long rows() {
      return kernel.shape().get(0);
    }

    long columns() {
      return kernel.shape().get(1);
    }

    String scope() {
      return parent(kernel.name());
    }
  }

  /** Empty unless exactly one choice of tensors makes such a model. */
  static Optional<NamesByShape> find(FileTensors file) {
    List<TensorInfo> tensors = withoutSlots(file);
    List<Layer> layers = layers(tensors);
    List<NamesByShape> found = new ArrayList<>();
    for (Layer output : layers) {
      List<Layer> cells =
          layers.stream()
              .filter(layer -> layer != output && layer.columns() == 4 * output.rows())
              .sorted(Comparator.comparing(layer -> padded(layer.scope())))
              .toList();
      List<TensorInfo> embeddings =
          tensors.stream()
              .filter(tensor -> isMatrix(tensor, output.columns(), output.rows()))
              .filter(tensor -> tensor != output.kernel())
              .toList();
      if (embeddings.size() == 1) {
        List<Gru> grus = grus(layers, output.rows());
        if (!grus.isEmpty() && hasNoMore(grus.stream().map(Gru::parts).toList(), tensors)) {
          found.add(new NamesByShape(gruNames(output, grus, embeddings.get(0)), true));
        }
      }
      if (isStack(cells, output.rows())
          && hasNoMore(cells.stream().map(cell -> Map.of(cell.scope(), cell)).toList(), tensors)) {
        long inputs = cells.get(0).rows() - output.rows();
        if (inputs == output.columns()) {
          found.add(new NamesByShape(names(output, cells, Optional.empty()), false));
        } else if (inputs == output.rows() && embeddings.size() == 1) {
          found.add(new NamesByShape(names(output, cells, Optional.of(embeddings.get(0))), true));
        }
      }
    }
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  // Every layer but the first reads the outputs of the one before it.
  private static boolean isStack(List<Layer> cells, long units) {
    return !cells.isEmpty()
        && cells.get(0).rows() > units
        && cells.stream().skip(1).allMatch(cell -> cell.rows() == 2 * units);
  }

  // Peepholes, projections and other parts of cells are not imported.
  private static boolean hasNoMore(List<Map<String, Layer>> cells, List<TensorInfo> tensors) {
    Set<String> scopes = new HashSet<>();
    Set<TensorInfo> known = new HashSet<>();
    cells.forEach(
        cell ->
            cell.forEach(
                (scope, layer) -> {
                  scopes.add(scope);
                  known.addAll(List.of(layer.kernel(), layer.bias()));
                }));
    return scopes.size() == cells.stream().mapToInt(Map::size).sum()
        && tensors.stream()
            .filter(tensor -> !known.contains(tensor))
            .noneMatch(tensor -> scopes.stream().anyMatch(s -> tensor.name().startsWith(s + "/")));
  }

  /** Gates and candidate, whose scopes are in one. */
  private record Gru(Layer gates, Layer candidate) {
    Map<String, Layer> parts() {
      return Map.of(gates.scope(), gates, candidate.scope(), candidate);
    }
  }

  private static List<Gru> grus(List<Layer> layers, long units) {
    List<Gru> grus = new ArrayList<>();
    for (Layer gates : layers) {
      if (gates.rows() == 2 * units && gates.columns() == 2 * units) {
        layers.stream()
            .filter(layer -> layer.rows() == 2 * units && layer.columns() == units)
            .filter(layer -> parent(layer.scope()).equals(parent(gates.scope())))
            .forEach(candidate -> grus.add(new Gru(gates, candidate)));
      }
    }
    grus.sort(Comparator.comparing(gru -> padded(gru.gates().scope())));
    return grus;
  }

  private static Map<String, String> gruNames(Layer output, List<Gru> cells, TensorInfo embedding) {
    Map<String, String> names = names(output, List.of(), Optional.of(embedding));
    for (int k = 0; k < cells.size(); k++) {
      String cell = "rnnlm/multi_rnn_cell/cell_" + k + "/gru_cell/";
      Gru gru = cells.get(k);
      names.put(gru.gates().kernel().name(), cell + "gates/kernel");
      names.put(gru.gates().bias().name(), cell + "gates/bias");
      names.put(gru.candidate().kernel().name(), cell + "candidate/kernel");
      names.put(gru.candidate().bias().name(), cell + "candidate/bias");
    }
    return names;
  }

  private static Map<String, String> names(
      Layer output, List<Layer> cells, Optional<TensorInfo> embedding) {
    Map<String, String> names = new LinkedHashMap<>();
    String scope = embedding.isPresent() ? "rnnlm" : "rnn";
    embedding.ifPresent(tensor -> names.put(tensor.name(), "embedding"));
    for (int k = 0; k < cells.size(); k++) {
      String cell = scope + "/multi_rnn_cell/cell_" + k + "/basic_lstm_cell/";
      names.put(cells.get(k).kernel().name(), cell + "kernel");
      names.put(cells.get(k).bias().name(), cell + "bias");
    }
    names.put(
        output.kernel().name(), embedding.isPresent() ? "rnnlm/softmax_w" : "softmax/Variable");
    names.put(
        output.bias().name(), embedding.isPresent() ? "rnnlm/softmax_b" : "softmax/Variable_1");
    return names;
  }

  private static List<Layer> layers(List<TensorInfo> tensors) {
    List<Layer> layers = new ArrayList<>();
    for (TensorInfo kernel : tensors) {
      if (kernel.shape().numDimensions() == 2) {
        List<TensorInfo> biases =
            tensors.stream()
                .filter(bias -> bias.shape().numDimensions() == 1)
                .filter(bias -> bias.shape().get(0) == kernel.shape().get(1))
                .filter(bias -> parent(bias.name()).equals(parent(kernel.name())))
                .toList();
        if (biases.size() == 1) {
          layers.add(new Layer(kernel, biases.get(0)));
        }
      }
    }
    return layers;
  }

  // The name of a slot is its variable's, a slash and more.
  private static List<TensorInfo> withoutSlots(FileTensors file) {
    Map<String, TensorInfo> all = file.reader().tensors();
    return all.values().stream()
        .filter(tensor -> tensor.dtype() == DataType.DT_FLOAT)
        .filter(tensor -> !all.containsKey(parent(tensor.name())))
        .toList();
  }

  private static boolean isMatrix(TensorInfo tensor, long rows, long columns) {
    return tensor.shape().numDimensions() == 2
        && tensor.shape().get(0) == rows
        && tensor.shape().get(1) == columns;
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }

  // cell_10 comes after cell_9
  private static String padded(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll(
            number -> "0".repeat(Math.max(0, 9 - number.group().length())) + number.group());
  }
}
