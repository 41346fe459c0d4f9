package io.github.charlstm.graph;

import java.util.Iterator;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;

/** Counts the operations of a growing graph. Each operation is visited once over all calls. */
public final class OperationCounter {
  private final Graph graph;
  private final Iterator<GraphOperation> operations;
  private int count;

  /** Starts at the graph's first operation. */
  public OperationCounter(Graph graph) {
    this.graph = graph;
    this.operations = graph.operations();
  }

  Graph graph() {
    return graph;
  }

  /** Counts the operations that were added since the last call. */
  public int count() {
    if (!operations.hasNext()) {
      // at its end, TensorFlow-Java's iterator looks for new operations only in next()
      operations.next();
    }
    for (; operations.hasNext(); operations.next()) {
      count++;
    }
    return count;
  }
}
