package io.github.charlstm.cell;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.RandomSeeds;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/** Source of dropout's random numbers. Each draw adds an operation to the graph. */
@FunctionalInterface
public interface RandomSource {
  /**
   * Draws numbers.
   *
   * @param tf builder of the step
   * @param shape of the draw
   * @param operationSeed TF1's seed of the operation, if the user gave the wrapper a seed
   * @param dtype of the numbers
   * @return numbers uniform in [0, 1), independent of every other draw
   */
  Operand<? extends TFloating> draw(
      Ops tf, Operand<TInt32> shape, Class<? extends TFloating> dtype, OptionalLong operationSeed);

  /** {@return whether {@link #reserve} is supported: a loop's numbers can be drawn before it} */
  default boolean drawsAhead() {
    return false;
  }

  /**
   * Reserves the seeds of all draws of a loop.
   *
   * @param tf builder of the graph around the loop
   * @param drawsPerStep draws of one step
   * @param steps of the loop; unknown if negative
   * @return seeds of the draws
   * @throws UnsupportedOperationException if numbers can only be drawn one by one
   */
  default RandomSeeds.OfLoop reserve(Ops tf, int drawsPerStep, long steps) {
    throw new UnsupportedOperationException("this source can only draw step by step");
  }

  /**
   * TF1's stateful random numbers (Python: {@code tf.random_uniform}); the position in the stream
   * is not saved in checkpoints. As in TF1, two operations with the same seed give the same
   * numbers, and each run of a session continues the stream, in loops too.
   *
   * @param seeds of the graph
   * @return a source for cells of that graph
   */
  static RandomSource stream(RandomSeeds seeds) {
    return (tf, shape, dtype, operationSeed) -> {
      RandomSeeds.Pair pair = seeds.pair(tf, operationSeed);
      boolean entropy = pair.seed() == 0 && pair.seed2() == 0;
      if (!entropy && tf.scope().env() instanceof LoopEnvironment loop) {
        return LoopStream.draw(tf, loop, shape, dtype, pair);
      }
      return tf.random.randomUniform(
          shape, dtype, RandomUniform.seed(pair.seed()), RandomUniform.seed2(pair.seed2()));
    };
  }

  /**
   * Numbers that depend only on the seed, the training step and the number of the draw in the
   * graph, so a resumed run has the same masks (Python: {@code tf.random.stateless_uniform}).
   * Operation seeds are not used: no two draws share their numbers.
   *
   * <p>In the body of a loop the numbers depend on the loop's step too, and repeat after 2^33
   * training steps.
   *
   * @param seed of the run
   * @param step scalar, the training step
   * @return a source for cells of the step's graph
   */
  static RandomSource ofStep(long seed, Operand<TInt64> step) {
    return new StatelessSource(RandomSeeds.numbered(seed), step);
  }
}
