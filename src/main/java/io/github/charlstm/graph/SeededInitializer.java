package io.github.charlstm.graph;

import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Random initial values, with or without a seed of their own (Python: the argument {@code seed} of
 * the initializers).
 *
 * <p>Without one the seed comes from the store's {@link RandomSeeds}. With one, all variables of a
 * shape get the same values, as in TF1.
 */
public final class SeededInitializer implements Initializer {
  private final Draw draw;
  private final OptionalLong seed;

  SeededInitializer(Draw draw) {
    this(draw, OptionalLong.empty());
  }

  private SeededInitializer(Draw draw, OptionalLong seed) {
    this.draw = Objects.requireNonNull(draw, "draw");
    this.seed = seed;
  }

  /**
   * The same initializer with a seed, for instance {@code glorotUniform().seed(7)}.
   *
   * @param operationSeed any number; see {@link RandomSeeds} for how it is combined
   */
  public SeededInitializer seed(long operationSeed) {
    return new SeededInitializer(draw, OptionalLong.of(operationSeed));
  }

  @Override
  public Operand<? extends TFloating> initialValue(
      Ops tf, Shape shape, Class<? extends TFloating> dtype, RandomSeeds seeds) {
    return draw.of(tf, shape, dtype, () -> seeds.pair(tf, seed));
  }

  /** Adds the operations; takes the pair right before the random one. */
  @FunctionalInterface
  interface Draw {
    Operand<? extends TFloating> of(
        Ops tf, Shape shape, Class<? extends TFloating> dtype, Supplier<RandomSeeds.Pair> pair);
  }
}
