package io.github.charlstm.model;

import io.github.charlstm.rnn.SamplingDecoder;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A {@link SamplingParams} in a graph. Its numbers are fed, so that one loop serves all rules of a
 * {@link Kind}.
 *
 * <p>Reshaping, sums and the draw are done in double precision; what a temperature gives is rounded
 * to floats, as the policies in Java do.
 */
final class GraphSampler implements SamplingDecoder.Choice {
  private final Kind kind;
  private final List<Placeholder<TFloat64>> temperatures = new ArrayList<>();
  private final Placeholder<TInt32> candidates;

  /** What the operations depend on. */
  record Kind(int temperatures, Picking picking) {
    private enum Picking {
      LIKELIEST,
      DRAWN,
      DRAWN_AMONG_LIKELIEST
    }

    static Kind of(SamplingParams rule, int vocabulary) {
      return new Kind(rule.temperatures().size(), picking(rule, vocabulary));
    }

    private static Picking picking(SamplingParams rule, int vocabulary) {
      if (!rule.draws()) {
        return Picking.LIKELIEST;
      }
      return rule.candidates() < vocabulary ? Picking.DRAWN_AMONG_LIKELIEST : Picking.DRAWN;
    }
  }

  /**
   * @param tf builder of the graph around the loop
   */
  GraphSampler(Ops tf, Kind kind) {
    this.kind = kind;
    for (int k = 0; k < kind.temperatures(); k++) {
      temperatures.add(tf.placeholder(TFloat64.class, Placeholder.shape(Shape.scalar())));
    }
    candidates = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
  }

  /**
   * Feeds what the rule says.
   *
   * @param fed takes the tensors, to be closed after the run
   */
  void feed(Session.Runner runner, SamplingParams rule, List<Tensor> fed) {
    for (int k = 0; k < temperatures.size(); k++) {
      TensorIO.feed(
          runner, fed, temperatures.get(k), TFloat64.scalarOf(rule.temperatures().get(k)));
    }
    if (kind.picking() == Kind.Picking.DRAWN_AMONG_LIKELIEST) {
      TensorIO.feed(runner, fed, candidates, TInt32.scalarOf(rule.candidates()));
    }
  }

  @Override
  public Operand<TInt32> choose(Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> point) {
    Operand<TFloat32> reshaped = probabilities;
    for (Operand<TFloat64> temperature : temperatures) {
      reshaped = reshaped(tf, reshaped, temperature);
    }
    Operand<TInt32> chosen =
        switch (kind.picking()) {
          case LIKELIEST -> tf.math.argMax(reshaped, tf.constant(1), TInt32.class);
          case DRAWN -> drawn(tf, reshaped, point);
          case DRAWN_AMONG_LIKELIEST -> drawn(tf, likeliest(tf, reshaped), point);
        };
    // a softmax sums to one, or to NaN; NaN is not above zero
    Operand<TFloat32> total = tf.sum(probabilities, tf.constant(1)); // [1]
    return tf.select(tf.math.greater(total, tf.constant(0f)), chosen, tf.array(-1));
  }

  // p^(1/t) / sum, divided by the largest before, so that no power overflows
  private static Operand<TFloat32> reshaped(
      Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> temperature) {
    Operand<TFloat64> logs = tf.math.log(tf.dtypes.cast(probabilities, TFloat64.class));
    Operand<TFloat64> ofLargest = tf.max(logs, tf.constant(1));
    Operand<TFloat64> powers =
        tf.math.exp(tf.math.div(tf.math.sub(logs, ofLargest), temperature)); // [1, V]
    Operand<TFloat64> total = tf.sum(powers, tf.constant(1));
    return tf.dtypes.cast(tf.math.div(powers, total), TFloat32.class);
  }

  // All but the likeliest become 0. Of equals the operation takes the first, the rule the last.
  private Operand<TFloat32> likeliest(Ops tf, Operand<TFloat32> probabilities) {
    Operand<TInt32> axis = tf.array(1);
    TopK<TFloat32, TInt32> top =
        tf.nn.topK(tf.reverse(probabilities, axis), candidates, new TopK.Options[0]);
    Operand<TFloat32> kept =
        tf.scatterNd(
            tf.reshape(top.indices(), tf.array(-1, 1)),
            tf.reshape(top.values(), tf.array(-1)),
            tf.array(vocabulary(probabilities)));
    return tf.reverse(tf.reshape(kept, tf.array(1, -1)), axis);
  }

  private static Operand<TInt32> drawn(Ops tf, Operand<TFloat32> weights, Operand<TFloat64> point) {
    Operand<TFloat64> sums = // [1, V]
        tf.math.cumsum(tf.dtypes.cast(weights, TFloat64.class), tf.constant(1));
    Operand<TFloat64> total = tf.gather(sums, tf.array(vocabulary(weights) - 1), tf.constant(1));
    Operand<TInt32> place = tf.upperBound(sums, tf.math.mul(total, point)); // [1, 1]
    return tf.reshape(place, tf.array(1));
  }

  private static int vocabulary(Operand<TFloat32> row) {
    return Math.toIntExact(row.shape().get(1));
  }
}
