package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.ndarray.Shape;

/** The tensors of a checkpoint by the names that TensorFlow 1.2 and later give them. */
record FileTensors(CheckpointReader reader, Map<String, TensorInfo> byName) {
  private static final String AVERAGE = "/ExponentialMovingAverage";
  // Written by tf.train.Checkpoint only.
  private static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

  static FileTensors of(CheckpointReader reader) {
    return of(reader, Map.of());
  }

  /**
   * @param names new names of variables or scopes by those in the file
   * @throws CheckpointException if the names are not those of TF1's variables, or a name to be
   *     replaced is not in the file
   */
  static FileTensors of(CheckpointReader reader, Map<String, String> names) {
    if (reader.hasTensor(OBJECT_GRAPH)) {
      throw new CheckpointException(
          String.format(
              "checkpoint %s is an object-based one of TensorFlow 2 (tf.train.Checkpoint,"
                  + " save_weights), which does not name variables as TF1 does: export a SavedModel"
                  + " in Python (tf.saved_model.save, or model.export of Keras 3) and run that",
              reader.prefix()));
    }
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    for (TensorInfo tensor : reader.tensors().values()) {
      TensorInfo before = byName.put(VariableNaming.current(renamed(tensor.name(), names)), tensor);
      if (before != null) {
        throw new CheckpointException(
            "checkpoint %s has two tensors for one variable: %s and %s"
                .formatted(reader.prefix(), before.name(), tensor.name()));
      }
    }
    FileTensors file = new FileTensors(reader, byName);
    for (String old : names.keySet()) {
      if (reader.tensors().keySet().stream().noneMatch(name -> isIn(name, old))) {
        throw file.unfit("it has no %s, which `map` names; its tensors are %s", old, file.names());
      }
    }
    return file;
  }

  // The longest name of the map that is the variable or a scope of it; slots go with variables.
  private static String renamed(String name, Map<String, String> names) {
    return names.keySet().stream()
        .filter(old -> isIn(name, old))
        .max(Comparator.comparingInt(String::length))
        .map(old -> names.get(old) + name.substring(old.length()))
        .orElse(name);
  }

  private static boolean isIn(String name, String scope) {
    return name.equals(scope) || name.startsWith(scope + "/");
  }

  Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The versions of TensorFlow whose names the cells' variables have. */
  String versions() {
    String versions =
        byName.values().stream()
            .flatMap(tensor -> VariableNaming.read(tensor.name()).stream())
            .map(VariableNaming.CellVariable::naming)
            .distinct()
            .sorted()
            .map(VariableNaming::versions)
            .collect(Collectors.joining(" and "));
    return versions.isEmpty() ? "its own program" : versions;
  }

  /** The cells' kernels and biases, without slots. */
  private List<VariableNaming.CellVariable> cells() {
    return byName.keySet().stream()
        .map(name -> VariableNaming.read(name).orElse(null))
        .filter(Objects::nonNull)
        .filter(cell -> cell.name().matches(".*/(kernel|bias)"))
        .toList();
  }

  /** Whether there are cells, all of a class. */
  boolean hasCells(String cellClass) {
    List<VariableNaming.CellVariable> cells = cells();
    return !cells.isEmpty() && cells.stream().allMatch(cell -> cell.cell().equals(cellClass));
  }

  /** The class of the cells, such as {@code basic_lstm_cell}. */
  String cellClass() {
    List<String> classes =
        cells().stream().map(VariableNaming.CellVariable::cell).distinct().sorted().toList();
    if (classes.isEmpty()) {
      throw unfit(
          "it has no variables of a BasicLSTMCell, LSTMCell, GRUCell or BasicRNNCell; its tensors"
              + " are %s",
          names());
    }
    if (classes.size() > 1) {
      throw unfit("it has cells of several classes: %s", String.join(", ", classes));
    }
    return classes.get(0);
  }

  /** The number of layers; 0 for one cell without a MultiRNNCell. */
  int layers() {
    Set<Integer> layers = new TreeSet<>();
    cells().forEach(cell -> cell.layer().ifPresent(layers::add));
    boolean alone = cells().stream().anyMatch(cell -> cell.layer().isEmpty());
    int next = 0;
    for (int layer : layers) {
      if (layer != next++) {
        throw unfit("its layers are numbered %s; expected 0, 1, 2, ...", layers);
      }
    }
    if (alone && next > 0) {
      throw unfit("it has cells of a MultiRNNCell and a cell outside of it");
    }
    return next;
  }

  /** The shape of a matrix that every model of a kind has. */
  Shape matrix(String name, String kind) {
    if (find(name).isEmpty() && find(name + AVERAGE).isPresent()) {
      throw unfit(
          "it has no %s, only its moving average; save the variable under its own name, or run the"
              + " graph as it is, from its .meta file",
          name);
    }
    TensorInfo found =
        find(name)
            .orElseThrow(
                () ->
                    unfit(
                        "it has no %s, so it is not of %s; if another tensor is that one, name it,"
                            + " for example `map` dense/kernel=softmax/Variable; its tensors are"
                            + " %s",
                        name, kind, names()));
    long[] sizes = found.shape().asArray();
    if (sizes.length != 2
        || Arrays.stream(sizes).anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
      throw unfit("expected %s to be a matrix, found %s", found.name(), found.typeAndShape());
    }
    return found.shape();
  }

  CheckpointException unfit(String format, Object... arguments) {
    String reason = String.format(Locale.ROOT, format, arguments);
    return new CheckpointException(
        "checkpoint " + reader.prefix() + " cannot be imported: " + reason);
  }

  String names() {
    String all = String.join(", ", reader.tensors().keySet());
    return all.length() <= 400 ? all : all.substring(0, 400) + "...";
  }
}
