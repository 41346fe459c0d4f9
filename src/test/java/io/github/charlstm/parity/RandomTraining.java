package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GoldenOptimizers;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Optimizer;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** A case of random_training: training steps of a random model with a random optimizer. */
record RandomTraining(String name, JsonNode node) {

  /**
   * Largest differences from Python's numbers.
   *
   * @param losses of all steps, as a share of each or of 1
   * @param gradients of the first step, by {@link FormulaValues#digestDifference}
   * @param variables after the last step, likewise
   */
  record Gap(double losses, double gradients, double variables) {
    Gap largest(Gap other) {
      return new Gap(
          Math.max(losses, other.losses),
          Math.max(gradients, other.gradients),
          Math.max(variables, other.variables));
    }
  }

  static List<RandomTraining> all() {
    List<RandomTraining> cases = new ArrayList<>();
    GoldenCase.file("random_training")
        .get("cases")
        .forEach(node -> cases.add(new RandomTraining(node.get("case").asText(), node)));
    return cases;
  }

  String dtype() {
    return node.get("dtype").asText();
  }

  double tolerance() {
    return node.get("tolerance").asDouble();
  }

  Gap follow() {
    return switch (dtype()) {
      case "float16" -> follow(TFloat16.class);
      case "float32" -> follow(TFloat32.class);
      case "float64" -> follow(TFloat64.class);
      default -> throw new AssertionError("unknown dtype " + dtype());
    };
  }

  private <T extends TFloating> Gap follow(Class<T> dtype) {
    try (GraphRunner runner = GraphRunner.unoptimized()) {
      Model<T> model = new Model<>(runner.tf(), dtype);
      model.load(runner);
      double losses = 0;
      double gradients = 0;
      Map<Operand<?>, Tensor> feeds = model.feeds();
      try {
        for (int step = 0; step < node.get("losses").size(); step++) {
          Session.Runner run = runner.session().runner();
          feeds.forEach(run::feed);
          run.fetch(model.loss).addTarget(model.train);
          model.gradients.values().forEach(run::fetch);
          try (Result found = run.run()) {
            double expected = node.get("losses").get(step).asDouble();
            double gap = Math.abs(doubles(found.get(0))[0] - expected);
            losses = largest(losses, gap / Math.max(1, Math.abs(expected)));
            if (step == 0) {
              gradients = difference("gradients", model.gradients, found, 1);
            }
          }
        }
      } finally {
        feeds.values().forEach(Tensor::close);
      }
      Session.Runner run = runner.session().runner();
      model.values.values().forEach(run::fetch);
      try (Result found = run.run()) {
        return new Gap(losses, gradients, difference("variables", model.values, found, 0));
      }
    }
  }

  private double difference(
      String what, Map<String, Operand<TFloat64>> fetched, Result found, int first) {
    JsonNode expected = node.get(what);
    if (expected.size() != fetched.size()) {
      throw new AssertionError("Python has " + expected + ", Java " + fetched.keySet());
    }
    double largest = 0;
    int next = first;
    for (String variable : fetched.keySet()) {
      double[] values = doubles(found.get(next++));
      double gap = FormulaValues.digestDifference(seed(), variable, expected.get(variable), values);
      largest = largest(largest, gap);
    }
    return largest;
  }

  // NaN is not a small difference.
  private static double largest(double one, double other) {
    return other <= one ? one : Double.isNaN(other) ? Double.POSITIVE_INFINITY : other;
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asDoubles().read(values);
    return values;
  }

  private long seed() {
    return node.get("seed").asLong();
  }

  /** The graph of a case; what is fetched is cast to float64. */
  private final class Model<T extends TFloating> {
    private final Ops tf;
    private final Class<T> dtype;
    private final VariableStore store;
    private final SpecCells cells;
    private final LoopGraph<T> loop;
    private final Operand<TFloat64> loss;
    private final Op train;
    private final Map<String, Operand<TFloat64>> gradients = new LinkedHashMap<>();
    private final Map<String, Operand<TFloat64>> values = new LinkedHashMap<>();

