package io.github.charlstm.examples;

import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.DynamicRnn;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Two layers of GRUs read five values of a sine and predict the rest; shown in docs/library.md. */
public final class SineWave {
  public static void main(String[] arguments) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
      Shape any = Shape.of(-1, -1, 1); // batch and steps are known when it runs
      var inputs = tf.placeholder(TFloat32.class, Placeholder.shape(any));
      var targets = tf.placeholder(TFloat32.class, Placeholder.shape(any));

      RNNCell cell = new MultiRNNCell(List.of(new GRUCell(16), new GRUCell(16)));
      DynamicRnn<TFloat32> rnn = DynamicRnn.builder(tf, store.rootScope(), cell, inputs).build();
      var kernel = store.rootScope().getVariable("dense/kernel", Shape.of(16, 1));
      var bias = store.rootScope().getVariable("dense/bias", Shape.of(1), Initializers.zeros());
      var rows = tf.linalg.matMul(tf.reshape(rnn.outputs(), tf.array(-1, 16)), kernel.value());
      var next = tf.reshape(tf.nn.biasAdd(rows, bias.value()), tf.shape(inputs));
      var squares = tf.math.squaredDifference(next, targets);
      Operand<TFloat32> loss = tf.math.mean(squares, tf.array(0, 1, 2));

      var variables = store.trainable();
      var adam = new AdamOptimizer(0.01f);
      var gradients = adam.computeGradients(tf, loss, variables); // calls tf.gradients
      var clipped = ClipByGlobalNorm.of(tf, gradients, 1f).clipped();
      Op train = adam.applyGradients(tf, store, variables, clipped, store.createGlobalStep());

      session.run(store.globalVariablesInitializer());
      for (int step = 0; step <= 300; step++) {
        try (TFloat32 x = waves(8, 25, step, 5);
            TFloat32 y = waves(8, 25, step + 1, 25)) {
          var run = session.runner().feed(inputs, x).feed(targets, y).addTarget(train);
          try (var results = run.fetch(loss).run()) {
            if (step % 100 == 0) {
              float error = ((TFloat32) results.get(0)).getFloat();
              System.out.printf("step %3d: loss %.4f%n", step, error);
            }
          }
        }
      }
      try (TFloat32 x = waves(1, 30, 0, 5); // another batch, more steps, the same graph
          var results = session.runner().feed(inputs, x).fetch(next).run()) {
        for (int t = 5; t < 30; t += 6) {
          float predicted = ((TFloat32) results.get(0)).getFloat(0, t, 0);
          System.out.printf("sine %+.2f, predicted %+.2f%n", sine(0, t + 1), predicted);
        }
      }
    }
  }

  private static TFloat32 waves(int batch, int steps, int start, int seen) {
    TFloat32 waves = TFloat32.tensorOf(Shape.of(batch, steps, 1));
    waves
        .scalars()
        .forEachIndexed((i, x) -> x.setFloat(i[1] < seen ? sine(i[0], start + i[1]) : 0));
    return waves;
  }

  private static float sine(long row, long t) {
    return (float) Math.sin(0.2 * t + row);
  }
}
