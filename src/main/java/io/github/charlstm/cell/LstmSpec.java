package io.github.charlstm.cell;

import io.github.charlstm.cell.DropoutMask.Side;
import io.github.charlstm.graph.GraphVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A plain LSTM layer taken apart, for loops that compute its steps themselves, as a fused one does.
 *
 * <p>Plain means: {@link BasicLSTMCell}, {@link LSTMCell} without peepholes, clipping and
 * projection, or {@link LayerNormBasicLSTMCell} with its normalization and without its dropout;
 * tanh as activation; a state of two tensors; at most one {@link DropoutWrapper} around it, which
 * drops inputs and outputs with a fresh mask each step, or inputs, outputs and h with one mask for
 * all steps; and {@link WeightDropout}, which masks the kernel.
 */
public final class LstmSpec {
  private final LayerRNNCell cell;
  private final Optional<DropoutWrapper> wrapper;

  private LstmSpec(LayerRNNCell cell, Optional<DropoutWrapper> wrapper) {
    this.cell = cell;
    this.wrapper = wrapper;
  }

  /** Dropout of a layer's inputs or outputs by a fresh mask each step. */
  public static final class Dropout {
    private final RandomSource noise;
    private final KeepProb keepProb;

    private Dropout(RandomSource noise, KeepProb keepProb) {
      this.noise = noise;
      this.keepProb = keepProb;
    }

    /** {@return the source of its random numbers} */
    public RandomSource noise() {
      return noise;
    }

    /**
     * {@return the rate, {@code 1 - keep_prob}, a scalar: a value is kept where the number drawn is
     * not below it}
     *
     * @param tf builder that makes the scalar
     */
    public Operand<TFloat32> rate(Ops tf) {
      return keepProb.rate(tf, TFloat32.class);
    }
  }

  /**
   * {@return the layers of a cell from the input upwards; empty if one of them is not plain} The
   * variables of a layer exist once the cell is built.
   *
   * @param cell one layer or a {@link MultiRNNCell}, with or without dropout
   */
  public static Optional<List<LstmSpec>> of(RNNCell cell) {
    Objects.requireNonNull(cell, "cell");
    List<RNNCell> cells = List.of(cell);
    if (cell instanceof MultiRNNCell stack) {
      if (!stack.hasTupleState()) {
        return Optional.empty();
      }
      cells = stack.cells();
    }
    List<LstmSpec> layers = new ArrayList<>();
    for (RNNCell each : cells) {
      layer(each).ifPresent(layers::add);
    }
    return layers.size() == cells.size() ? Optional.of(layers) : Optional.empty();
  }

  private static Optional<LstmSpec> layer(RNNCell cell) {
    RNNCell inner = cell;
    Optional<DropoutWrapper> dropout = Optional.empty();
    while (inner instanceof WeightDropout || inner instanceof DropoutWrapper) {
      if (inner instanceof DropoutWrapper wrapper) {
        if (dropout.isPresent()
            || !(wrapper.isPlainVariational() || wrapper.freshNoise().isPresent())) {
          return Optional.empty();
        }
        dropout = Optional.of(wrapper);
      }
      inner = ((CellWrapper) inner).wrappedCell();
    }
    boolean plain =
        inner instanceof AbstractLSTMCell lstm && lstm.isPlain()
            || inner instanceof LayerNormBasicLSTMCell normalized && normalized.isPlain();
    return plain ? Optional.of(new LstmSpec((LayerRNNCell) inner, dropout)) : Optional.empty();
  }

  /**
   * The layers of a cell without their {@link DropoutWrapper}s, for inference. Their variables are
   * the cell's own.
   *
   * @param cell one layer, or a {@link MultiRNNCell} of several
   * @return from the input upwards, at least one; the leaves of their states, in this order, are
   *     those of the cell's state
   * @throws IllegalArgumentException if a layer has {@link WeightDropout}: its cell was built with
   *     masked weights
   */
  public static List<RNNCell> withoutDropout(RNNCell cell) {
    Objects.requireNonNull(cell, "cell");
    return cell instanceof MultiRNNCell stack && stack.hasTupleState()
        ? stack.cells().stream().map(LstmSpec::unwrapped).toList()
        : List.of(unwrapped(cell));
  }

