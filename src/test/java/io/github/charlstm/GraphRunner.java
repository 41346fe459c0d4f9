package io.github.charlstm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;

/** A graph and a session for one test. */
public final class GraphRunner implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private final Ops tf = Ops.create(graph);
  private final Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();

  public GraphRunner() {
    this(ConfigProto.getDefaultInstance());
  }

  private GraphRunner(ConfigProto config) {
    session = new Session(graph, config);
  }

  /** Without TensorFlow's graph optimizer, which takes longer than a small graph's run. */
  public static GraphRunner unoptimized() {
    return new GraphRunner(withoutOptimizer());
  }

  /** A session's configuration without TensorFlow's graph optimizer. */
  public static ConfigProto withoutOptimizer() {
    RewriterConfig off = RewriterConfig.newBuilder().setDisableMetaOptimizer(true).build();
    return ConfigProto.newBuilder()
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(off))
        .build();
  }

  public Ops tf() {
    return tf;
  }

  public Graph graph() {
    return graph;
  }

  public Session session() {
    return session;
  }

  /** A constant matrix. */
  public Operand<TFloat32> matrix(float[][] values) {
    return tf.constant(StdArrays.ndCopyOf(values));
  }

  /** Feeds a tensor into every run from now on; it is closed with this object. */
  public void feedAlways(Operand<?> operand, Tensor tensor) {
    feeds.put(operand, tensor);
  }

  /** A run with the tensors that are always fed. */
  public Session.Runner runner() {
    Session.Runner runner = session.runner();
    feeds.forEach(runner::feed);
    return runner;
  }

  public void run(Op target) {
    session.runner().addTarget(target).run().close();
  }

  /** Values of float tensors, each flat in row-major order. */
  public List<float[]> fetch(List<? extends Operand<TFloat32>> operands) {
    Session.Runner runner = runner();
    operands.forEach(runner::fetch);
    List<float[]> values = new ArrayList<>();
    try (Result result = runner.run()) {
      for (int k = 0; k < operands.size(); k++) {
        values.add(flat(result.get(k)));
      }
    }
    return values;
  }

  public float[] fetch(Operand<TFloat32> operand) {
    return fetch(List.of(operand)).get(0);
  }

  private static float[] flat(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  @Override
  public void close() {
    feeds.values().forEach(Tensor::close);
    session.close();
    graph.close();
  }
}
