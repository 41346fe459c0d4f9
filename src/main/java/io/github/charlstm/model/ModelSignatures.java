package io.github.charlstm.model;

import io.github.charlstm.cell.RNNState;
import io.github.charlstm.checkpoint.SavedModelWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;

/**
 * The signatures of the models' SavedModels. A recurrent state has the same names among the inputs
 * and the outputs ({@code c_0}, {@code h_0}, {@code c_1}, ...), so that a caller can feed one back
 * as the other.
 */
public final class ModelSignatures {
  /** Key of the signature for predictions. */
  public static final String SERVING = "serving_default";

  /** Key of the signature of the training graph's forward pass. */
  public static final String TRAINING = "train";

  private ModelSignatures() {}

  /** From {@code inputs}, {@code keep_prob} and the state to {@code predictions} and the state. */
  static Map<String, SignatureDef> serving(LanguageModel model) {
    return signature(SERVING, inputs(model), outputs(model));
  }

  /** As {@link #serving}, with {@code targets} as an input and {@code loss} as an output. */
  static Map<String, SignatureDef> training(LanguageModel model) {
    Map<String, Operand<?>> inputs = inputs(model);
    inputs.put("targets", model.targets());
    Map<String, Operand<?>> outputs = outputs(model);
    outputs.put("loss", model.loss());
    return signature(TRAINING, inputs, outputs);
  }

  /** From {@code inputs}, {@code batch_size}, {@code keep_prob} to {@code predictions}. */
  static Map<String, SignatureDef> serving(RowClassifier model) {
    return signature(SERVING, inputs(model), Map.of("predictions", model.predictions()));
  }

  /** As {@link #serving}, with input {@code y}, and outputs {@code loss} and {@code accuracy}. */
  static Map<String, SignatureDef> training(RowClassifier model) {
    Map<String, Operand<?>> inputs = inputs(model);
    inputs.put("y", model.labels());
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    outputs.put("predictions", model.predictions());
    outputs.put("loss", model.loss());
    outputs.put("accuracy", model.accuracy());
    return signature(TRAINING, inputs, outputs);
  }

  private static Map<String, SignatureDef> signature(
      String key, Map<String, Operand<?>> inputs, Map<String, Operand<?>> outputs) {
    return Map.of(key, SavedModelWriter.signature("tensorflow/serving/predict", inputs, outputs));
  }

  private static Map<String, Operand<?>> inputs(RowClassifier model) {
    Map<String, Operand<?>> inputs = new LinkedHashMap<>();
    inputs.put("inputs", model.inputs());
    inputs.put("batch_size", model.batchSize());
    inputs.put("keep_prob", model.keepProb());
    return inputs;
  }

  private static Map<String, Operand<?>> inputs(LanguageModel model) {
    Map<String, Operand<?>> inputs = named(model, model.initialState());
    inputs.put("inputs", model.inputs());
    inputs.put("keep_prob", model.keepProb());
    return inputs;
  }

  private static Map<String, Operand<?>> outputs(LanguageModel model) {
    Map<String, Operand<?>> outputs = named(model, model.finalState());
    outputs.put("predictions", model.predictions());
    return outputs;
  }

  private static Map<String, Operand<?>> named(LanguageModel model, RNNState<TFloat32> state) {
    Map<String, Operand<?>> named = new LinkedHashMap<>();
    List<Operand<TFloat32>> leaves = state.flatten();
    for (int k = 0; k < leaves.size(); k++) {
      named.put(model.settings().stateNames().get(k), leaves.get(k));
    }
    return named;
  }
}