    Model(Ops tf, Class<T> dtype) {
      this.tf = tf;
      this.dtype = dtype;
      store = new VariableStore(tf, RandomSeeds.numbered(seed()));
      cells = new SpecCells(tf, dtype);
      loop =
          new LoopGraph.Builder<>(
                  dtype,
                  tf,
                  store.rootScope(),
                  cells,
                  node.get("cell"),
                  node.get("loop"),
                  inputsShape(),
                  true)
              .build(node.get("loop").get("kind").asText());
      Operand<T> sum = distance("targets/outputs", loop.outputs(), outputsShape());
      for (int k = 0; k < loop.finalState().size(); k++) {
        Operand<T> state = loop.finalState().get(k);
        Shape shape = Shape.of(batch(), state.shape().get(1));
        sum = tf.math.add(sum, distance("targets/state/" + k, state, shape));
      }
      loss = tf.dtypes.cast(sum, TFloat64.class);
      train = trainingStep(sum);
      for (GraphVariable<T> variable : store.trainable(dtype)) {
        values.put(variable.name(), tf.dtypes.cast(variable.value(), TFloat64.class));
      }
    }

    private Shape inputsShape() {
      return GoldenTensor.shape(node.get("inputs_shape"));
    }

    private boolean timeMajor() {
      return node.get("loop").path("time_major").asBoolean(false);
    }

    private long batch() {
      return inputsShape().get(timeMajor() ? 1 : 0);
    }

    private Shape outputsShape() {
      return Shape.of(inputsShape().get(0), inputsShape().get(1), loop.outputs().shape().get(2));
    }

    private Operand<T> distance(String name, Operand<T> found, Shape shape) {
      Operand<T> targets = constant(name, shape);
      int[] axes = new int[shape.numDimensions()];
      for (int k = 0; k < axes.length; k++) {
        axes[k] = k;
      }
      return tf.math.mean(tf.math.square(tf.math.sub(found, targets)), tf.constant(axes));
    }

    private Operand<T> constant(String name, Shape shape) {
      float[] floats = FormulaValues.of(seed(), name, shape).values();
      double[] doubles = new double[floats.length];
      for (int k = 0; k < floats.length; k++) {
        doubles[k] = floats[k];
      }
      return Dtypes.constant(tf, dtype, shape, doubles);
    }

    private Op trainingStep(Operand<T> sum) {
      Optimizer optimizer = GoldenOptimizers.of(node.get("optimizer"), null);
      List<GraphVariable<T>> variables = store.trainable(dtype);
      List<Operand<T>> computed = optimizer.computeGradients(tf, sum, variables);
      for (int k = 0; k < computed.size(); k++) {
        if (computed.get(k) != null) {
          gradients.put(variables.get(k).name(), tf.dtypes.cast(computed.get(k), TFloat64.class));
        }
      }
      List<Operand<T>> clipped =
          node.get("clip_norm").isNull()
              ? computed
              : ClipByGlobalNorm.of(tf, computed, node.get("clip_norm").asDouble()).clipped();
      return optimizer.applyGradients(tf, store, variables, clipped, Optional.empty());
    }

    /** Initializes all variables, then gives the trainable ones the formula's values. */
    void load(GraphRunner runner) {
      List<Op> assignments = new ArrayList<>();
      for (GraphVariable<T> variable : store.trainable(dtype)) {
        Operand<T> value = constant(variable.name(), variable.shape());
        assignments.add(tf.assign(variable.reference(), value));
      }
      runner.run(store.globalVariablesInitializer());
      assignments.forEach(runner::run);
    }

    Map<Operand<?>, Tensor> feeds() {
      Map<Operand<?>, Tensor> feeds = new HashMap<>();
      float[] inputs = FormulaValues.of(seed(), "inputs", inputsShape()).values();
      feeds.put(loop.inputs(), tensor(inputsShape(), inputs));
      cells.keepProbs().forEach((placeholder, value) -> feeds.put(placeholder, scalar(value)));
      return feeds;
    }

    private Tensor scalar(double value) {
      return dtype == TFloat64.class
          ? TFloat64.scalarOf(value)
          : tensor(Shape.scalar(), new float[] {(float) value});
    }

    private Tensor tensor(Shape shape, float[] values) {
      if (dtype == TFloat16.class) {
        return TFloat16.tensorOf(shape, DataBuffers.of(values));
      }
      if (dtype == TFloat32.class) {
        return TFloat32.tensorOf(shape, DataBuffers.of(values));
      }
      double[] doubles = new double[values.length];
      for (int k = 0; k < values.length; k++) {
        doubles[k] = values[k];
      }
      return TFloat64.tensorOf(shape, DataBuffers.of(doubles));
    }
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, dtype(), node.get("loop").get("kind").asText());
  }
}
