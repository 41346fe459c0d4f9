package io.github.charlstm.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TString;

/**
 * Adds the ops of {@code tf.train.Saver} to a graph, under TensorFlow 1's names.
 *
 * <p>Built op by op, since these names have slashes, which {@code Ops.withName} refuses.
 */
record SaverOps(Graph graph, String scope) {

  /** Returns the scope's name: {@code save}, or {@code save_1} and so on if that is taken. */
  static String add(Graph graph, SortedMap<String, Operand<?>> variables) {
    String scope = "save";
    for (int i = 1; graph.operation(scope + "/Const") != null; i++) {
      scope = "save_" + i;
    }
    new SaverOps(graph, scope).build(variables);
    return scope;
  }

  private void build(SortedMap<String, Operand<?>> variables) {
    Output<?> fileName = fileName();
    save(fileName, variables);
    restore(fileName, variables);
  }

  private Output<?> fileName() {
    Output<?> model;
    try (TString value = TString.scalarOf("model")) {
      model = constant("filename/input", value);
    }
    return placeholderWithDefault("Const", placeholderWithDefault("filename", model));
  }

  private void save(Output<?> fileName, SortedMap<String, Operand<?>> variables) {
    Output<?>[] tensors =
        variables.values().stream().map(Operand::asOutput).toArray(Output<?>[]::new);
    GraphOperation save =
        op("SaveV2", "SaveV2")
            .addInput(fileName)
            .addInput(names("SaveV2/tensor_names", variables.keySet()))
            .addInput(noSlices("SaveV2/shape_and_slices", variables.size()))
            .addInputList(tensors)
            .build();
    op("Identity", "control_dependency")
        .addInput(fileName)
        .addControlInput(save)
        .setAttr("_class", new String[] {"loc:@" + scope + "/Const"})
        .build();
  }

  private void restore(Output<?> fileName, SortedMap<String, Operand<?>> variables) {
    DataType[] types = variables.values().stream().map(SaverOps::baseType).toArray(DataType[]::new);
    GraphOperation restore =
        op("RestoreV2", "RestoreV2")
            .addInput(fileName)
            .addInput(names("RestoreV2/tensor_names", variables.keySet()))
            .addInput(noSlices("RestoreV2/shape_and_slices", variables.size()))
            .setAttr("dtypes", types)
            .build();
    List<GraphOperation> assigns = new ArrayList<>();
    for (Operand<?> variable : variables.values()) {
      int i = assigns.size();
      assigns.add(
          op("Assign", assignName(i))
              .addInput(variable.asOutput())
              .addInput(restore.output(i))
              .setAttr("use_locking", true)
              .setAttr("validate_shape", true)
              .setAttr("_class", new String[] {"loc:@" + variable.op().name()})
              .build());
    }
    GraphOperationBuilder all = op("NoOp", "restore_all");
    assigns.forEach(all::addControlInput);
    all.build();
  }

  /** The op that assigns variable {@code number}, in the order of the names. */
  static String assignName(int number) {
    return number == 0 ? "Assign" : "Assign_" + number;
  }

  /** The element type; a reference variable's output has the base type's number plus 100. */
  static DataType baseType(Operand<?> variable) {
    DataType type = variable.asOutput().dataType();
    return type.getNumber() > 100 ? DataType.forNumber(type.getNumber() - 100) : type;
  }

  private GraphOperationBuilder op(String type, String name) {
    return graph.opBuilder(type, scope + "/" + name, graph.baseScope());
  }

  private Output<?> placeholderWithDefault(String name, Output<?> value) {
    return op("PlaceholderWithDefault", name)
        .addInput(value)
        .setAttr("shape", Shape.scalar())
        .build()
        .output(0);
  }

  private Output<?> names(String name, Collection<String> names) {
    try (TString value = TString.vectorOf(names.toArray(new String[0]))) {
      return constant(name, value);
    }
  }

  private Output<?> noSlices(String name, int count) {
    return names(name, Collections.nCopies(count, ""));
  }

  private Output<?> constant(String name, Tensor value) {
    return op("Const", name)
        .setAttr("dtype", DataType.DT_STRING)
        .setAttr("value", value)
        .build()
        .output(0);
  }
}
