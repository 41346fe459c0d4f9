package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A layer of a plain LSTM, taken apart: what a loop must know that computes its steps itself, as a
 * fused one does.
 *
 * <p>Plain means: {@link BasicLSTMCell}, or {@link LSTMCell} without peepholes, clipping and
 * projection; tanh as activation; a state of two tensors; at most one {@link DropoutWrapper} around
 * it, which drops inputs and outputs with a fresh mask each step.
 */
public final class LstmSpec {
  private final LayerRNNCell cell;
  private final Parts parts;
  private final Sides sides;

  /** Dropout on one side of a layer. */
  public static final class Dropout {
    private final RandomSource noise;
    private final KeepProb share;

    Dropout(RandomSource noise, KeepProb share) {
      this.noise = noise;
      this.share = share;
    }

    /** {@return the source of its random numbers} */
    public RandomSource noise() {
      return noise;
    }

    /**
     * {@return the bound of the draws, a scalar: a value is kept where the number drawn is not
     * below it}
     *
     * @param tf builder that makes the scalar
     */
    public Operand<TFloat32> rate(Ops tf) {
      return share.rate(tf);
    }
  }

  /** What the two kinds of cells have in common. */
  record Parts(float forgetBias, GraphVariable<TFloat32> bias) {}

  /** What a wrapper drops. */
  record Sides(Optional<Dropout> input, Optional<Dropout> output) {
    static final Sides NONE = new Sides(Optional.empty(), Optional.empty());

    static Sides of(RandomSource noise, KeepProb input, KeepProb output) {
      return new Sides(side(noise, input), side(noise, output));
    }

    private static Optional<Dropout> side(RandomSource noise, KeepProb share) {
      return share.drops() ? Optional.of(new Dropout(noise, share)) : Optional.empty();
    }
  }

  private LstmSpec(LayerRNNCell cell, Parts parts, Sides sides) {
    this.cell = cell;
    this.parts = parts;
    this.sides = sides;
  }

  /**
   * {@return the layers of a cell from the input upwards; empty if one of them is not plain} The
   * cell may be built or not, but only a built one has variables.
   *
   * @param cell alone or a stack, with or without dropout
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
      Optional<LstmSpec> layer = layer(each);
      if (layer.isEmpty()) {
        return Optional.empty();
      }
      layers.add(layer.get());
    }
    return Optional.of(layers);
  }

  private static Optional<LstmSpec> layer(RNNCell cell) {
    return cell instanceof DropoutWrapper wrapper
        ? wrapper.sides().flatMap(sides -> plain(wrapper.cell(), sides))
        : plain(cell, Sides.NONE);
  }

  private static Optional<LstmSpec> plain(RNNCell cell, Sides sides) {
    Optional<Parts> parts = Optional.empty();
    if (cell instanceof BasicLSTMCell basic) {
      parts = basic.plainParts();
    } else if (cell instanceof LSTMCell full) {
      parts = full.plainParts();
    }
    return parts.map(p -> new LstmSpec((LayerRNNCell) cell, p, sides));
  }

  /** {@return the width of c and h} */
  public int units() {
    return cell.numUnits();
  }

  /** {@return what is added to the forget gate before its sigmoid} */
  public float forgetBias() {
    return parts.forgetBias();
  }

  /**
   * {@return the kernel, {@code [inputDepth + units, 4 * units]}, columns in the order i, j, f, o}
   *
   * @throws IllegalStateException if the cell was not built when this layer was taken from it
   */
  public GraphVariable<TFloat32> kernel() {
    requireBuilt();
    return cell.kernel();
  }

  /**
   * {@return the bias, {@code [4 * units]}}
   *
   * @throws IllegalStateException as {@link #kernel}
   */
  public GraphVariable<TFloat32> bias() {
    requireBuilt();
    return parts.bias();
  }

  private void requireBuilt() {
    if (parts.bias() == null) {
      throw new IllegalStateException(cell.typeName() + ": call build(scope, inputDepth) first");
    }
  }

  /** {@return dropout of what goes in; empty where nothing is dropped} */
  public Optional<Dropout> inputDropout() {
    return sides.input();
  }

  /** {@return dropout of what comes out; empty where nothing is dropped} */
  public Optional<Dropout> outputDropout() {
    return sides.output();
  }
}
