package io.github.charlstm.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The forward loop of a {@link LstmScan}; its variables are in the order of {@link LstmLayout}. */
final class LstmLoop {
  private final Ops tf;
  private final LstmLayout layout;
  private final Operand<TInt32> length;
  private final Operand<TInt32> batch;

  private LstmLoop(Ops tf, LstmLayout layout, Operand<?> inputs) {
    this.tf = tf;
    this.layout = layout;
    Operand<TInt32> sizes = tf.shape(inputs);
    length = tf.stopGradient(WhileOps.size(tf, sizes, 0));
    batch = tf.stopGradient(WhileOps.size(tf, sizes, 1));
  }

  /**
   * @param given inputs, kernel, bias, memory, hidden
   */
  static Operation of(
      Ops tf,
      LstmLayout layout,
      List<Operand<TFloat32>> given,
      Optional<LstmScan.Dropout> dropout) {
    List<Operand<?>> constant = new ArrayList<>(given);
    constant.set(1, layout.products().factor(tf, given.get(1)));
    List<Operand<?>> drops = new ArrayList<>();
    if (dropout.isPresent()) {
      drops.add(tf.stopGradient(dropout.get().masks()));
      drops.add(tf.stopGradient(dropout.get().divisor()));
    }
    return new LstmLoop(tf, layout, given.get(0))
        .builder(constant, drops)
        .setAttr("output_shapes", WhileOps.shapes(shapes(layout, given)))
        .build();
  }

  /** The same loop once more, which writes into tensors of its own. */
  static Operation again(Ops tf, LstmLayout layout, GraphOperation loop) {
    List<Operand<?>> given = new ArrayList<>();
    for (int place = LstmLayout.INPUTS; place < LstmLayout.GATES; place++) {
      given.add(loop.input(place));
    }
    List<Operand<?>> drops =
        layout.drops()
            ? List.of(loop.input(LstmLayout.MASKS), loop.input(LstmLayout.DIVISOR))
            : List.of();
    return new LstmLoop(tf, layout, loop.input(LstmLayout.INPUTS)).builder(given, drops).build();
  }

  private OperationBuilder builder(List<Operand<?>> given, List<Operand<?>> drops) {
    List<Operand<?>> variables = new ArrayList<>(List.of(tf.constant(0), length));
    variables.addAll(given);
    variables.add(buffer(length, 4L * layout.units()));
    variables.add(memories(given.get(LstmLayout.MEMORY - LstmLayout.INPUTS)));
    variables.add(buffer(length, layout.units()));
    if (layout.drops()) {
      variables.addAll(drops);
      variables.add(buffer(length, layout.units()));
    }
    return WhileOps.sequentialLoop(
        tf,
        "while",
        LstmFunctions.forwardCondition(layout),
        LstmFunctions.forwardBody(layout),
        variables);
  }

  private static List<Shape> shapes(LstmLayout layout, List<Operand<TFloat32>> given) {
    long length = given.get(0).shape().get(0);
    long batch = given.get(0).shape().get(1);
    List<Shape> shapes = new ArrayList<>(List.of(Shape.scalar(), Shape.scalar()));
    given.forEach(tensor -> shapes.add(tensor.shape()));
    shapes.set(LstmLayout.MEMORY, Shape.of(batch, layout.units()));
    shapes.set(LstmLayout.HIDDEN, Shape.of(batch, layout.units()));
    Shape steps = Shape.of(length, batch, layout.units());
    shapes.add(Shape.of(length, batch, 4L * layout.units()));
    shapes.add(Shape.of(Shape.UNKNOWN_SIZE, batch, layout.units()));
    shapes.add(steps);
    if (layout.drops()) {
      shapes.addAll(List.of(steps, Shape.scalar(), steps));
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
