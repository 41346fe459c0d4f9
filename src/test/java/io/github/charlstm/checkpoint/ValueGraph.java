package io.github.charlstm.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Variables of any type and kind, on any device, with a session that has two processors. */
final class ValueGraph implements AutoCloseable {
  final Graph graph = new Graph();
  final Session session =
      new Session(graph, ConfigProto.newBuilder().putDeviceCount("CPU", 2).build());
  final Ops tf = Ops.create(graph);
  final Map<String, Operand<?>> variables = new LinkedHashMap<>();
  private final Map<String, Output<?>> reads = new LinkedHashMap<>();

  /** A reference variable. */
  ValueGraph variable(String name, Operand<? extends TType> initial) {
    return variable(name, initial, "");
  }

  ValueGraph variable(String name, Operand<? extends TType> initial, String device) {
    Scope place = on(device);
    Output<?> variable = create("VariableV2", name, initial, place).build().output(0);
    graph
        .opBuilder("Assign", name + "/Assign", place)
        .addInput(variable)
        .addInput(initial.asOutput())
        .build();
    return add(name, variable, graph.opBuilder("Identity", name + "/read", graph.baseScope()));
  }

  /** A resource variable, with the names of Python's. */
  ValueGraph resource(String name, Operand<? extends TType> initial) {
    Output<?> handle =
        create("VarHandleOp", name, initial, on("")).setAttr("shared_name", name).build().output(0);
    graph
        .opBuilder("AssignVariableOp", name + "/Assign", graph.baseScope())
        .addInput(handle)
        .addInput(initial.asOutput())
        .build();
    return add(
        name,
        handle,
        graph
            .opBuilder("ReadVariableOp", name + "/Read/ReadVariableOp", graph.baseScope())
            .setAttr("dtype", initial.asOutput().dataType()));
  }

  private GraphOperationBuilder create(String type, String name, Operand<?> initial, Scope place) {
    DataType dtype = initial.asOutput().dataType();
    return graph
        .opBuilder(type, name, place)
        .setAttr("shape", initial.shape())
        .setAttr("dtype", dtype);
  }

  /** {@code ""} or {@code /cpu:1}. */
  private Scope on(String device) {
    return device.isEmpty()
        ? graph.baseScope()
        : graph
            .baseScope()
            .withDevice(
                DeviceSpec.newBuilder()
                    .deviceType(DeviceSpec.DeviceType.CPU)
                    .deviceIndex(Integer.valueOf(device.substring(device.indexOf(':') + 1)))
                    .build());
  }

  private ValueGraph add(String name, Output<?> variable, GraphOperationBuilder read) {
    variables.put(name, variable);
    reads.put(name, read.addInput(variable).build().output(0));
    return this;
  }

  ValueGraph floats(String name, float... values) {
    return variable(name, tf.constant(values));
  }

  ValueGraph initialize() {
    Session.Runner runner = session.runner();
    variables.keySet().forEach(name -> runner.addTarget(name + "/Assign"));
    runner.run().close();
    return this;
  }

  void assign(String name, Operand<? extends TType> value) {
    Output<?> variable = (Output<?>) variables.get(name);
    String type = variable.op().type().equals("VarHandleOp") ? "AssignVariableOp" : "Assign";
    var assign =
        graph
            .opBuilder(type, name + "/Set" + graph.toGraphDef().getNodeCount(), graph.baseScope())
            .addInput(variable)
            .addInput(value.asOutput())
            .build();
    session.runner().addTarget(assign).run().close();
  }

  Saver.Builder saver() {
    return Saver.builder(tf, variables);
  }

  float[] floats(String name) {
    try (var result = session.runner().fetch(reads.get(name)).run()) {
      return SmallGraph.floats((TFloat32) result.get(0));
    }
  }

  /** The only element of an integer variable. */
  long number(String name) {
    try (var result = session.runner().fetch(reads.get(name)).run()) {
      Tensor value = result.get(0);
      return value instanceof TInt64 wide ? wide.getLong() : ((TInt32) value).getInt();
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
