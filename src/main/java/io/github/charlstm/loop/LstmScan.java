package io.github.charlstm.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationAttributeInspector;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One LSTM layer over all steps of a tensor: a while loop with a hand-written gradient.
 *
 * <p>The result of a {@link Scan} over the same equations, faster. Each step runs in one thread.
 * Activations are stored once, in tensors that both loops share. The backward loop computes only
 * the gradients of the gates' sums and of the state; those of the kernel, the bias and the inputs
 * follow after it, for all steps at once, in large matrix products.
 *
 * @param outputs {@code [T, batch, units]}
 * @param memory c after the last step, {@code [batch, units]}
 * @param hidden h after the last step, {@code [batch, units]}
 */
public record LstmScan(
    Operand<TFloat32> outputs, Operand<TFloat32> memory, Operand<TFloat32> hidden) {

  public LstmScan {
    Objects.requireNonNull(outputs, "outputs");
    Objects.requireNonNull(memory, "memory");
    Objects.requireNonNull(hidden, "hidden");
  }

  /** What a layer drops. */
  public sealed interface Dropout {

    /**
     * Outputs are dropped, the state is not. The masks are {@code [T, batch, units]}, true where a
     * value is kept and divided by the scalar.
     */
    record OfOutputs(Operand<TBool> masks, Operand<TFloat32> divisor) implements Dropout {
      public OfOutputs {
        Objects.requireNonNull(masks, "masks");
        Objects.requireNonNull(divisor, "divisor");
      }
    }

    /**
     * After each step h is multiplied with the scale, {@code [1, units]}, for the next step and as
     * the last state; outputs are not.
     */
    record OfHidden(Operand<TFloat32> scale) implements Dropout {
      public OfHidden {
        Objects.requireNonNull(scale, "scale");
      }
    }
  }

  /**
   * Adds the loop to the graph.
   *
   * @param tf builder of a graph; the loop cannot be in the body of another loop
   * @param inputs {@code [T, batch, depth]}; T and the batch may be unknown. Its gradient needs at
   *     least one step
   * @param kernel {@code [depth + units, 4 * units]}, columns in the order i, j, f, o; of known
   *     shape
   * @param parameters the bias, {@code [4 * units]}, whose forget gate's part includes {@code
   *     forget_bias}; or {@code [10, units]} for an LSTM with layer normalization in place of the
   *     bias: the gammas of i, j, f, o, their betas (that of f includes {@code forget_bias}), gamma
   *     and beta of c
   * @param memory c before the first step, {@code [batch, units]}
   * @param hidden h before the first step, {@code [batch, units]}
   * @param dropout of the outputs or of h
   * @param products precision of the matrix products
   * @throws IllegalArgumentException if the builder is eager or in the body of a loop
   */
  public static LstmScan of(
      Ops tf,
      Operand<TFloat32> inputs,
      Operand<TFloat32> kernel,
      Operand<TFloat32> parameters,
      Operand<TFloat32> memory,
      Operand<TFloat32> hidden,
      Optional<Dropout> dropout,
      MatMulPrecision products) {
    Graph graph = Scan.graphOf(tf);
    Scan.registerGradient();
    int units = Math.toIntExact(kernel.shape().get(1) / 4);
    int depth = Math.toIntExact(kernel.shape().get(0)) - units;
    boolean normalized = parameters.shape().numDimensions() == 2;
    Layout layout = new Layout(depth, units, Layout.Drops.of(dropout), products, normalized);
    LstmFunctions.addTo(graph, layout);
    List<Operand<TFloat32>> given = narrowed(tf, inputs, kernel, parameters, memory, hidden);
    Operation loop = LstmLoop.of(tf, layout, given, dropout);
    Operand<TFloat32> last =
        tf.stack(
            List.of(loop.<TFloat32>output(Layout.MEMORY), loop.<TFloat32>output(Layout.HIDDEN)));
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
                parameters,
                inner.<TFloat32>output(Layout.CARRIED_OUTPUTS),
                inner.<TFloat32>output(Layout.CARRIED_LAST)),
            true);
    List<Output<TFloat32>> states =
        tf.unstack(outer.<TFloat32>output(Layout.CARRIED_LAST), 2L).output();
    return new LstmScan(
        outer.<TFloat32>output(Layout.CARRIED_OUTPUTS), states.get(0), states.get(1));
  }

  // The gradient is attached to two IdentityN operations, called carriers, of four inputs each.
  // TensorFlow visits more than four inputs of an operation, as the loop has, in the order of
  // their addresses; the gradients' graph would differ from process to process.
  private static Operation carrier(
      Ops tf, Layout layout, List<Operand<TFloat32>> carried, boolean outer) {
    OperationBuilder builder =
        tf.scope()
            .env()
            .opBuilder("IdentityN", tf.scope().makeOpName("layer"), tf.scope())
            .addInputList(carried.stream().map(Operand::asOutput).toArray(Output[]::new));
    layout.write(builder, outer);
    return builder.build();
  }

  // For the same reason the loop reads its inputs through two operations of three inputs.
  private static List<Operand<TFloat32>> narrowed(
      Ops tf,
      Operand<TFloat32> inputs,
      Operand<TFloat32> kernel,
      Operand<TFloat32> parameters,
      Operand<TFloat32> memory,
      Operand<TFloat32> hidden) {
    Operation first = tf.identityN(List.of(inputs, kernel, parameters)).op();
    Operation second = tf.identityN(List.of(first.<TFloat32>output(0), memory, hidden)).op();
    return List.of(
        second.<TFloat32>output(0),
        first.<TFloat32>output(1),
        first.<TFloat32>output(2),
        second.<TFloat32>output(1),
        second.<TFloat32>output(2));
  }

  /**
   * Indices of the loop's variables, and what the carriers store as attributes for the gradient.
   */
  record Layout(int depth, int units, Drops drops, MatMulPrecision products, boolean normalized) {
    /** What a loop drops; the numbers of the constants are in the attributes. */
    enum Drops {
      NOTHING,
      OUTPUTS,
      HIDDEN;

      static Drops of(Optional<Dropout> dropout) {
        return dropout
            .map(one -> one instanceof Dropout.OfOutputs ? OUTPUTS : HIDDEN)
            .orElse(NOTHING);
      }
    }

    static final int TIME = 0;
    static final int STEPS = 1;
    static final int INPUTS = 2;
    static final int KERNEL = 3;
    static final int PARAMETERS = 4;
    static final int MEMORY = 5;
    static final int HIDDEN = 6;
    static final int GATES = 7; // i, j, f, o, or sums to normalize; the gradient overwrites them
    static final int MEMORIES = 8; // before the first step, then after each
    static final int HIDDENS = 9; // after each step
    static final int MASKS = 10; // of a loop that drops outputs, as the next two
    static final int DIVISOR = 11;
    static final int DROPPED = 12;
    static final int HIDDEN_SCALE = 10; // of a loop that drops h

    // Indices of the carriers' tensors: two that the layer depends on, then its results. The
    // inner carrier's two are the inputs and the state (c and h before the first step, [2, B,
    // U]), the outer one's the kernel and the parameters.
    static final int CARRIED_OUTPUTS = 2;
    static final int CARRIED_LAST = 3; // c and h after the last step, [2, B, U]

    private static final String ATTRIBUTE = "_lstm_scan_layout";
    private static final String OUTER = "_lstm_scan_outer";

    /** Index of the layer's outputs. */
    int outputs() {
      return drops == Drops.OUTPUTS ? DROPPED : HIDDENS;
    }

    /** Indices of the variables that what is dropped adds to the loop, unchanged in it. */
    int[] ofDropout() {
      return switch (drops) {
        case NOTHING -> new int[] {};
        case OUTPUTS -> new int[] {MASKS, DIVISOR};
        case HIDDEN -> new int[] {HIDDEN_SCALE};
      };
    }

    /** Sets the attributes of the inner or the outer carrier. */
    void write(OperationBuilder carrier, boolean outer) {
      carrier.setAttr(
          ATTRIBUTE,
          new long[] {depth, units, drops.ordinal(), products.ordinal(), normalized ? 1 : 0});
      carrier.setAttr(OUTER, outer);
    }

    /** Empty if the operation is not a carrier. */
    static Optional<Layout> read(OperationAttributeInspector attributes) {
      try {
        long[] numbers = attributes.getAttrIntList(ATTRIBUTE);
        return Optional.of(
            new Layout(
                Math.toIntExact(numbers[0]),
                Math.toIntExact(numbers[1]),
                Drops.values()[Math.toIntExact(numbers[2])],
                MatMulPrecision.values()[Math.toIntExact(numbers[3])],
                numbers.length > 4 && numbers[4] == 1)); // earlier graphs have four numbers
      } catch (TFInvalidArgumentException absent) {
        return Optional.empty();
      }
    }

    static boolean isOuter(OperationAttributeInspector attributes) {
      return attributes.getAttrBool(OUTER);
    }
  }

  /** The forward loop of a {@link LstmScan}; its variables are in the order of {@link Layout}. */
  static final class LstmLoop {
    private final Ops tf;
    private final Layout layout;
    private final Operand<TInt32> length;
    private final Operand<TInt32> batch;

    private LstmLoop(Ops tf, Layout layout, Operand<?> inputs) {
      this.tf = tf;
      this.layout = layout;
      Operand<TInt32> sizes = tf.shape(inputs);
      length = tf.stopGradient(WhileOps.size(tf, sizes, 0));
      batch = tf.stopGradient(WhileOps.size(tf, sizes, 1));
    }

    /** The tensors given are inputs, kernel, parameters, memory, hidden. */
    static Operation of(
        Ops tf, Layout layout, List<Operand<TFloat32>> given, Optional<Dropout> dropout) {
      List<Operand<?>> constant = new ArrayList<>(given);
      constant.set(1, layout.products().factor(tf, given.get(1)));
      List<Operand<?>> drops = new ArrayList<>();
      if (dropout.orElse(null) instanceof Dropout.OfOutputs outputs) {
        drops.add(tf.stopGradient(outputs.masks()));
        drops.add(tf.stopGradient(outputs.divisor()));
      } else if (dropout.orElse(null) instanceof Dropout.OfHidden hidden) {
        drops.add(tf.stopGradient(hidden.scale()));
      }
      return new LstmLoop(tf, layout, given.get(0))
          .builder(constant, drops)
          .setAttr("output_shapes", WhileOps.shapes(shapes(layout, given)))
          .build();
    }

    /** The same loop again, with buffers of its own. */
    static Operation again(Ops tf, Layout layout, GraphOperation loop) {
      List<Operand<?>> given = new ArrayList<>();
      for (int place = Layout.INPUTS; place < Layout.GATES; place++) {
        given.add(loop.input(place));
      }
      List<Operand<?>> drops = new ArrayList<>();
      for (int place : layout.ofDropout()) {
        drops.add(loop.input(place));
      }
      return new LstmLoop(tf, layout, loop.input(Layout.INPUTS)).builder(given, drops).build();
    }

    private OperationBuilder builder(List<Operand<?>> given, List<Operand<?>> drops) {
      List<Operand<?>> variables = new ArrayList<>(List.of(tf.constant(0), length));
      variables.addAll(given);
      variables.add(buffer(length, 4L * layout.units()));
      variables.add(memories(given.get(Layout.MEMORY - Layout.INPUTS)));
      variables.add(buffer(length, layout.units()));
      variables.addAll(drops);
      if (layout.drops() == Layout.Drops.OUTPUTS) {
        variables.add(buffer(length, layout.units()));
      }
      return WhileOps.sequentialLoop(tf, "while", LstmFunctions.name(layout), variables);
    }

    private static List<Shape> shapes(Layout layout, List<Operand<TFloat32>> given) {
      long length = given.get(0).shape().get(0);
      long batch = given.get(0).shape().get(1);
      List<Shape> shapes = new ArrayList<>(List.of(Shape.scalar(), Shape.scalar()));
      given.forEach(tensor -> shapes.add(tensor.shape()));
      shapes.set(Layout.MEMORY, Shape.of(batch, layout.units()));
      shapes.set(Layout.HIDDEN, Shape.of(batch, layout.units()));
      Shape steps = Shape.of(length, batch, layout.units());
      shapes.add(Shape.of(length, batch, 4L * layout.units()));
      shapes.add(Shape.of(Shape.UNKNOWN_SIZE, batch, layout.units()));
      shapes.add(steps);
      switch (layout.drops()) {
        case NOTHING -> {}
        case OUTPUTS -> shapes.addAll(List.of(steps, Shape.scalar(), steps));
        case HIDDEN -> shapes.add(Shape.of(1, layout.units()));
      }
      return shapes;
    }

    private Operand<TFloat32> memories(Operand<?> first) {
      Operand<TFloat32> buffer = buffer(tf.math.add(length, tf.constant(1)), layout.units());
      Operand<TFloat32> memory = first.asOutput().expect(TFloat32.class);
      return tf.stopGradient(WhileOps.withRow(tf, buffer, tf.constant(0), memory));
    }

    private Operand<TFloat32> buffer(Operand<TInt32> rows, long width) {
      return WhileOps.buffer(tf, TFloat32.class, rows, batch, width);
    }
  }
}
