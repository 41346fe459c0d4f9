package io.github.charlstm.cell;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.RandomSeeds;
import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** As {@link RandomSource#ofStep} says. */
record StatelessSource(RandomSeeds places, Operand<TInt64> step) implements RandomSource {
  private static final long IN_LOOP = 1L << 62; // parts keys of loops from those outside of them
  private static final long MOST_STEPS = 1L << 31;

  @Override
  public Operand<TFloat32> draw(Ops tf, Operand<TInt32> shape, OptionalLong operationSeed) {
    long key = nextKey(tf);
    Operand<TInt64> counter = step;
    if (tf.scope().env() instanceof LoopEnvironment loop) {
      key |= IN_LOOP;
      Operand<TInt64> time = tf.dtypes.cast(loop.time(), TInt64.class); // 31 bits
      counter = tf.math.add(tf.math.mul(step, tf.constant(MOST_STEPS)), time);
    }
    return tf.random.statelessRandomUniform(
        shape, tf.stack(List.of(tf.constant(key), counter)), TFloat32.class);
  }

  @Override
  public boolean drawsAhead() {
    return true;
  }

  // Where the number of steps is known the draws are those of the unrolled loop, else those of a
  // loop whose body draws.
  @Override
  public LoopSeeds reserve(Ops tf, int drawsPerStep, long steps) {
    long key = nextKey(tf);
    long draws = steps < 0 ? drawsPerStep : Math.multiplyExact(steps, drawsPerStep);
    for (long draw = 1; draw < draws; draw++) {
      nextKey(tf);
    }
    return steps < 0
        ? new LoopSeeds(key | IN_LOOP, 0, tf.math.mul(step, tf.constant(MOST_STEPS)), 1)
        : new LoopSeeds(key, drawsPerStep, step, 0);
  }

  // 31 bits of run seed above 31 bits of place: no two draws of a step share a key
  private long nextKey(Ops tf) {
    RandomSeeds.Pair pair = places.pair(tf, OptionalLong.empty());
    return pair.seed() << 31 | pair.seed2();
  }
}
