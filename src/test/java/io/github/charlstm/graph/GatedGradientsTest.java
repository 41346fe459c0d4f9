package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tensorflow.GraphOperation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

class GatedGradientsTest {
  /** Without clipping only the gate keeps an update from running before a gradient is read. */
  @Test
  void noVariableChangesBeforeEveryGradientIsComputed() {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.numbered(1));
      var first = store.rootScope().getVariable("first", Shape.of(2, 2));
      var second = store.rootScope().getVariable("second", Shape.of(2, 2));
      var tf = runner.tf();
      var product = tf.linalg.matMul(first.value(), second.value());
      var loss = tf.sum(tf.math.square(product), tf.array(0, 1));
      var optimizer = new GradientDescentOptimizer(0.1f);
      var variables = List.of(first, second);
      var gradients = optimizer.computeGradients(tf, loss, variables);
      optimizer.applyGradients(tf, store, variables, gradients, Optional.empty());
      Set<String> wanted = new HashSet<>();
      gradients.forEach(gradient -> wanted.add("^" + gradient.op().name()));
      var nodes = runner.graph().toGraphDef().getNodeList();
      int updates = 0;
      for (Iterator<GraphOperation> all = runner.graph().operations(); all.hasNext(); ) {
        GraphOperation update = all.next();
        if (update.type().equals("ApplyGradientDescent")) {
          updates++;
          String gate = update.inputList(2, 1)[0].op().name();
          NodeDef node =
              nodes.stream().filter(n -> n.getName().equals(gate)).findFirst().orElseThrow();
          assertThat(node.getInputList()).containsAll(wanted);
        }
      }
      assertThat(updates).isEqualTo(2);
    }
  }
}
