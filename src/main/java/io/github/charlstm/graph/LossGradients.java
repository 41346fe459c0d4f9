package io.github.charlstm.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/** {@code tf.gradients} by variables, with TF1's {@link IndexedSlices} for look-ups. */
final class LossGradients<T extends TFloating> {
  // what they give does not change with the input's values
  private static final Set<String> WITHOUT_GRADIENT =
      Set.of("Shape", "ShapeN", "Size", "Rank", "StopGradient", "ZerosLike", "OnesLike");

  private static final Set<String> READS = Set.of("ReadVariableOp", "ResourceGather");

  private final Ops tf;
  private final Operand<T> loss;
  private final Set<String> ancestors;
  private final Set<String> differentiated; // the ancestors by paths that a gradient may go

  LossGradients(Ops tf, Operand<T> loss) {
    this.tf = tf;
    this.loss = loss;
    this.ancestors = ancestors(loss, Set.of());
    this.differentiated = ancestors(loss, WITHOUT_GRADIENT);
  }

  /** The tensors to differentiate by: look-ups of rows, and whole values. */
  private record Reads<T extends TFloating>(List<GraphOperation> lookUps, List<Operand<T>> whole) {}

  /** One for each variable; null if the loss does not depend on it. */
  List<Operand<T>> by(List<GraphVariable<T>> variables, Optional<? extends Operand<T>> gradLoss) {
    List<Reads<T>> reads = variables.stream().map(this::reads).toList();
    List<Operand<T>> xs = new ArrayList<>();
    for (Reads<T> of : reads) {
      of.lookUps().forEach(lookUp -> xs.add(lookUp.output(0)));
      xs.addAll(of.whole());
    }
    if (xs.isEmpty()) {
      return Collections.nCopies(variables.size(), null);
    }
    Gradients all = gradients(variables, xs, gradLoss);
    List<Operand<T>> found = new ArrayList<>();
    int next = 0;
    for (int k = 0; k < variables.size(); k++) {
      List<IndexedSlices<T>> slices = new ArrayList<>();
      for (GraphOperation lookUp : reads.get(k).lookUps()) {
        Output<T> rows = all.dy(next++);
        if (CustomGradients.exists(rows)) {
          slices.add(IndexedSlices.ofLookUp(tf, rows, indices(lookUp), variables.get(k).shape()));
        }
      }
      List<Operand<T>> terms = new ArrayList<>();
      for (int i = 0; i < reads.get(k).whole().size(); i++) {
        Output<T> gradient = all.dy(next++);
        if (CustomGradients.exists(gradient)) {
          terms.add(gradient);
        }
      }
      if (!slices.isEmpty()) {
        terms.add(IndexedSlices.concat(tf, slices));
      }
      found.add(sum(terms));
    }
    return Collections.unmodifiableList(found);
  }

  private Operand<T> sum(List<Operand<T>> terms) {
    if (terms.isEmpty()) {
      return null;
    }
    Operand<T> sum = terms.get(0);
    for (Operand<T> term : terms.subList(1, terms.size())) {
      sum = tf.math.add(sum, term);
    }
    return sum;
  }

  private Reads<T> reads(GraphVariable<T> variable) {
    List<GraphOperation> lookUps = new ArrayList<>();
    List<Operand<T>> whole = new ArrayList<>();
    for (GraphOperation read : readers(variable)) {
      if (read.type().equals("ResourceGather")) {
        lookUps.add(read);
        continue;
      }
      Optional<List<GraphOperation>> rows = lookUps(read);
      if (rows.isPresent() && !rows.get().isEmpty()) {
        lookUps.addAll(rows.get());
      } else {
        whole.add(read.output(0));
      }
    }
    return new Reads<>(lookUps, whole);
  }

