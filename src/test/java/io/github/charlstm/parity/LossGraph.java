package io.github.charlstm.parity;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;

/** The weighted sum of all results of a loop, its gradients, and a run of both. */
final class LossGraph {
  private final LoopGraph<TFloat32> loop;
  private final VariableStore variables;
  private final List<Operand<TFloat32>> fetches = new ArrayList<>();

  /**
   * Results of a run, each tensor flat.
   *
   * @param variableGradients by variable
   */
  record Found(
      float[] outputs,
      List<float[]> finalState,
      float loss,
      Map<String, float[]> variableGradients,
      float[] inputGradient,
      List<float[]> stateGradients) {}

  LossGraph(
      Ops tf,
      VariableStore variables,
      LoopGraph<TFloat32> loop,
      GoldenTensor outputWeights,
      List<GoldenTensor> stateWeights) {
    this.loop = loop;
    this.variables = variables;
    fetches.add(loop.outputs());
    fetches.addAll(loop.finalState());
    Operand<TFloat32> loss = weighted(tf, loop.outputs(), outputWeights);
    for (int k = 0; k < stateWeights.size(); k++) {
      loss = tf.math.add(loss, weighted(tf, loop.finalState().get(k), stateWeights.get(k)));
    }
    fetches.add(loss);
    List<Operand<TFloat32>> xs = new ArrayList<>();
    variables.trainable().forEach(variable -> xs.add(variable.value()));
    xs.add(loop.inputs());
    xs.addAll(loop.initialState());
    Gradients gradients = tf.gradients(loss, xs);
    for (int k = 0; k < xs.size(); k++) {
      fetches.add(gradients.dy(k));
    }
  }

  private static Operand<TFloat32> weighted(
      Ops tf, Operand<TFloat32> tensor, GoldenTensor weights) {
    Operand<TFloat32> factors =
        tf.reshape(tf.constant(weights.values()), tf.constant(weights.shape().asArray()));
    Operand<TFloat32> flat = tf.reshape(tf.math.mul(tensor, factors), tf.array(-1));
    return tf.sum(flat, tf.array(0));
  }

  /** Runs all once; {@code tensor} gives the value of a variable. */
  Found run(
      Session session,
      Function<GraphVariable<TFloat32>, GoldenTensor> tensor,
      GoldenTensor inputs,
      List<GoldenTensor> initialState,
      Map<Operand<?>, Double> scalars) {
    Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
    try {
      for (GraphVariable<TFloat32> variable : variables.trainable()) {
        feeds.put(variable.value(), tensor.apply(variable).tensor());
      }
      feeds.put(loop.inputs(), inputs.tensor());
      for (int k = 0; k < initialState.size(); k++) {
        feeds.put(loop.initialState().get(k), initialState.get(k).tensor());
      }
      scalars.forEach(
          (placeholder, value) -> feeds.put(placeholder, TFloat32.scalarOf(value.floatValue())));
      Session.Runner runner = session.runner();
      feeds.forEach(runner::feed);
      fetches.forEach(runner::fetch);
      try (Result result = runner.run()) {
        return found(result);
      }
    } finally {
      feeds.values().forEach(Tensor::close);
    }
  }

  private Found found(Result result) {
    int next = 0;
    float[] outputs = flat(result.get(next++));
    List<float[]> states = new ArrayList<>();
    for (int k = 0; k < loop.finalState().size(); k++) {
      states.add(flat(result.get(next++)));
    }
    float loss = flat(result.get(next++))[0];
    Map<String, float[]> ofVariables = new LinkedHashMap<>();
    for (GraphVariable<TFloat32> variable : variables.trainable()) {
      ofVariables.put(variable.name(), flat(result.get(next++)));
    }
    float[] ofInputs = flat(result.get(next++));
    List<float[]> ofStates = new ArrayList<>();
    for (int k = 0; k < loop.initialState().size(); k++) {
      ofStates.add(flat(result.get(next++)));
    }
    return new Found(outputs, states, loss, ofVariables, ofInputs, ofStates);
  }

  private static float[] flat(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
