package io.github.charlstm.cell;

import io.github.charlstm.graph.RandomSeeds;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Where dropout takes its random numbers from. Each draw adds an operation to the graph. */
@FunctionalInterface
public interface RandomSource {
  /**
   * Draws numbers.
   *
   * @param tf builder of the step
   * @param shape of the draw
   * @param operationSeed TF1's seed of the operation, if the user gave the wrapper a seed
   * @return numbers uniform in [0, 1), independent of every other draw
   */
  Operand<TFloat32> draw(Ops tf, Operand<TInt32> shape, OptionalLong operationSeed);

  /** {@return whether {@link #reserve} works: draws of a loop can be made before it begins} */
  default boolean drawsAhead() {
    return false;
  }

  /**
   * Takes the places of all draws of a loop.
   *
   * @param tf builder of the graph that the loop lies in
   * @param drawsPerStep draws of one step; those of step t come before those of t + 1
   * @param steps of the loop; unknown if negative
   * @return seeds of the draws
   * @throws UnsupportedOperationException if numbers can only be drawn one by one
   */
  default LoopSeeds reserve(Ops tf, int drawsPerStep, long steps) {
    throw new UnsupportedOperationException("this noise can only be drawn step by step");
  }

  /**
   * Seeds of the stateless random operations of a loop: draw k of step t has {@code [key + k + t *
   * keyStride, counter + t * counterStride]}.
   *
   * @param key of draw 0 of step 0
   * @param keyStride what each step adds to it
   * @param counter scalar
   * @param counterStride what each step adds to it
   */
  record LoopSeeds(long key, long keyStride, Operand<TInt64> counter, long counterStride) {}

  /**
   * Draws from TF1's own stream (Python: {@code tf.random_uniform}). Its place in the stream is
   * lost when the process ends. As in TF1, two draws with the same operation seed give the same
   * numbers.
   *
   * @param seeds of the graph
   * @return noise for cells of that graph
   */
  static RandomSource stream(RandomSeeds seeds) {
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
   * Draws numbers that depend on nothing but the seed, the training step and the draw's place in
   * the graph, so that a run that is stopped and resumed sees the masks it would have seen (Python:
   * {@code tf.random.stateless_uniform}). Operation seeds are not used: no two places share their
   * numbers.
   *
   * <p>A place in the body of a loop draws anew at each step of the loop: there the numbers depend
   * on the loop's step too. They would repeat after 2^33 training steps.
   *
   * @param seed of the run
   * @param step scalar, the training step
   * @return noise for cells of the step's graph
   */
  static RandomSource ofStep(long seed, Operand<TInt64> step) {
    return new StatelessSource(RandomSeeds.numbered(seed), step);
  }
}
