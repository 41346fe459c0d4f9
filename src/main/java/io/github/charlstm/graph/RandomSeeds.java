package io.github.charlstm.graph;

import java.util.OptionalLong;

/**
 * Pairs of seeds for TensorFlow's random operations (Python: {@code tf.get_seed}).
 *
 * <p>As in TF1 a pair is (graph seed, operation seed). An operation without a seed of its own gets
 * the number of random operations that asked before it, so that two of them never share a stream.
 * Without a graph seed the pair is (0, 0), which TensorFlow replaces by entropy.
 */
public final class RandomSeeds {
  private static final long LARGEST = Integer.MAX_VALUE;
  private final OptionalLong graphSeed;
  private long asked;

  private RandomSeeds(OptionalLong graphSeed) {
    this.graphSeed = graphSeed;
  }

  /** Seeds that repeat from run to run (Python: {@code tf.set_random_seed(graphSeed)}). */
  public static RandomSeeds of(long graphSeed) {
    return new RandomSeeds(OptionalLong.of(graphSeed));
  }

  /** Seeds that differ from run to run. */
  public static RandomSeeds fromEntropy() {
    return new RandomSeeds(OptionalLong.empty());
  }

  /** The pair for the next operation that has no seed of its own. */
  public Pair next() {
    long operationSeed = asked++;
    if (graphSeed.isEmpty()) {
      return new Pair(0, 0);
    }
    long first = graphSeed.getAsLong() & LARGEST;
    // TF1: (0, 0) would mean entropy, so it becomes (0, 2^31 - 1).
    return first == 0 && operationSeed == 0
        ? new Pair(0, LARGEST)
        : new Pair(first, operationSeed & LARGEST);
  }

  /**
   * The attributes {@code seed} and {@code seed2} of a random operation.
   *
   * @param seed graph seed
   * @param seed2 operation seed
   */
  public record Pair(long seed, long seed2) {}
}
