package io.github.charlstm.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** A graph with variables of one type and kind, and a session. */
final class OptimizerGraph<T extends TFloating> implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session = new Session(graph);
  private final Ops tf = Ops.create(graph);
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(1));
  private final Class<T> dtype;
  private final VariableScope scope;

  OptimizerGraph(Class<T> dtype, boolean useResource) {
    this.dtype = dtype;
    this.scope = store.rootScope().withUseResource(useResource);
  }

  Ops tf() {
    return tf;
  }

  VariableStore store() {
    return store;
  }

  GraphVariable<T> variable(String name, long[] shape, double... values) {
    return scope.getVariable(
        name,
        dtype,
        Shape.of(shape),
        (ops, size, type, seeds) -> Dtypes.constant(ops, dtype, size, values));
  }

  GraphVariable<T> constrained(String name, Constraint constraint, long[] shape, double... values) {
    return scope
        .withConstraint(constraint)
        .getVariable(
            name,
            dtype,
            Shape.of(shape),
            (ops, size, type, seeds) -> Dtypes.constant(ops, dtype, size, values));
  }

  Operand<T> constant(long[] shape, double... values) {
    return Dtypes.constant(tf, dtype, Shape.of(shape), values);
  }

  /** A training step with given gradients. */
  Op apply(Optimizer optimizer, List<GraphVariable<T>> variables, List<Operand<T>> gradients) {
    return optimizer.applyGradients(tf, store, variables, gradients, Optional.empty());
  }

  void initialize() {
    run(store.globalVariablesInitializer(), 1);
  }

  void run(Op target, int times) {
    for (int k = 0; k < times; k++) {
      session.runner().addTarget(target).run().close();
    }
  }

  boolean isResource(String name) {
    return store.find(name).orElseThrow().isResource();
  }

  double[] values(GraphVariable<?> variable) {
    return values(variable.value());
  }

  double[] values(Operand<?> tensor) {
    try (var result = session.runner().fetch(tensor).run()) {
      Tensor value = result.get(0);
      List<Double> numbers = new ArrayList<>();
      for (NdArray<?> scalar : ((NdArray<?>) value).scalars()) {
        numbers.add(((Number) scalar.getObject()).doubleValue());
      }
      return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  static double[] doubles(JsonNode numbers) {
    double[] values = new double[numbers.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = numbers.get(k).asDouble();
    }
    return values;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
