package io.github.charlstm.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorProto;

/**
 * What a Saver's restore operation reads and assigns, found in the graph: the assignments that it
 * waits for, and for each the output of RestoreV2 that it takes.
 *
 * @param tensors by name in the checkpoint, in the order of the names
 * @param isWhole whether these are all; not if the Saver also restores slices, tables or through
 *     operations of TensorFlow 0.x
 */
record RestoreOps(SortedMap<String, Restored> tensors, boolean isWhole) {
  // they pass a value on, perhaps in another shape
  private static final Set<String> PASSING = Set.of("Identity", "Reshape");

  /**
   * One variable.
   *
   * @param info type and shape in the graph, under the name in the checkpoint
   * @param value the output of RestoreV2
   * @param assign the operation that sets the variable
   * @param reshape whether a tensor of another shape is taken, if it has as many elements
   */
  record Restored(TensorInfo info, Output<?> value, GraphOperation assign, boolean reshape) {}

  static RestoreOps of(Graph graph, SaverDef def) {
    SortedMap<String, Restored> tensors = new TreeMap<>();
    boolean isWhole = true;
    for (GraphOperation assign : assignments(graph.operation(def.getRestoreOpName()))) {
      Optional<Restored> restored = restored(assign);
      restored.ifPresent(found -> tensors.put(found.info().name(), found));
      isWhole &= restored.isPresent();
    }
    return new RestoreOps(tensors, isWhole);
  }

  private static List<GraphOperation> assignments(GraphOperation restoreAll) {
    List<GraphOperation> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Deque<GraphOperation> open = new ArrayDeque<>(List.of(restoreAll));
    while (!open.isEmpty()) {
      GraphOperation operation = open.remove();
      if (!seen.add(operation.name())) {
        continue;
      }
      if (operation.type().equals("NoOp")) {
        open.addAll(operation.controlInputs());
      } else {
        found.add(operation);
      }
    }
    return found;
  }

  private static Optional<Restored> restored(GraphOperation assign) {
    if (!Set.of("Assign", "AssignVariableOp").contains(assign.type())) {
      return Optional.empty();
    }
    Operand<?> variable = assign.input(0);
    Output<?> value = assign.input(1);
    boolean reshape = false;
    while (PASSING.contains(value.op().type())) {
      reshape |= value.op().type().equals("Reshape");
      value = ((GraphOperation) value.op()).input(0);
    }
    if (!value.op().type().equals("RestoreV2") || !SaverOps.isVariable(variable)) {
      return Optional.empty();
    }
    GraphOperation restore = (GraphOperation) value.op();
    Optional<String> name = string(restore.input(1), value.index());
    Optional<String> slice = string(restore.input(2), value.index());
    Shape shape = SaverOps.shape(variable);
    if (name.isEmpty() || !slice.equals(Optional.of("")) || shape.hasUnknownDimension()) {
      return Optional.empty();
    }
    TensorInfo info = new TensorInfo(name.get(), SaverOps.baseType(variable), shape);
    return Optional.of(new Restored(info, value, assign, reshape));
  }

  private static Optional<String> string(Output<?> constant, int index) {
    GraphOperation operation = (GraphOperation) constant.op();
    if (!operation.type().equals("Const")) {
      return Optional.empty();
    }
    List<ByteString> strings =
        strings(operation.attributes().getAttrValueProto("value").getTensor());
    return strings.isEmpty()
        ? Optional.empty()
        : Optional.of(strings.get(Math.min(index, strings.size() - 1)).toStringUtf8());
  }

  /** The elements of a constant; of several equal ones at the end it may have one. */
  private static List<ByteString> strings(TensorProto tensor) {
    if (tensor.getStringValCount() > 0) {
      return tensor.getStringValList();
    }
    try { // the packed form: all lengths, then all bytes
      CodedInputStream content = tensor.getTensorContent().newCodedInput();
      long count = tensor.getTensorShape().getDim(0).getSize();
      int[] lengths = new int[Math.toIntExact(content.isAtEnd() ? 0 : count)];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = content.readRawVarint32();
      }
      List<ByteString> strings = new ArrayList<>();
      for (int length : lengths) {
        strings.add(ByteString.copyFrom(content.readRawBytes(length)));
      }
      return strings;
    } catch (IOException e) {
      return List.of();
    }
  }
}
