package io.github.charlstm.rnn;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;

/**
 * Trains layers with products in bfloat16, forward and backward: ends normally if that works. It is
 * the program that {@link Bfloat16} starts.
 */
final class Bfloat16Trial {
  private Bfloat16Trial() {}

  /** Sizes for which oneDNN might choose another kernel each: one, odd ones, and a book's. */
  public static void main(String[] arguments) {
    run(1, 1, 1);
    run(5, 3, 7);
    run(100, 83, 512);
  }

  private static void run(int batch, int depth, int units) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
      Operand<TFloat32> inputs = tf.identity(tf.fill(tf.array(batch, 2, depth), tf.constant(0.5f)));
      FusedLstm rnn =
          FusedLstm.builder(tf, store.rootScope(), new BasicLSTMCell(units), inputs)
              .bfloat16Products(true)
              .fused();
      Operand<TFloat32> loss = tf.sum(rnn.outputs(), tf.array(0, 1, 2));
      List<Operand<TFloat32>> places = new ArrayList<>(List.of(inputs));
      store.trainable().forEach(variable -> places.add(variable.value()));
      Gradients gradients = tf.gradients(loss, places);
      try (Session session = new Session(graph)) {
        session.run(store.globalVariablesInitializer());
        Session.Runner runner = session.runner().fetch(loss);
        for (int k = 0; k < places.size(); k++) {
          runner.fetch(gradients.dy(k));
        }
        runner.run().close();
      }
    }
  }
}
