package io.github.charlstm.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/** {@code output = inputs [N, rows] x cell/kernel [rows, 2] + cell/bias [2]}, with a session. */
final class SmallGraph implements AutoCloseable {
  final Graph graph = new Graph();
  final Session session = new Session(graph);
  final Ops tf = Ops.create(graph);
  final Map<String, Variable<TFloat32>> variables = new LinkedHashMap<>();
  final Map<String, Operand<TFloat32>> initialValues = new LinkedHashMap<>();
  final Map<String, Operand<TFloat32>> initializers = new LinkedHashMap<>();
  final Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
  final Placeholder<TFloat32> inputs;
  final Operand<TFloat32> output;

  SmallGraph(int rows, float first) {
    variable("cell/kernel", Shape.of(rows, 2), first);
    variable("cell/bias", Shape.of(2), first + 100);
    inputs =
        tf.withName("inputs").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, rows)));
    output =
        tf.withName("output")
            .math
            .add(tf.linalg.matMul(inputs, reads.get("cell/kernel")), reads.get("cell/bias"));
  }

  /** A variable whose initial values are first, first + 1, first + 2 and so on. */
  void variable(String name, Shape shape, float first) {
    Variable<TFloat32> variable =
        new Variable<>(
            graph
                .opBuilder("VariableV2", name, graph.baseScope())
                .setAttr("shape", shape)
                .setAttr("dtype", DataType.DT_FLOAT)
                .build());
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    Operand<TFloat32> initial = tf.reshape(tf.constant(values), tf.constant(shape));
    variables.put(name, variable);
    initialValues.put(name, initial);
    initializers.put(name, tf.assign(variable, initial));
    reads.put(name, tf.identity(variable));
  }

  SmallGraph initialize() {
    Session.Runner runner = session.runner();
    initializers.values().forEach(runner::addTarget);
    runner.run().close();
    return this;
  }

  Saver saver() {
    return Saver.create(tf, variables, Saver.DEFAULT_MAX_TO_KEEP);
  }

  float[] values(String name) {
    try (var result = session.runner().fetch(reads.get(name)).run()) {
      return floats((TFloat32) result.get(0));
    }
  }

  static float[] floats(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    int i = 0;
    for (var scalar : tensor.scalars()) {
      values[i++] = scalar.getFloat();
    }
    return values;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
