package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.ndarray.Shape;

/**
 * The tensors of a checkpoint by the names of TensorFlow 1.2 and later.
 *
 * @param reader of the checkpoint
 * @param byName today's name to what is in the file
 */
record FileTensors(CheckpointReader reader, Map<String, TensorInfo> byName) {
  private static final String AVERAGE = "/ExponentialMovingAverage";
  // Only tf.train.Checkpoint writes it.
  private static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

  /**
   * @throws CheckpointException if the tensors' names are no names of TF1's variables
   */
  static FileTensors of(CheckpointReader reader) {
    if (reader.hasTensor(OBJECT_GRAPH)) {
      throw new CheckpointException(
          "checkpoint "
              + reader.prefix()
              + " is an object-based one of TensorFlow 2 (tf.train.Checkpoint, save_weights), which"
              + " does not name variables as TF1 does: export a SavedModel in Python"
              + " (tf.saved_model.save, or model.export of Keras 3) and run that with"
              + " --saved-model");
    }
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    for (TensorInfo tensor : reader.tensors().values()) {
      TensorInfo before = byName.put(VariableNaming.today(tensor.name()), tensor);
      if (before != null) {
        throw new CheckpointException(
            "checkpoint "
                + reader.prefix()
                + " has two tensors for one variable: "
                + before.name()
                + " and "
                + tensor.name());
      }
    }
    return new FileTensors(reader, byName);
  }

  Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The eras whose names the file has, of cells. */
  Set<VariableNaming> eras() {
    Set<VariableNaming> eras = EnumSet.noneOf(VariableNaming.class);
    cells().forEach(cell -> eras.add(cell.era()));
    return eras;
  }

  /** Variables of cells, without slots. */
  Collection<VariableNaming.CellVariable> cells() {
    return byName.values().stream()
        .map(tensor -> VariableNaming.read(tensor.name()).orElse(null))
        .filter(Objects::nonNull)
        .filter(cell -> cell.name().matches(".*/(kernel|bias)"))
        .toList();
  }

  /** The one class of cells that the file has. */
  String cellClass() {
    Set<String> classes = new TreeSet<>();
    cells().forEach(cell -> classes.add(cell.cell()));
    if (classes.size() != 1) {
      throw unfit(
          classes.isEmpty()
              ? "it has no variables of a BasicLSTMCell, LSTMCell, GRUCell or BasicRNNCell; its"
                  + " tensors are "
                  + names()
              : "it has cells of several classes: " + String.join(", ", classes));
    }
    return classes.iterator().next();
  }

  /**
   * How many cells stand on top of each other; 0 if the only cell stands alone.
   *
   * @throws CheckpointException if their numbers have gaps
   */
  int layers() {
    Set<Integer> layers = new TreeSet<>();
    cells().forEach(cell -> cell.layer().ifPresent(layers::add));
    boolean alone = cells().stream().anyMatch(cell -> cell.layer().isEmpty());
    int next = 0;
    for (int layer : layers) {
      if (layer != next++) {
        throw unfit("its layers are numbered " + layers + "; expected 0, 1, 2, ...");
      }
    }
    if (alone && next > 0) {
      throw unfit("it has cells in a stack and a cell alone");
    }
    return next;
  }

  /** Sizes of a float matrix that every model of a kind has. */
  Shape matrix(String name, String kind) {
    if (find(name).isEmpty() && find(name + AVERAGE).isPresent()) {
      throw unfit(
          "it has no "
              + name
              + ", only its moving average; save the variable under its own name, or run the graph as"
              + " it is, with --meta");
    }
    TensorInfo found =
        find(name)
            .orElseThrow(
                () ->
                    unfit(
                        "it has no "
                            + name
                            + ", so it is not of "
                            + kind
                            + "; its tensors are "
                            + names()));
    if (found.shape().numDimensions() != 2
        || found.shape().get(0) < 1
        || found.shape().get(1) < 1
        || found.shape().get(0) > Integer.MAX_VALUE
        || found.shape().get(1) > Integer.MAX_VALUE) {
      throw unfit("expected " + found.name() + " to be a matrix, found " + found.typeAndShape());
    }
    return found.shape();
  }

  CheckpointException unfit(String reason) {
    return new CheckpointException(
        "checkpoint " + reader.prefix() + " cannot be imported: " + reason);
  }

  private String names() {
    String all = String.join(", ", reader.tensors().keySet());
    return all.length() <= 400 ? all : all.substring(0, 400) + "...";
  }
}
