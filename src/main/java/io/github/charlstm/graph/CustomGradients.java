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
 * Gradients that Python's TensorFlow has, and its C++ library, which {@code tf.gradients} uses
 * here, lacks.
 *
 * <p>They are registered for the whole process, and only for types of operations that have none:
 *
 * <ul>
 *   <li>{@code SparseSoftmaxCrossEntropyWithLogits} (Python: {@code
 *       tf.nn.sparse_softmax_cross_entropy_with_logits}): {@code dlogits = dloss[:, None] *
 *       (softmax(logits) - one_hot(labels))}; labels get zeros. The gradient of its second output
 *       and the second derivative are left out.
 * </ul>
 *
 * <p>Before adding one: TensorFlow-Java holds ten in a process and crashes at the eleventh; every
 * input needs a gradient, zeros if there is none; asking for a shape or attaching a function to the
 * graph deadlocks. Of the operations that cells may use, these have gradients in C++: {@code
 * ReverseSequence}, {@code ClipByValue}, {@code Elu}, {@code Softsign}, {@code SelectV2}, {@code
 * Relu6}, {@code BiasAdd}. The gradient of {@code Split} into one part fails in C++ ("N of 1 must
 * be at least 2") and cannot be replaced: leave such a split out.
 *
 * <p>On Windows TensorFlow-Java cannot register gradients; the error of {@code tf.gradients} names
 * the operation type.
 */
public final class CustomGradients {
  private static final Map<String, RawCustomGradient> GRADIENTS =
      Map.of("SparseSoftmaxCrossEntropyWithLogits", CustomGradients::sparseSoftmaxCrossEntropy);

  private CustomGradients() {}

  /**
   * Registers them, once in a process. {@link VariableStore} calls it; a program that takes
   * gradients without a store must call it.
   */
  public static void register() {
    Registration.ensure();
  }

  /**
   * {@return false for the empty output that TensorFlow returns where there is no gradient}
   *
   * @param gradient from {@code tf.gradients}, or given to a custom gradient
   */
  public static boolean exists(Output<?> gradient) {
    var handle = ((GraphOperation) gradient.op()).getUnsafeNativeHandle();
    return handle != null && !handle.isNull();
  }

  // Initializing this class registers them once, whichever threads ask.
  private static final class Registration {
    static {
      try {
        GRADIENTS.forEach(TensorFlow::registerCustomGradient);
      } catch (UnsupportedOperationException onWindows) {
        // See the class's Javadoc.
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
