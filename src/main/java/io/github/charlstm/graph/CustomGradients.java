package io.github.charlstm.graph;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.RawCustomGradient;
import org.tensorflow.types.TFloat32;

/**
 * LossGradients that Python's TensorFlow has and its C++ library, which {@code tf.gradients} asks
 * here, lacks.
 *
 * <p>They are registered for the whole process, and only for types of operations that have none:
 *
 * <ul>
 *   <li>{@code SparseSoftmaxCrossEntropyWithLogits} (Python: {@code
 *       tf.nn.sparse_softmax_cross_entropy_with_logits}): {@code dlogits = dloss[:, None] *
 *       (softmax(logits) - one_hot(labels))}; labels get zeros. The gradient of its second output
 *       is left out, as is Python's second derivative.
 * </ul>
 *
 * <p>What to know before adding one: TensorFlow-Java has room for ten in a process, and crashes at
 * the eleventh; a gradient must be given for every input, so zeros stand for none; a gradient that
 * asks for a shape or attaches a function to the graph waits for ever. Of the operations that the
 * cells may use, these have gradients in C++ already: {@code ReverseSequence}, {@code ClipByValue},
 * {@code Elu}, {@code Softsign}, {@code SelectV2}, {@code Relu6}, {@code BiasAdd}. The gradient of
 * {@code Split} into one part fails in C++ ("N of 1 must be at least 2") and cannot be replaced:
 * leave such a split out.
 *
 * <p>On Windows TensorFlow-Java registers no gradients: there {@code tf.gradients} says which type
 * has none.
 */
public final class CustomGradients {
  private static final Map<String, RawCustomGradient> GRADIENTS =
      Map.of("SparseSoftmaxCrossEntropyWithLogits", CustomGradients::sparseSoftmaxCrossEntropy);

  private CustomGradients() {}

  /**
   * Registers them, once in a process; later calls do nothing. {@link VariableStore} calls it. Call
   * it in a program that has no variables but asks for gradients.
   */
  public static void register() {
    Registration.ensure();
  }

  // Loading a class runs its initializer once, whichever threads ask.
  private static final class Registration {
    static {
      try {
        GRADIENTS.forEach(TensorFlow::registerCustomGradient);
      } catch (UnsupportedOperationException onWindows) {
        // As the class says: gradients stay missing, and all else works.
      }
    }

    static void ensure() {}
  }

  @SuppressWarnings("unchecked") // the gradient has the type of the loss
  private static List<Operand<?>> sparseSoftmaxCrossEntropy(
      Ops tf, GraphOperation operation, List<Output<?>> gradients) {
    Operand<TFloat32> loss = (Output<TFloat32>) gradients.get(0); // [B]
    Operand<TFloat32> backprop = operation.output(1); // [B, V]
    Operand<TFloat32> column = tf.expandDims(loss, tf.constant(1)); // [B, 1]
    return List.of(tf.math.mul(column, backprop), tf.zerosLike(operation.input(1)));
  }
}
