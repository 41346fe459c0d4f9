package io.github.charlstm.loop;

import io.github.charlstm.graph.LoopEnvironment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.OpScope;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The graph of a loop's body. An input that comes from the graph outside is captured: a placeholder
 * stands for it, and the loop passes its value in (Python: {@code FuncGraph.capture}).
 */
final class BodyGraph implements LoopEnvironment, AutoCloseable {
  private final Graph graph = new Graph();
  private final Graph outside;
  private final Scope scope = new OpScope(this);
  private final Map<Output<?>, Output<?>> captures = new LinkedHashMap<>();
  private final Operand<TInt32> time;

  BodyGraph(Graph outside) {
    this.outside = outside;
    this.time = placeholder("time", TInt32.class, DataType.DT_INT32, Shape.scalar());
  }

  Graph graph() {
    return graph;
  }

  Ops tf() {
    return Ops.create(this);
  }

  /** Tensors of the graph outside that the body uses, in the order of their first use. */
  List<Output<?>> captured() {
    return List.copyOf(captures.keySet());
  }

  /** What stands for them in the body, in the same order. */
  List<Output<?>> captures() {
    return List.copyOf(captures.values());
  }

  Output<?> placeholder(String name, DataType type, Shape shape) {
    return graph
        .opBuilder("Placeholder", scope.makeUnique(name), scope)
        .setAttr("dtype", type)
        .setAttr("shape", shape)
        .build()
        .output(0);
  }

  <T extends TType> Output<T> placeholder(
      String name, Class<T> javaType, DataType type, Shape shape) {
    return placeholder(name, type, shape).expect(javaType);
  }

  Output<?> inside(Output<?> tensor) {
    if (tensor.op().env() == graph) {
      return tensor;
    }
    if (tensor.op().env() != outside) {
      throw new IllegalArgumentException(
          "the body of a loop may use tensors of its own graph and of the graph that the loop is"
              + " in; "
              + tensor.op().name()
              + " is in another one");
    }
    Output<?> known = captures.get(tensor);
    if (known == null) {
      known = placeholder("capture_" + captures.size(), tensor.dataType(), tensor.shape());
      captures.put(tensor, known);
    }
    return known;
  }

  @Override
  public Operand<TInt32> time() {
    return time;
  }

  @Override
  public Ops outside() {
    return Ops.create(outside);
  }

  @Override
  public int operations() {
    int count = 0;
    for (Iterator<?> all = graph.operations(); all.hasNext(); all.next()) {
      count++;
    }
    return count;
  }

  @Override
  public OperationBuilder opBuilder(String type, String name, Scope callerScope) {
    return new CapturingOperationBuilder(this, graph.opBuilder(type, name, callerScope));
  }

  @Override
  public void attachFunction(ConcreteFunction function) {
    graph.attachFunction(function);
  }

  @Override
  public void checkInput(Operation input) {
    if (input.env() != graph) {
      throw new IllegalArgumentException(
          "operation " + input.name() + " outside of a loop cannot control one of the loop's body");
    }
  }

  @Override
  public Types environmentType() {
    return Types.GRAPH;
  }

  @Override
  public Scope baseScope() {
    return scope;
  }

  @Override
  public boolean isInitializer(Operation operation) {
    return graph.isInitializer(operation);
  }

  @Override
  public void close() {
    graph.close();
  }
}
