package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;

/** {@code tf.gradients} by variables, with messages that name them. */
final class LossGradients {
  private LossGradients() {}

  static List<Operand<TFloat32>> of(
      Ops tf, Operand<TFloat32> loss, List<GraphVariable<TFloat32>> variables) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException("a loss needs at least one variable, found none");
    }
    Gradients all = gradients(tf, loss, variables);
    List<Operand<TFloat32>> found = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      Output<TFloat32> gradient = all.dy(k);
      if (!CustomGradients.exists(gradient)) {
        throw new IllegalArgumentException(
            ("variable %s has no gradient: every path from it to the loss %s is cut, as by"
                    + " stop_gradient; leave the variable out")
                .formatted(variables.get(k).name(), loss.op().name()));
      }
      found.add(gradient);
    }
    return List.copyOf(found);
  }

  private static Gradients gradients(
      Ops tf, Operand<TFloat32> loss, List<GraphVariable<TFloat32>> variables) {
    try {
      return tf.gradients(loss, variables.stream().map(GraphVariable::value).toList());
    } catch (TFInvalidArgumentException e) {
      throw new IllegalArgumentException(
          "the loss " + loss.op().name() + " has no gradient by every variable: " + e.getMessage(),
          e);
    }
  }
}
