package io.github.charlstm.graph;

import java.util.OptionalLong;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * Pairs of seeds for TensorFlow's random operations (Python: {@code tf.set_random_seed} and {@code
 * tf.get_seed}).
 *
 * <p>A pair is (graph seed, operation seed). As in TF1:
 *
 * <ul>
 *   <li>both given: both are taken;
 *   <li>graph seed only: the operation gets a seed that differs from operation to operation, see
 *       {@link #of} and {@link #numbered};
 *   <li>operation seed only: the graph seed is 87654321;
 *   <li>none: (0, 0), which TensorFlow replaces by random seeds.
 * </ul>
 *
 * <p>Seeds are taken modulo 2^31 - 1; a negative seed counts from there, as Python's {@code %} has
 * it. A pair (0, 0) that comes from seeds would mean entropy, so it becomes (0, 2^31 - 1).
 */
public final class RandomSeeds {
  private static final long DEFAULT_GRAPH_SEED = 87654321;
  private static final long MODULUS = Integer.MAX_VALUE;

  private final OptionalLong graphSeed;
  private final boolean numbered;
  private long numbersGiven;
  private LoopEnvironment body; // of the last call in a body
  private long inEarlierBodies;
  private OperationCounter counter;

  private RandomSeeds(OptionalLong graphSeed, boolean numbered) {
    this.graphSeed = graphSeed;
    this.numbered = numbered;
  }

  /**
   * Reproducible seeds by the rule of TF 1.x: the seed of an operation without one is the number of
   * operations that its graph has at that time. One more operation before it, even a constant,
   * changes its values.
   *
   * <p>In TF1 the body of a loop is in the same graph. So an operation in a body counts the
   * operations outside of the loop and those of the body so far, and later ones count those of the
   * body too: all numbers differ. (Loops here consist of other operations than Python's, so these
   * numbers are not Python's; give such operations a seed if that matters.) Use one object for each
   * graph.
   */
  public static RandomSeeds of(long graphSeed) {
    return new RandomSeeds(OptionalLong.of(graphSeed), false);
  }

  /**
   * Reproducible seeds by the rule of {@code tf.compat.v1} in later versions of TF 2: operations
   * without a seed are numbered. Initial values do not depend on what else is in the graph. For
   * operations with a seed this is the same as {@link #of}.
   */
  public static RandomSeeds numbered(long graphSeed) {
    return new RandomSeeds(OptionalLong.of(graphSeed), true);
  }

  /** {@return seeds without a graph seed: operations without one differ from run to run} */
  public static RandomSeeds fromEntropy() {
    return new RandomSeeds(OptionalLong.empty(), false);
  }

  /**
   * The pair for one random operation (Python: {@code tf.get_seed(op_seed)}). Call it right before
   * the operation is made, after its inputs: {@link #of} counts them.
   *
   * @param tf builder that the operation will be made with
   * @param operationSeed the operation's own seed, if it has one
   * @return the seeds for its attributes; both 0 if neither graph nor operation has one
   * @throws IllegalArgumentException if the operations before this one must be counted and the
   *     builder is eager
   */
  public Pair pair(Ops tf, OptionalLong operationSeed) {
    if (graphSeed.isEmpty() && operationSeed.isEmpty()) {
      return new Pair(0, 0);
    }
    long first = Math.floorMod(graphSeed.orElse(DEFAULT_GRAPH_SEED), MODULUS);
    long second =
        Math.floorMod(
            operationSeed.isPresent() ? operationSeed.getAsLong() : nextSeed(tf), MODULUS);
    return first == 0 && second == 0 ? new Pair(0, MODULUS) : new Pair(first, second);
  }

  private long nextSeed(Ops tf) {
    return numbered ? numbersGiven++ : countOperations(tf.scope().env());
  }

  private long countOperations(ExecutionEnvironment environment) {
    if (environment instanceof LoopEnvironment loop) {
      if (loop != body) {
        inEarlierBodies += inBody();
        body = loop;
      }
      return countOperations(loop.outside().scope().env());
    }
    return inEarlierBodies + inBody() + countOperationsOf(environment);
  }

  private long inBody() {
    return body == null ? 0 : body.operations();
  }

  private long countOperationsOf(ExecutionEnvironment environment) {
    if (!(environment instanceof Graph graph)) {
      throw new IllegalArgumentException(
          "a random operation without a seed takes the number of its graph's operations, and this"
              + " Ops builder is eager: give the operation a seed, or use RandomSeeds.numbered");
    }
    if (counter == null || counter.graph() != graph) {
      counter = new OperationCounter(graph);
    }
    return counter.count();
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
  public record OfLoop(long key, long keyStride, Operand<TInt64> counter, long counterStride) {
    /** The seeds from the next draw on. */
    public OfLoop nextDraw() {
      return new OfLoop(key + 1, keyStride, counter, counterStride);
    }
  }

  /**
   * The attributes {@code seed} and {@code seed2} of a random operation.
   *
   * @param seed graph seed, 0 to 2^31 - 1
   * @param seed2 operation seed, 0 to 2^31 - 1
   */
  public record Pair(long seed, long seed2) {
    public Pair {
      if (seed < 0 || seed > MODULUS || seed2 < 0 || seed2 > MODULUS) {
        throw new IllegalArgumentException(
            "seed and seed2 must be 0 to " + MODULUS + ", found " + seed + " and " + seed2);
      }
    }
  }
}
