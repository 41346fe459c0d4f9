package io.github.charlstm.cell;

import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A new mask at each call (Python: {@code tf.nn.dropout} of TF 1.13 and later). */
record FreshMasks(RandomSource noise, OptionalLong seed) implements DropoutMask {
  @Override
  public Operand<TFloat32> drop(
      Ops tf, Operand<TFloat32> x, KeepProb keepProb, Side side, int place, int leaf) {
    Ops scope = tf.withSubScope("dropout");
    Operand<TFloat32> rate = keepProb.rate(scope);
    Operand<TFloat32> scaled = keepProb.scaled(scope, x, rate);
    Operand<TFloat32> uniform =
        noise.draw(scope, scope.shape(x), DropoutMask.seed(seed, side, place)); // shape of x
    return scope.select(scope.math.greaterEqual(uniform, rate), scaled, scope.constant(0f));
  }
}
