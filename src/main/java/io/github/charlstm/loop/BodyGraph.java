package io.github.charlstm.loop;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.OperationCounter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.OpScope;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The graph of a loop's body. A tensor of the outer graph is captured: it becomes a placeholder,
 * and the loop passes its value in (Python: {@code FuncGraph.capture}).
 */
final class BodyGraph implements LoopEnvironment, AutoCloseable {
  private static final int FIRST_REFERENCE = 100; // types of references are 100 above the type's

  private static final Set<DataType> INTEGERS = Set.of(DataType.DT_INT32, DataType.DT_INT64);

  private final Graph graph = new Graph();
  private final Graph outside;
  private final Scope scope = new OpScope(this);
  private final Map<Output<?>, Output<?>> captures = new LinkedHashMap<>();
  private final Map<Output<?>, Output<?>> reads = new HashMap<>(); // by reference
  private final Map<Output<?>, Output<?>> copies = new HashMap<>(); // by constant
  private final OperationCounter counter = new OperationCounter(graph);
  private final Operand<TInt32> time;
  private int operations;
  private boolean stepIsDone;

  BodyGraph(Graph outside) {
    this.outside = outside;
    this.time = integers("time", Shape.scalar());
  }

  Graph graph() {
    return graph;
  }

  Ops tf() {
    return Ops.create(this);
  }

  /** The captured tensors of the outer graph, in the order of their first use. */
  List<Output<?>> captured() {
    return List.copyOf(captures.keySet());
  }

  /** Their placeholders in the body, in the same order. */
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

  <T extends TType> Output<T> placeholder(String name, Class<T> type, Shape shape) {
    return placeholder(name, Operands.toDataType(type), shape).expect(type);
  }

  Output<TFloat32> floats(String name, Shape shape) {
    return placeholder(name, TFloat32.class, shape);
  }

  Output<TInt32> integers(String name, Shape shape) {
    return placeholder(name, TInt32.class, shape);
  }

  Output<?> inside(Output<?> tensor) {
    if (tensor.op().env() == graph) {
      return tensor;
    }
    if (tensor.op().env() != outside) {
      throw new IllegalArgumentException(
          "the body of a loop may use tensors of its own graph and of the graph that the loop is"
              + " in; found one of another graph or session, made by "
              + tensor.op().type());
    }
    Output<?> value = isReference(tensor) ? read(tensor) : tensor;
    if (INTEGERS.contains(value.dataType()) && value.op().type().equals("Const")) {
      return copies.computeIfAbsent(value, this::copy);
    }
    Output<?> known = captures.get(value);
    if (known == null) {
      known = placeholder("capture_" + captures.size(), value.dataType(), value.shape());
      captures.put(value, known);
    }
    return known;
  }

  // A placeholder cannot be a reference: the variable is read before the loop.
  private Output<?> read(Output<?> reference) {
    return reads.computeIfAbsent(reference, variable -> outside().identity(variable).asOutput());
  }

  // Axes and sizes stay constants: shapes depend on them.
  private Output<?> copy(Output<?> constant) {
    try (Tensor value = ((GraphOperation) constant.op()).attributes().getAttrTensor("value")) {
      return graph
          .opBuilder("Const", scope.makeUnique("constant"), scope)
          .setAttr("dtype", constant.dataType())
          .setAttr("value", value)
          .build()
          .output(0);
    }
  }

  private static boolean isReference(Output<?> tensor) {
    return tensor.dataType().getNumber() > FIRST_REFERENCE;
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
    if (!stepIsDone) {
      operations = counter.count();
    }
    return operations;
  }

  /** Ends the step: later operations are not counted. */
  void stepIsDone() {
    operations();
    stepIsDone = true;
  }

  @Override
  public OperationBuilder opBuilder(String type, String name, Scope callerScope) {
    return CapturingOperationBuilder.of(this, graph.opBuilder(type, name, callerScope));
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

  /**
   * One variable of a while loop: a placeholder for the value at the start of a step, and the value
   * at its end, which is the placeholder itself where a step changes nothing.
   */
  record LoopVariable(Output<?> before, Output<?> after) {

    static LoopVariable of(Operand<?> before, Operand<?> after) {
      return new LoopVariable(before.asOutput(), after.asOutput());
    }

    static LoopVariable unchanged(Operand<?> value) {
      return of(value, value);
    }

    /** Shapes of variables, as far as they are known. */
    static List<Shape> shapes(List<LoopVariable> variables) {
      return variables.stream().map(variable -> variable.before().shape()).toList();
    }
  }

  /** Builder of an operation of the body: captures inputs of the outer graph. */
  record CapturingOperationBuilder(BodyGraph body, OperationBuilder builder)
      implements InvocationHandler {

    static OperationBuilder of(BodyGraph body, OperationBuilder builder) {
      return (OperationBuilder)
          Proxy.newProxyInstance(
              OperationBuilder.class.getClassLoader(),
              new Class<?>[] {OperationBuilder.class},
              new CapturingOperationBuilder(body, builder));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "addInput" -> arguments[0] = body.inside((Output<?>) arguments[0]);
        case "addInputList" -> arguments[0] = inside((Output<?>[]) arguments[0]);
        case "addControlInput" -> body.checkInput((Operation) arguments[0]);
        default -> {}
      }
      try {
        Object result = method.invoke(builder, arguments);
        return result == builder ? proxy : result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private Output<?>[] inside(Output<?>[] inputs) {
      Output<?>[] inside = new Output<?>[inputs.length];
      for (int k = 0; k < inputs.length; k++) {
        inside[k] = body.inside(inputs[k]);
      }
      return inside;
    }
  }
}
