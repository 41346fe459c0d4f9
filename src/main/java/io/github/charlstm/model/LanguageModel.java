package io.github.charlstm.model;

import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.SamplingDecoder;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The graph of a model that predicts the next symbol of a text. N is the batch size, T the number
 * of steps, V the vocabulary size, L the width of a layer.
 *
 * <p>Training and inference graphs of the same settings have the same variable names, so one
 * checkpoint serves all.
 *
 * @param inputs placeholder {@code inputs [N, T]}: symbol numbers
 * @param targets placeholder {@code targets [N, T]}: the symbol after each input
 * @param keepProb placeholder {@code keep_prob}: scalar in (0, 1]; 1 when sampling and evaluating.
 *     Models without dropout do not use it
 * @param inputKeepProb scalar {@code input_keep_prob}, 1 unless fed; of models that drop inputs
 * @param recurrentKeepProb scalar {@code recurrent_keep_prob}, 1 unless fed; of models that drop
 *     states
 * @param weightKeepProb scalar {@code weight_keep_prob}, 1 unless fed; of models that drop
 *     recurrent weights
 * @param initialState zeros unless fed, each tensor {@code [N, L]}
 * @param finalState after the last step, in the structure of the initial state
 * @param predictions {@code predictions [N*T, V]}: probability of each symbol coming next; row n*T
 *     + t
 * @param losses {@code losses [N*T]}: cross-entropy of each target in nats; row n*T + t
 * @param loss {@code loss}: mean of the losses, in nats per symbol
 * @param network from a symbol to the logits of the next, for loops that generate symbols
 * @param trainable the training operations, of a training graph
 */
public record LanguageModel(
    ModelSettings settings,
    int batchSize,
    int numSteps,
    VariableStore variables,
    Operand<TInt32> inputs,
    Operand<TInt32> targets,
    Operand<TFloat32> keepProb,
    Optional<Operand<TFloat32>> inputKeepProb,
    Optional<Operand<TFloat32>> recurrentKeepProb,
    Optional<Operand<TFloat32>> weightKeepProb,
    RNNState<TFloat32> initialState,
    RNNState<TFloat32> finalState,
    Operand<TFloat32> predictions,
    Operand<TFloat32> losses,
    Operand<TFloat32> loss,
    SamplingDecoder.Network network,
    Optional<Training> trainable) {

  /**
   * The training operations.
   *
   * @param globalNorm of the gradients, before clipping
   * @param gradients of the loss after clipping, by the names of the trained variables
   * @param learningRate if it is not a constant of the graph
   * @param allFinite whether every trainable variable is free of NaN and infinities
   */
  public record Training(
      Op trainStep,
      Operand<TFloat32> globalNorm,
      Map<String, Operand<TFloat32>> gradients,
      GraphVariable<TInt64> globalStep,
      Optional<LearningRateFeed> learningRate,
      Operand<TBool> allFinite) {}

  /**
   * The learning rate as a scalar that is fed.
   *
   * @param value fed in each training step, or with {@code assign}
   * @param assign gives the value to the variable that holds the rate, of models that have one
   */
  public record LearningRateFeed(Operand<TFloat32> value, Optional<Op> assign) {}

  /** {@return whether this is a training graph} */
  public boolean hasTraining() {
    return trainable.isPresent();
  }

  /** {@return the training operations; an IllegalStateException on an inference graph} */
  public Training training() {
    return trainable.orElseThrow(
        () -> new IllegalStateException("this graph was built without a train operation"));
  }
}