  private static RNNCell unwrapped(RNNCell cell) {
    if (cell instanceof WeightDropout) {
      throw new IllegalArgumentException(
          "inference expects a cell without WeightDropout, found one around a %s; build the same"
                  .formatted(((WeightDropout) cell).wrappedCell().typeName())
              + " cell without it in a scope that reuses the variables, or in a graph of its own");
    }
    return cell instanceof DropoutWrapper wrapper ? unwrapped(wrapper.wrappedCell()) : cell;
  }

  /** {@return the width of c and h} */
  public int units() {
    return cell.numUnits();
  }

  /** {@return whether it is an LSTM with layer normalization, which has no bias} */
  public boolean isNormalized() {
    return cell instanceof LayerNormBasicLSTMCell;
  }

  /**
   * {@return the kernel, {@code [inputDepth + units, 4 * units]}, columns in the order i, j, f, o}
   *
   * @throws IllegalStateException if the cell is not built
   */
  public GraphVariable<TFloat32> kernel() {
    requireBuilt();
    return cell.kernel().as(TFloat32.class);
  }

  /**
   * {@return the bias with the forget bias added to its part f, {@code [4 * units]}} So a loop adds
   * it once, not at each step. With layer normalization, in place of the bias: {@code [10, units]},
   * the gammas of i, j, f and o, their betas with the forget bias added to that of f, gamma and
   * beta of c.
   *
   * @param tf builder of the graph around the loop
   * @throws IllegalStateException if the cell is not built
   */
  public Operand<TFloat32> parameters(Ops tf) {
    requireBuilt();
    if (cell instanceof LayerNormBasicLSTMCell normalized) {
      return normalized.parameters(tf);
    }
    AbstractLSTMCell lstm = (AbstractLSTMCell) cell;
    float[] added = new float[4 * units()];
    Arrays.fill(added, 2 * units(), 3 * units(), (float) lstm.forgetBias());
    return tf.math.add(lstm.bias().as(TFloat32.class).value(), tf.constant(added));
  }

  /**
   * One step without layer normalization after its matrix product: c and h from the gates' sums.
   *
   * @param sums {@code [x, h] kernel + bias}, {@code [batch, 4 * units]}; the forget bias included
   * @param c the memory before the step, {@code [batch, units]}
   * @return c and h after it
   */
  public static LSTMStateTuple<TFloat32> newState(
      Ops tf, Operand<TFloat32> sums, Operand<TFloat32> c) {
    return AbstractLSTMCell.Sums.of(tf, sums).newState(tf, c, Activation.TANH);
  }

  private void requireBuilt() {
    if (cell.kernel() == null) {
      throw new IllegalStateException(cell.typeName() + ": call build(scope, inputDepth) first");
    }
  }

  /** {@return dropout of the layer's inputs by a fresh mask each step, if any} */
  public Optional<Dropout> inputDropout() {
    return fresh(Side.INPUT);
  }

  /** {@return dropout of the layer's outputs by a fresh mask each step, if any} */
  public Optional<Dropout> outputDropout() {
    return fresh(Side.OUTPUT);
  }

  private Optional<Dropout> fresh(Side side) {
    return wrapper
        .filter(dropout -> dropout.keepProb(side).drops())
        .flatMap(
            dropout ->
                dropout.freshNoise().map(noise -> new Dropout(noise, dropout.keepProb(side))));
  }

  /**
   * {@return what the inputs of all steps are multiplied with, {@code [1, inputDepth]}, if their
   * dropout is variational: 0 or {@code 1 / keep_prob}}
   *
   * @param tf builder of the graph around the loop
   * @throws IllegalStateException if the cell is not built
   */
  public Optional<Operand<TFloat32>> inputScale(Ops tf) {
    return variational(tf, Side.INPUT, 0);
  }

  /** {@return as {@link #inputScale}, of the outputs, {@code [1, units]}} */
  public Optional<Operand<TFloat32>> outputScale(Ops tf) {
    return variational(tf, Side.OUTPUT, 0);
  }

  /**
   * {@return as {@link #inputScale}, of h as the next step reads it, {@code [1, units]}} The output
   * and the h before the first step are not multiplied with it.
   */
  public Optional<Operand<TFloat32>> hiddenScale(Ops tf) {
    return variational(tf, Side.STATE, 1); // c is the first tensor of the state
  }

  private Optional<Operand<TFloat32>> variational(Ops tf, Side side, int leaf) {
    return wrapper
        .filter(dropout -> dropout.isPlainVariational() && dropout.keepProb(side).drops())
        .map(dropout -> dropout.variationalScale(tf, side, leaf));
  }
}
