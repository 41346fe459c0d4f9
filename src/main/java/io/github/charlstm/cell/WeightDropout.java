package io.github.charlstm.cell;

import io.github.charlstm.graph.CustomGetter;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableOptions;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Drops recurrent weights of a cell at random: those that h is multiplied with. In each run of the
 * session one mask holds for all steps and all rows of the batch.
 *
 * <p>With {@code rate = 1 - keep_prob} and u uniform in [0, 1), the cell computes with {@code w /
 * (1 - rate)} where {@code u >= rate}, else with 0, in place of the recurrent weights w: the last
 * rows of its {@code kernel}, one for each number of h, or all of its {@code recurrent_kernel}.
 * Weights of the inputs and biases stay. Merity, Keskar and Socher, Regularizing and optimizing
 * LSTM language models, arXiv:1708.02182 (DropConnect of Wan and others, ICML 2013). TF1 has no
 * such wrapper.
 *
 * <p>Variables, their names, shapes, state and steps are the wrapped cell's. The masks are drawn
 * when the cell makes its variables, so before a loop; every loop, {@code FusedLstm} too, reads the
 * masked kernel as any other. Together with a {@link DropoutWrapper}, give each a {@link
 * RandomSource} of its own: the loops make variables and draw fresh masks in different orders.
 *
 * <p>For inference, build the cell without it: the variables have the same names. A keep_prob that
 * is fed as 1 drops nothing either.
 */
public final class WeightDropout extends CellWrapper {
  private final KeepProb keepProb;
  private final Optional<RandomSource> givenNoise;
  private boolean masked;

  private WeightDropout(RNNCell cell, KeepProb keepProb, Optional<RandomSource> noise) {
    super(cell);
    if (cell instanceof MultiRNNCell) {
      throw new IllegalArgumentException(
          "WeightDropout expects a single layer, found a MultiRNNCell; wrap each of its cells");
    }
    this.keepProb = keepProb;
    this.givenNoise = noise;
  }

  /**
   * Drops weights by TF1's random numbers, {@link RandomSource#stream} of the scope's seeds.
   *
   * @param cell one layer that is not built yet: {@link BasicRNNCell}, {@link BasicLSTMCell},
   *     {@link LSTMCell}, {@link GRUCell}, {@link LayerNormBasicLSTMCell}, {@link UGRNNCell} or
   *     {@link NASCell}, or a wrapper of one that leaves its inputs' width
   * @param share of the weights to keep, above 0 and at most 1
   */
  public static WeightDropout of(RNNCell cell, double share) {
    return new WeightDropout(cell, KeepProb.of("keep_prob", share), Optional.empty());
  }

  /** As {@link #of(RNNCell, double)}, with a source of random numbers. */
  public static WeightDropout of(RNNCell cell, double share, RandomSource noise) {
    return new WeightDropout(cell, KeepProb.of("keep_prob", share), Optional.of(noise));
  }

  /**
   * As {@link #of(RNNCell, double, RandomSource)}, with a share that each run reads anew.
   *
   * @param share float scalar of the cell's type, such as a placeholder
   */
  public static WeightDropout of(
      RNNCell cell, Operand<? extends TFloating> share, RandomSource noise) {
    return new WeightDropout(
        cell, KeepProb.fed("WeightDropout", "keep_prob", share), Optional.of(noise));
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {
    super.build(masking(scope, depth), dtype, depth);
    requireMasked();
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long depth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    Step<T> step = super.firstCall(masking(scope, depth), depth, tf, inputs, state);
    requireMasked();
    return step;
  }

  @Override
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    return inner.step(tf, inputs, state);
  }

  private VariableScope masking(VariableScope scope, long depth) {
    return keepProb.drops() ? scope.withCustomGetter(new Masked(scope, depth)) : scope;
  }

  private void requireMasked() {
    if (keepProb.drops() && !masked) {
      throw new IllegalArgumentException(
          ("WeightDropout expects a cell that makes a kernel of %s recurrent rows, found none in"
                  + " %s; wrap the cell itself, before it is built")
              .formatted(wrappedCell().outputSize(), wrappedCell().typeName()));
    }
  }

  private final class Masked implements CustomGetter {
    private final RandomSource noise;
    private final Ops tf;
    private final long depth;

    Masked(VariableScope scope, long depth) {
      this.noise = givenNoise.orElseGet(() -> RandomSource.stream(scope.randomSeeds()));
      this.tf = scope.builder();
      this.depth = depth;
    }

    @Override
    public <T extends TFloating> GraphVariable<T> get(
        Getter getter, String name, Shape shape, VariableOptions<T> options) {
      GraphVariable<T> variable = getter.get(name, shape, options);
      int from = firstRecurrentRow(name, shape);
      if (from < 0) {
        return variable;
      }
      masked = true;
      return variable.withValue(dropped(variable.value(), from));
    }

    // -1: no recurrent rows
    private int firstRecurrentRow(String name, Shape shape) {
      long rows = shape.numDimensions() == 2 ? shape.get(0) : -1;
      if (name.endsWith("/recurrent_kernel") && rows == outputSize()) {
        return 0;
      }
      boolean kernel = name.endsWith("/kernel") && !name.endsWith("/projection/kernel");
      return kernel && rows == depth + outputSize() ? Math.toIntExact(depth) : -1;
    }

    private <T extends TFloating> Operand<T> dropped(Operand<T> kernel, int from) {
      Ops scope = tf.withSubScope("weight_dropout");
      Operand<T> recurrent = scope.slice(kernel, scope.array(from, 0), scope.array(-1, -1));
      Operand<T> left = DropoutMask.fresh(scope, recurrent, keepProb, noise, OptionalLong.empty());
      return from == 0
          ? left
          : scope.concat(
              List.of(scope.slice(kernel, scope.array(0, 0), scope.array(from, -1)), left),
              scope.constant(0));
    }
  }
}
