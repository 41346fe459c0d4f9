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
 * Finds a value in a checkpoint for every variable of our training graph. Slots that are missing
 * start at zero; anything else that is missing, or has another shape, is an error; what nobody
 * wants is reported.
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
   * Reads all values.
   *
   * @param file the checkpoint
   * @param model what it is to become
   * @param sharedLayers whether the file has one cell's variables for all layers
   * @param step training steps done
   * @param learningRate for a model that keeps it in a variable, if the file has none
   */
  static AssignmentMap of(
      FileTensors file, ModelSettings model, boolean sharedLayers, long step, float learningRate) {
    AssignmentMap match = new AssignmentMap(file, sharedLayers);
    try {
      Map<String, Shape> slots = new LinkedHashMap<>();
      shapes(model).forEach((name, shape) -> match.take(name, shape, slots));
      match.takeSlots(slots, step);
      match.put(GLOBAL_STEP, TInt64.scalarOf(step));
      match.file.find(GLOBAL_STEP).ifPresent(tensor -> match.used.add(tensor.name()));
      if (match.tensors.containsKey(LEARNING_RATE) && match.tensors.get(LEARNING_RATE) == null) {
        match.put(LEARNING_RATE, TFloat32.scalarOf(learningRate));
        match.notes.add("the file has no learning rate (Variable); it starts at " + learningRate);
      }
      match.requireWhole();
      return match;
    } catch (RuntimeException e) {
      match.close();
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
                value -> put(name, value),
                () -> problems.add("it has no " + name + " " + describe(shape)));
      }
    }
  }

  // Without any slot Adam begins anew, and so do its powers.
  private void takeSlots(Map<String, Shape> slots, long step) {
    Set<String> missing = new TreeSet<>();
    slots.forEach(
        (name, shape) ->
            read(name, shape).ifPresentOrElse(value -> put(name, value), () -> missing.add(name)));
    for (String name : missing) {
      Shape shape = slots.get(name);
      float[] zeros = new float[Math.toIntExact(shape.size())];
      put(name, TFloat32.tensorOf(shape, DataBuffers.of(zeros, true, false)));
      atZero.add(name);
    }
    boolean anew = missing.size() == slots.size();
    takePower(BETA1_POWER, AdamPowers.BETA1, anew, step);
    takePower(BETA2_POWER, AdamPowers.BETA2, anew, step);
  }

  private void takePower(String name, float beta, boolean anew, long step) {
    if (anew) {
      put(name, TFloat32.scalarOf(beta));
      return;
    }
    Optional<TFloat32> found = read(name, Shape.scalar());
    if (found.isEmpty()) {
      notes.add("the file has no " + name + "; it is that of " + step + " updates");
    }
    put(name, found.orElseGet(() -> TFloat32.scalarOf(AdamPowers.after(beta, step))));
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
          info.name()
              + " is "
              + info.typeAndShape()
              + ", but the models here are float32; run it as it is, with --meta");
    }
    if (!info.shape().equals(shape)) {
      problems.add(
          "expected "
              + info.name()
              + " to be "
              + describe(shape)
              + ", found "
              + info.typeAndShape());
      return Optional.of(TFloat32.scalarOf(0));
    }
    float[] values = file.reader().readFloats(info.name());
    for (float value : values) {
      if (!Float.isFinite(value)) {
        problems.add(info.name() + " holds " + value + ": that training had diverged");
        break;
      }
    }
    return Optional.of(TFloat32.tensorOf(shape, DataBuffers.of(values, true, false)));
  }

  private void put(String name, Tensor tensor) {
    tensors.put(name, tensor);
  }

  private void requireWhole() {
    Set<String> known = new HashSet<>();
    used.forEach(name -> known.add(VariableNaming.today(name)));
    for (TensorInfo tensor : file.byName().values()) {
      String name = VariableNaming.today(tensor.name());
      boolean slot = known.stream().anyMatch(variable -> name.startsWith(variable + "/"));
      if (!used.contains(tensor.name()) && !slot && name.matches("rnn(lm)?/.*cell.*")) {
        problems.add("its cells have " + tensor.name() + ", which the model here has not");
      }
    }
    if (!problems.isEmpty()) {
      throw file.unfit(String.join("; ", problems));
    }
  }

  private static String describe(Shape shape) {
    return "float" + Arrays.toString(shape.asArray());
  }

  /** A value for each variable of the training graph; they are closed with this. */
  Map<String, Tensor> tensors() {
    return tensors;
  }

  /** How many of the file's tensors went into the run. */
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
