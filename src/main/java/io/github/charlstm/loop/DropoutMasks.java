package io.github.charlstm.loop;

import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.loop.BodyGraph.LoopVariable;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Dropout masks of all steps of a loop, drawn before it by stateless random operations. */
public final class DropoutMasks {
  private static final String LOOP = "drawn_masks";

  private DropoutMasks() {}

  /**
   * Draws the masks of all steps, {@code [T, batch, width]}, true where a value is kept: where the
   * number drawn is not below the rate.
   *
   * @param tf builder of the graph around the loop
   * @param seeds of one draw a step
   * @param steps scalar, T
   */
  public static Operand<TBool> of(
      Ops tf,
      RandomSeeds.OfLoop seeds,
      Operand<TInt32> steps,
      Operand<TInt32> batch,
      int width,
      Operand<TFloat32> rate) {
    Graph graph = (Graph) tf.scope().env();
    if (graph.getFunction(Functions.body(LOOP)) == null) {
      Functions.addTo(graph, definitions());
    }
    List<Operand<?>> variables =
        List.of(
            tf.constant(0),
            steps,
            tf.stack(List.of(batch, tf.constant(width))),
            tf.constant(seeds.key()),
            tf.constant(seeds.keyStride()),
            seeds.counter(),
            tf.constant(seeds.counterStride()),
            rate,
            WhileOps.buffer(tf, TBool.class, steps, batch, width));
    Output<?> masks =
        WhileOps.sequentialLoop(tf, "masks", LOOP, variables).build().output(variables.size() - 1);
    return tf.stopGradient(masks.expect(TBool.class));
  }

  private static List<FunctionDef> definitions() {
    try (BodyGraph graph = new BodyGraph(null)) {
      Ops tf = graph.tf();
      Operand<TInt32> time = graph.time();
      Output<TInt32> steps = graph.integers("steps", Shape.scalar());
      Output<TInt32> shape = graph.integers("shape", Shape.of(2));
      List<Output<TInt64>> numbers = new ArrayList<>();
      for (String name : List.of("key", "key_stride", "counter", "counter_stride")) {
        numbers.add(graph.placeholder(name, TInt64.class, Shape.scalar()));
      }
      Output<TFloat32> rate = graph.floats("rate", Shape.scalar());
      Output<TBool> masks = graph.placeholder("masks", TBool.class, Shape.unknown());
      Operand<TInt64> step = tf.dtypes.cast(time, TInt64.class);
      Operand<TInt64> key = tf.math.add(numbers.get(0), tf.math.mul(step, numbers.get(1)));
      Operand<TInt64> counter = tf.math.add(numbers.get(2), tf.math.mul(step, numbers.get(3)));
      Operand<TFloat32> noise =
          tf.random.statelessRandomUniform(shape, tf.stack(List.of(key, counter)), TFloat32.class);
      Operand<TBool> mask = tf.math.greaterEqual(noise, rate);
      List<LoopVariable> variables = new ArrayList<>();
      variables.add(LoopVariable.of(time, tf.math.add(time, tf.constant(1))));
      variables.add(LoopVariable.unchanged(steps));
      variables.add(LoopVariable.unchanged(shape));
      numbers.forEach(number -> variables.add(LoopVariable.unchanged(number)));
      variables.add(LoopVariable.unchanged(rate));
      variables.add(LoopVariable.of(masks, WhileOps.withRow(tf, masks, time, mask)));
      return List.of(Functions.less(LOOP, variables), Functions.wholeBody(LOOP, graph, variables));
    }
  }
}
