package io.github.charlstm.cell;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.RandomSeeds;
import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Where dropout takes its random numbers from. Each draw adds an operation to the graph. */
@FunctionalInterface
public interface UniformNoise {
  /**
   * @param shape of the draw
   * @param operationSeed TF1's seed of the operation, if the user gave the wrapper a seed
   * @return numbers uniform in [0, 1), independent of every other draw
   */
  Operand<TFloat32> draw(Ops tf, Operand<TInt32> shape, OptionalLong operationSeed);

  /**
   * TF1's own stream (Python: {@code tf.random_uniform}). Its place in the stream is lost when the
   * process ends. As in TF1, two draws with the same operation seed give the same numbers.
   */
  static UniformNoise stream(RandomSeeds seeds) {
    return (tf, shape, operationSeed) -> {
      RandomSeeds.Pair pair = seeds.pair(tf, operationSeed);
      return tf.random.randomUniform(
          shape,
          TFloat32.class,
          RandomUniform.seed(pair.seed()),
          RandomUniform.seed2(pair.seed2()));
    };
  }

  /**
   * Numbers that depend on nothing but the seed, the training step and the draw's place in the
   * graph, so that a run that is stopped and resumed sees the masks it would have seen (Python:
   * {@code tf.random.stateless_uniform}). Operation seeds are not used: no two places share their
   * numbers.
   *
   * <p>A place in the body of a loop draws anew at each step of the loop: there the numbers depend
   * on the loop's step too. They would repeat after 2^33 training steps.
   *
   * @param seed of the run
   * @param step scalar, the training step
   */
  static UniformNoise ofStep(long seed, Operand<TInt64> step) {
    RandomSeeds places = RandomSeeds.numbered(seed);
    return (tf, shape, operationSeed) -> {
      // 31 bits of run seed above 31 bits of place: no two draws of a step share a key
      RandomSeeds.Pair pair = places.pair(tf, OptionalLong.empty());
      long key = pair.seed() << 31 | pair.seed2();
      Operand<TInt64> counter = step;
      if (tf.scope().env() instanceof LoopEnvironment loop) {
        // bit 62 parts these keys from those of places outside of loops
        key |= 1L << 62;
        Operand<TInt64> time = tf.dtypes.cast(loop.time(), TInt64.class); // 31 bits
        counter = tf.math.add(tf.math.mul(step, tf.constant(1L << 31)), time);
      }
      return tf.random.statelessRandomUniform(
          shape, tf.stack(List.of(tf.constant(key), counter)), TFloat32.class);
    };
  }
}
