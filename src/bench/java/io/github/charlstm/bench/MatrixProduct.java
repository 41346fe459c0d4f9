package io.github.charlstm.bench;

import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * The product of two square matrices in TensorFlow: the highest speed of this machine. A step ends
 * when the product is computed; it is not copied to Java.
 */
final class MatrixProduct implements Contestant {
  private final Graph graph = new Graph();
  private final Session session;
  private final MatMul<TFloat32> product;
  private final int size;

  MatrixProduct(int size) {
    this.size = size;
    Ops tf = Ops.create(graph);
    Shape shape = Shape.of(size, size);
    Variable<TFloat32> left = tf.variable(shape, TFloat32.class);
    Variable<TFloat32> right = tf.variable(shape, TFloat32.class);
    var random = tf.random.randomUniform(tf.constant(shape), TFloat32.class);
    product = tf.linalg.matMul(left, right);
    session = new Session(graph);
    session
        .runner()
        .addTarget(tf.assign(left, random))
        .addTarget(tf.assign(right, random))
        .run()
        .close();
  }

  @Override
  public String describe() {
    return "product of " + size + " x " + size + ", TensorFlow " + TensorFlow.version();
  }

  @Override
  public double step() {
    session.runner().addTarget(product).run().close();
    return 0;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
