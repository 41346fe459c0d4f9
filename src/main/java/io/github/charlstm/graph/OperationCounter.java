package io.github.charlstm.graph;

import java.util.Iterator;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;

/**
 * The number of operations of a graph that grows. Each operation is looked at once, however often
 * one asks.
 */
public final class OperationCounter {
  private final Graph graph;
  private final Iterator<GraphOperation> operations;
  private int count;

  /**
   * Begins with the operations that the graph has.
   *
   * @param graph whose operations are counted
   */
  public OperationCounter(Graph graph) {
    this.graph = graph;
    this.operations = graph.operations();
  }

  Graph graph() {
    return graph;
  }

  /**
   * Counts those that were added since the last call.
   *
   * @return number of operations in the graph now
   */
  public int count() {
    if (!operations.hasNext()) {
      // at its end, TensorFlow-Java's iterator looks for new operations when asked for the next
      operations.next();
    }
    for (; operations.hasNext(); operations.next()) {
      count++;
    }
    return count;
  }
}
