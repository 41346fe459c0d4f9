package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.model.LanguageModel;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Graph;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Maps every variable of the training graph to a tensor of a checkpoint. Missing slots start at
 * zero; any other missing tensor, or another shape, is an error; unused tensors are reported.
 */
final class AssignmentMap implements AutoCloseable {
  private static final String BETA1_POWER = "beta1_power";
  private static final String BETA2_POWER = "beta2_power";
  private static final String GLOBAL_STEP = "global_step";
  private static final String LEARNING_RATE = "Variable";

  private final FileTensors file;
  private final boolean sharedLayers;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final List<String> atZero = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private AssignmentMap(FileTensors file, boolean sharedLayers) {
    this.file = file;
    this.sharedLayers = sharedLayers;
  }

  /**
   * Reads all values for the training graph of a model.
   *
   * @param sharedLayers whether the file has one cell's variables for all layers
   * @param learningRate for a model with the learning rate in a variable that the file lacks
   */
  static AssignmentMap of(
      FileTensors file, ModelSettings model, boolean sharedLayers, long step, float learningRate) {
    AssignmentMap map = new AssignmentMap(file, sharedLayers);
    try {
      Map<String, Shape> slots = new LinkedHashMap<>();
      shapes(model).forEach((name, shape) -> map.take(name, shape, slots));
      map.takeSlots(slots, step);
      map.tensors.put(GLOBAL_STEP, TInt64.scalarOf(step));
      map.file.find(GLOBAL_STEP).ifPresent(tensor -> map.used.add(tensor.name()));
      if (map.tensors.containsKey(LEARNING_RATE) && map.tensors.get(LEARNING_RATE) == null) {
        map.tensors.put(LEARNING_RATE, TFloat32.scalarOf(learningRate));
        map.notes.add("the file has no learning rate (Variable); it starts at " + learningRate);
      }
      map.requireComplete();
      return map;
    } catch (RuntimeException e) {
      map.close();
      throw e;
    }
  }

  /** Names and shapes of all variables of the training graph. */
  private static Map<String, Shape> shapes(ModelSettings model) {
    try (Graph graph = new Graph()) {
      LanguageModel built =
          model.build(Ops.create(graph), 1, 1, Optional.of(new TrainingOptions(1, 1, 0)));
      Map<String, Shape> shapes = new LinkedHashMap<>();
      for (GraphVariable<?> variable : built.variables().all()) {
        shapes.put(variable.name(), variable.shape());
      }
      return shapes;
    }
  }

  private void take(String name, Shape shape, Map<String, Shape> slots) {
    switch (name) {
      case GLOBAL_STEP, BETA1_POWER, BETA2_POWER -> {}
      case LEARNING_RATE -> tensors.put(name, read(name, shape).orElse(null));
      default -> {
        if (name.endsWith("/Adam") || name.endsWith("/Adam_1")) {
          slots.put(name, shape);
          return;
        }
        read(name, shape)
            .ifPresentOrElse(
                value -> tensors.put(name, value),
                () -> problems.add("it has no " + name + " " + describe(shape)));
      }
    }
  }

  // Without any slot Adam starts from the beginning, and so do its powers.
  private void takeSlots(Map<String, Shape> slots, long step) {
    Set<String> missing = new TreeSet<>();
    slots.forEach(
        (name, shape) ->
            read(name, shape)
                .ifPresentOrElse(value -> tensors.put(name, value), () -> missing.add(name)));
    for (String name : missing) {
      Shape shape = slots.get(name);
      float[] zeros = new float[Math.toIntExact(shape.size())];
      tensors.put(name, TFloat32.tensorOf(shape, DataBuffers.of(zeros, true, false)));
      atZero.add(name);
    }
    boolean fresh = missing.size() == slots.size();
    takePower(BETA1_POWER, StepCount.BETA1, fresh, step);
    takePower(BETA2_POWER, StepCount.BETA2, fresh, step);
  }

  private void takePower(String name, float beta, boolean fresh, long step) {
    if (fresh) {
      tensors.put(name, TFloat32.scalarOf(beta));
      return;
    }
    Optional<TFloat32> found = read(name, Shape.scalar());
    if (found.isEmpty()) {
      notes.add("the file has no " + name + "; it is set to that of " + step + " updates");
    }
    tensors.put(name, found.orElseGet(() -> TFloat32.scalarOf(StepCount.power(beta, step))));
  }

  private Optional<TFloat32> read(String name, Shape shape) {
    Optional<TensorInfo> found = file.find(name);
    if (found.isEmpty() && sharedLayers) {
      found = file.find(name.replaceFirst("/cell_\\d+/", "/cell_0/"));
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    TensorInfo info = found.get();
    used.add(info.name());
    if (info.dtype() != DataType.DT_FLOAT) {
      throw file.unfit(
          "%s is %s, but the models here are float32; run the graph as it is, from its .meta file",
          info.name(), info.typeAndShape());
    }
    if (!info.shape().equals(shape)) {
      problems.add(
          String.format(
              "expected %s to be %s, found %s", info.name(), describe(shape), info.typeAndShape()));
      return Optional.of(TFloat32.scalarOf(0));
    }
    float[] values = file.reader().readFloats(info.name());
    for (float value : values) {
      if (!Float.isFinite(value)) {
        problems.add(info.name() + " holds " + value + ": the training has diverged");
        break;
      }
    }
    return Optional.of(TFloat32.tensorOf(shape, DataBuffers.of(values, true, false)));
  }

  private void requireComplete() {
    Set<String> known = new HashSet<>();
    file.byName()
        .forEach(
            (name, tensor) -> {
              if (used.contains(tensor.name())) {
                known.add(name);
              }
            });
    for (Map.Entry<String, TensorInfo> entry : file.byName().entrySet()) {
      String name = entry.getKey();
      TensorInfo tensor = entry.getValue();
      boolean slot = known.stream().anyMatch(variable -> name.startsWith(variable + "/"));
      if (!used.contains(tensor.name()) && !slot && name.matches("rnn(lm)?/.*cell.*")) {
        problems.add("its cells have " + tensor.name() + ", which the model here lacks");
      }
    }
    if (!problems.isEmpty()) {
      throw file.unfit("%s", String.join("; ", problems));
    }
  }

  private static String describe(Shape shape) {
    return "float" + Arrays.toString(shape.asArray());
  }

  /** A value for each variable of the training graph; {@link #close} closes them. */
  Map<String, Tensor> tensors() {
    return tensors;
  }

  int used() {
    return used.size();
  }

  /** The file's other tensors. */
  List<String> notUsed() {
    return file.reader().tensors().keySet().stream().filter(name -> !used.contains(name)).toList();
  }

  /** Slots that the file lacks. */
  List<String> atZero() {
    return atZero;
  }

  List<String> notes() {
    return notes;
  }

  @Override
  public void close() {
    for (Tensor tensor : tensors.values()) {
      if (tensor != null) {
        tensor.close();
      }
    }
  }
}
