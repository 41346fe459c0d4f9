package io.github.charlstm.cell;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.RandomSeeds;
import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/** The source that {@link RandomSource#ofStep} describes. */
record StatelessSource(RandomSeeds places, Operand<TInt64> step) implements RandomSource {
  private static final long IN_LOOP = 1L << 62; // separates the keys of loops from all others
  private static final long MOST_STEPS = 1L << 31;

  @Override
  public Operand<? extends TFloating> draw(
      Ops tf, Operand<TInt32> shape, Class<? extends TFloating> dtype, OptionalLong operationSeed) {
    long key = nextKey(tf);
    Operand<TInt64> counter = step;
    if (tf.scope().env() instanceof LoopEnvironment loop) {
      key |= IN_LOOP;
      Operand<TInt64> time = tf.dtypes.cast(loop.time(), TInt64.class); // 31 bits
      counter = tf.math.add(tf.math.mul(step, tf.constant(MOST_STEPS)), time);
    }
    return tf.random.statelessRandomUniform(
        shape, tf.stack(List.of(tf.constant(key), counter)), dtype);
  }

  @Override
  public boolean drawsAhead() {
    return true;
  }

  // With a known number of steps the draws are those of the unrolled loop, else those of a loop
  // that draws in its body.
  @Override
  public RandomSeeds.OfLoop reserve(Ops tf, int drawsPerStep, long steps) {
    long key = nextKey(tf);
    long draws = steps < 0 ? drawsPerStep : Math.multiplyExact(steps, drawsPerStep);
    for (long draw = 1; draw < draws; draw++) {
      nextKey(tf);
    }
    return steps < 0
        ? new RandomSeeds.OfLoop(key | IN_LOOP, 0, tf.math.mul(step, tf.constant(MOST_STEPS)), 1)
        : new RandomSeeds.OfLoop(key, drawsPerStep, step, 0);
  }

  // 31 bits of the run's seed, then 31 bits that number the draw: keys of a step are unique
  private long nextKey(Ops tf) {
    RandomSeeds.Pair pair = places.pair(tf, OptionalLong.empty());
    return pair.seed() << 31 | pair.seed2();
  }
}
