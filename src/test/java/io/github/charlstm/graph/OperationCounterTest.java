package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class OperationCounterTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();

  @AfterEach
  void close() {
    runner.close();
  }

  private int nodes() {
    return runner.graph().toGraphDef().getNodeCount();
  }

  @Test
  void followsAGraphThatGrows() {
    OperationCounter counter = new OperationCounter(runner.graph());
    assertThat(counter.count()).isZero();
    Operand<TFloat32> x = tf.constant(1f);
    assertThat(counter.count()).isEqualTo(1);
    assertThat(counter.count()).isEqualTo(1);
    Operand<TFloat32> y = tf.math.square(tf.math.tanh(x));
    assertThat(counter.count()).isEqualTo(3);
    tf.gradients(y, List.of(x));
    assertThat(counter.count()).isEqualTo(nodes());
    try (Graph other = new Graph()) {
      Ops.create(other).constant(2f);
      runner.graph().importGraphDef(other.toGraphDef(), "imported");
    }
    assertThat(counter.count()).isEqualTo(nodes());
  }

  @Test
  void countsOperationsThatExistedBefore() {
    tf.math.tanh(tf.constant(1f));
    assertThat(new OperationCounter(runner.graph()).count()).isEqualTo(2);
  }
}