  /**
   * The operations that give a variable's value, or rows of it, to the loss. A graph of Python
   * reads a resource where it is used.
   */
  private List<GraphOperation> readers(GraphVariable<T> variable) {
    GraphOperation value = (GraphOperation) variable.value().op();
    if (!variable.isResource() || !READS.contains(value.type())) {
      return reached(value) ? List.of(value) : List.of(); // tf.gradients of C++ refuses others
    }
    return ((GraphOperation) variable.reference().op())
        .consumers(0).stream()
            .filter(reader -> READS.contains(reader.type()) && reached(reader))
            .sorted(Comparator.comparing(GraphOperation::name))
            .toList();
  }

  private Gradients gradients(
      List<GraphVariable<T>> variables,
      List<Operand<T>> xs,
      Optional<? extends Operand<T>> gradLoss) {
    try {
      return gradLoss.isPresent()
          ? Gradients.create(tf.scope(), List.of(loss), xs, Gradients.dx(List.of(gradLoss.get())))
          : tf.gradients(loss, xs);
    } catch (TFInvalidArgumentException | TensorFlowException e) {
      throw new IllegalArgumentException(
          "the loss %s has no gradient by the variables %s: %s"
              .formatted(
                  loss.op().name(),
                  variables.stream().map(GraphVariable::name).toList(),
                  e.getMessage()),
          e);
    }
  }

  private boolean reached(GraphOperation operation) {
    return ancestors.contains(operation.name());
  }

  /**
   * The look-ups in a tensor through which the loss depends on it, in the order of their names;
   * empty if the loss depends on it through another operation too.
   */
  private Optional<List<GraphOperation>> lookUps(GraphOperation tensor) {
    if (tensor.name().equals(loss.op().name())) {
      return Optional.empty();
    }
    List<GraphOperation> readers =
        tensor.consumers(0).stream()
            .filter(reader -> differentiated.contains(reader.name()))
            .sorted(Comparator.comparing(GraphOperation::name))
            .toList();
    List<GraphOperation> found = new ArrayList<>();
    for (GraphOperation reader : readers) {
      if (isLookUp(reader)) {
        found.add(reader);
        continue;
      }
      Optional<List<GraphOperation>> further =
          reader.type().equals("Identity") ? lookUps(reader) : Optional.empty();
      if (further.isEmpty()) {
        return Optional.empty();
      }
      found.addAll(further.get());
    }
    return Optional.of(found);
  }

  private static boolean isLookUp(GraphOperation reader) {
    return reader.type().equals("GatherV2")
        && reader.attributes().getAttrInt("batch_dims") == 0
        && isZero((GraphOperation) reader.input(2).op());
  }

  private static boolean isZero(GraphOperation axis) {
    if (!axis.type().equals("Const") || !axis.output(0).shape().equals(Shape.scalar())) {
      return false;
    }
    TensorProto value = axis.attributes().getAttrValueProto("value").getTensor();
    return value.getIntValList().stream().allMatch(number -> number == 0)
        && value.getInt64ValList().stream().allMatch(number -> number == 0)
        && value
            .getTensorContent()
            .equals(ByteString.copyFrom(new byte[value.getTensorContent().size()]));
  }

  @SuppressWarnings("unchecked") // GatherV2's indices are integers
  private static Operand<? extends TNumber> indices(GraphOperation lookUp) {
    return (Operand<? extends TNumber>) (Operand<?>) lookUp.input(1);
  }

  // operations of some types are left out, and what only they read
  private static Set<String> ancestors(Operand<?> tensor, Set<String> withoutTypes) {
    Set<String> seen = new HashSet<>();
    Deque<GraphOperation> open = new ArrayDeque<>();
    if (tensor.op() instanceof GraphOperation first) {
      seen.add(first.name());
      open.add(first);
    }
    while (!open.isEmpty()) {
      for (Operand<?> input : open.remove().inputs()) {
        GraphOperation operation = (GraphOperation) input.op();
        if (!withoutTypes.contains(operation.type()) && seen.add(operation.name())) {
          open.add(operation);
        }
      }
    }
    return seen;
  }
}
