package io.github.charlstm.loop;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * One LSTM layer over all steps of a tensor: a while loop with a gradient by hand.
 *
 * <p>It computes what a {@link Scan} over the same equations computes, and does less for it. Each
 * step runs in one thread. Activations are written once, into tensors that both directions share.
 * The backward loop computes gradients of the gates' sums and of the state only; gradients of the
 * kernel, of the bias and of the inputs follow after it, for all steps at once, in large products.
 *
 * @param outputs {@code [T, batch, units]}
 * @param memory c after the last step, {@code [batch, units]}
 * @param hidden h after the last step, not dropped, {@code [batch, units]}
 */
public record LstmScan(
    Operand<TFloat32> outputs, Operand<TFloat32> memory, Operand<TFloat32> hidden) {

  /**
   * Refuses null.
   *
   * @param outputs of all steps
   * @param memory c after the last step
   * @param hidden h after the last step
   */
  public LstmScan {
    Objects.requireNonNull(outputs, "outputs");
    Objects.requireNonNull(memory, "memory");
    Objects.requireNonNull(hidden, "hidden");
  }

  /**
   * Dropout of a layer's outputs; the state is not dropped.
   *
   * @param masks {@code [T, batch, units]}, true where a value is kept
   * @param divisor scalar; kept values are divided by it
   */
  public record Dropout(Operand<TBool> masks, Operand<TFloat32> divisor) {
    /**
     * Refuses null.
     *
     * @param masks where values are kept
     * @param divisor of those
     */
    public Dropout {
      Objects.requireNonNull(masks, "masks");
      Objects.requireNonNull(divisor, "divisor");
    }
  }

  /**
   * Adds the loop to the graph.
   *
   * @param tf builder of a graph; the loop cannot stand in the body of another one
   * @param inputs {@code [T, batch, depth]}; T and the batch may be unknown. Its gradient needs at
   *     least one step
   * @param kernel {@code [depth + units, 4 * units]}, columns in the order i, j, f, o; of known
   *     shape
   * @param bias {@code [4 * units]}; the forget gate's part includes {@code forget_bias}
   * @param memory c before the first step, {@code [batch, units]}
   * @param hidden h before the first step, {@code [batch, units]}
   * @param dropout of the outputs
   * @param products how matrices are multiplied
   * @return its outputs and last state
   * @throws IllegalArgumentException if the builder is eager or in the body of a loop
   */
  public static LstmScan of(
      Ops tf,
      Operand<TFloat32> inputs,
      Operand<TFloat32> kernel,
      Operand<TFloat32> bias,
      Operand<TFloat32> memory,
      Operand<TFloat32> hidden,
      Optional<Dropout> dropout,
      MatMulPrecision products) {
    Graph graph = Scan.graphOf(tf);
    Scan.registerGradient();
    int units = Math.toIntExact(kernel.shape().get(1) / 4);
    int depth = Math.toIntExact(kernel.shape().get(0)) - units;
    LstmLayout layout = new LstmLayout(depth, units, dropout.isPresent(), products);
    LstmFunctions.addTo(graph, layout);
    List<Operand<TFloat32>> given = narrowed(tf, inputs, kernel, bias, memory, hidden);
    Operation loop = LstmLoop.of(tf, layout, given, dropout);
    Operand<TFloat32> last =
        tf.stack(
            List.of(
                loop.<TFloat32>output(LstmLayout.MEMORY),
                loop.<TFloat32>output(LstmLayout.HIDDEN)));
    Operation inner =
        carrier(
            tf,
            layout,
            List.of(
                inputs,
                tf.stack(List.of(memory, hidden)),
                tf.stopGradient(loop.<TFloat32>output(layout.outputs())),
                tf.stopGradient(last)),
            false);
    Operation outer =
        carrier(
            tf,
            layout,
            List.of(
                kernel,
                bias,
                inner.<TFloat32>output(LstmLayout.CARRIED_OUTPUTS),
                inner.<TFloat32>output(LstmLayout.CARRIED_LAST)),
            true);
    List<Output<TFloat32>> states =
        tf.unstack(outer.<TFloat32>output(LstmLayout.CARRIED_LAST), 2L).output();
    return new LstmScan(
        outer.<TFloat32>output(LstmLayout.CARRIED_OUTPUTS), states.get(0), states.get(1));
  }

  // The gradient hangs on operations of its own. TensorFlow visits more than four inputs of an
  // operation, as the loop has them, in the order of their addresses; then the graph of the
  // gradients would differ from process to process. So there are two, of four inputs.
  private static Operation carrier(
      Ops tf, LstmLayout layout, List<Operand<TFloat32>> carried, boolean outer) {
    OperationBuilder builder =
        tf.scope()
            .env()
            .opBuilder("IdentityN", tf.scope().makeOpName("layer"), tf.scope())
            .addInputList(carried.stream().map(Operand::asOutput).toArray(Output[]::new));
    layout.write(builder, outer);
    return builder.build();
  }

  // For the same reason what the loop reads comes by two operations of three inputs.
  private static List<Operand<TFloat32>> narrowed(
      Ops tf,
      Operand<TFloat32> inputs,
      Operand<TFloat32> kernel,
      Operand<TFloat32> bias,
      Operand<TFloat32> memory,
      Operand<TFloat32> hidden) {
    Operation first = tf.identityN(List.of(inputs, kernel, bias)).op();
    Operation second = tf.identityN(List.of(first.<TFloat32>output(0), memory, hidden)).op();
    return List.of(
        second.<TFloat32>output(0),
        first.<TFloat32>output(1),
        first.<TFloat32>output(2),
        second.<TFloat32>output(1),
        second.<TFloat32>output(2));
  }
}
