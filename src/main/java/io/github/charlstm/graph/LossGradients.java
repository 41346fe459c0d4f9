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

  /** One for each variable; null if the loss does not depend on it. */
  List<Operand<T>> by(List<GraphVariable<T>> variables, Optional<? extends Operand<T>> gradLoss) {
    List<List<GraphOperation>> lookUps = new ArrayList<>();
    List<Operand<T>> xs = new ArrayList<>();
    for (GraphVariable<T> variable : variables) {
      GraphOperation value = (GraphOperation) variable.value().op();
      List<GraphOperation> reads = reached(value) ? lookUps(value).orElse(List.of()) : List.of();
      lookUps.add(reads);
      if (!reads.isEmpty()) {
        reads.forEach(read -> xs.add(read.output(0)));
      } else if (reached(value)) { // tf.gradients of C++ refuses others
        xs.add(variable.value());
      }
    }
    if (xs.isEmpty()) {
      return Collections.nCopies(variables.size(), null);
    }
    Gradients all = gradients(variables, xs, gradLoss);
    List<Operand<T>> found = new ArrayList<>();
    int next = 0;
    for (int k = 0; k < variables.size(); k++) {
      GraphVariable<T> variable = variables.get(k);
      if (!lookUps.get(k).isEmpty()) {
        List<IndexedSlices<T>> slices = new ArrayList<>();
        for (GraphOperation read : lookUps.get(k)) {
          Output<T> rows = all.dy(next++);
          if (CustomGradients.exists(rows)) {
            slices.add(IndexedSlices.ofLookUp(tf, rows, indices(read), variable.shape()));
          }
        }
        found.add(slices.isEmpty() ? null : IndexedSlices.concat(tf, slices));
      } else {
        boolean reached = reached((GraphOperation) variable.value().op());
        Output<T> gradient = reached ? all.dy(next++) : null;
        found.add(reached && CustomGradients.exists(gradient) ? gradient : null);
      }
    }
    return Collections.unmodifiableList(found);
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
