package io.github.charlstm.cell;

import io.github.charlstm.cell.DropoutMask.Side;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Drops inputs, outputs and states of a cell at random (Python: {@code
 * tf.nn.rnn_cell.DropoutWrapper}).
 *
 * <p>By default each call draws fresh masks, as TF 1.13 and later do: with {@code rate = 1 -
 * keep_prob} and u uniform in [0, 1), {@code y = x / (1 - rate)} where {@code u >= rate}, else 0.
 * The state is dropped after the step, so the next step reads the dropped one; the memory c of an
 * {@link LSTMStateTuple} is not dropped unless a filter chooses it. Srivastava and others, Dropout,
 * JMLR 15 (2014).
 *
 * <p>The variational wrapper draws one mask for all steps and all rows of the batch, {@code y = x /
 * keep_prob * floor(keep_prob + u)} with u of shape {@code [1, width]}, anew in each run of the
 * session. Gal and Ghahramani, A theoretically grounded application of dropout in recurrent neural
 * networks, arXiv:1512.05287.
 *
 * <p>Shapes, state and the names of variables are the wrapped cell's. A keep_prob is a number or a
 * scalar of the graph. The number 1, the default, adds nothing to a step. As in TF1, a number
 * outside of [0, 1] is refused when it is set, 0 at the first step, and a constant of the graph
 * counts as its number. Any other scalar, such as a placeholder, is read at each run and not
 * checked: up to 0 all values become zeros (variational: NaN at 0), above 1 none is dropped and all
 * are scaled down.
 *
 * <p>Seeds: with {@code seed} input, output and each part of the state have seeds of their own,
 * derived as in TF1; with TF1's seed of the graph the masks are Python's. As in TF1, all steps of
 * an unrolled loop then have the same masks. Without {@code seed} each draw takes the next pair of
 * the graph's seeds, in Python's order. In Python a variational wrapper draws when it is
 * constructed. Here the wrappers of a loop draw when the loop is built, in the order of their
 * construction and before the loop's variables; to draw earlier, as for the cells of a second loop
 * that Python constructs before the first, call {@link #drawNoise}.
 */
public final class DropoutWrapper extends CellWrapper {
  private static final AtomicLong CONSTRUCTED = new AtomicLong();

  private final KeepProb inputKeepProb;
  private final KeepProb outputKeepProb;
  private final KeepProb stateKeepProb;
  private final boolean variational;
  private final OptionalInt inputSize;
  private final OptionalLong seed;
  private final StateFilter stateFilter;
  private final Optional<RandomSource> givenNoise;
  private final long number = CONSTRUCTED.getAndIncrement();
  private long inputDepth;
  private DropoutMask masks;

  private DropoutWrapper(Builder options) {
    super(options.cell);
    inputKeepProb = options.inputKeepProb;
    outputKeepProb = options.outputKeepProb;
    stateKeepProb = options.stateKeepProb;
    variational = options.variational;
    inputSize = options.inputSize;
    seed = options.seed;
    stateFilter = options.stateFilter;
    givenNoise = options.noise;
  }

  /** A wrapper that drops nothing by default. */
  public static Builder builder(RNNCell cell) {
    return new Builder(cell);
  }

  /**
   * Checks a share of values to keep: the one check of {@code keep_prob} as a number.
   *
   * @param option its name, for the message, for instance {@code input_keep_prob}
   * @param value above 0 and at most 1
   * @throws IllegalArgumentException if the value is out of this range
   */
  public static double requireKeepProb(String option, double value) {
    if (!isKeepProb(value)) {
      throw new IllegalArgumentException(
          "%s must be above 0 and at most 1, found %s".formatted(option, Tensors.text(value)));
    }
    return value;
  }

  /**
   * {@return whether a number can be a share of values to keep}
   *
   * @param value as above; positive as a float too
   */
  public static boolean isKeepProb(double value) {
    return (float) value > 0 && value <= 1;
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private static final KeepProb ALL = KeepProb.of("keep_prob", 1f);
    private final RNNCell cell;
    private KeepProb inputKeepProb = ALL;
    private KeepProb outputKeepProb = ALL;
    private KeepProb stateKeepProb = ALL;
    private boolean variational;
    private OptionalInt inputSize = OptionalInt.empty();
    private OptionalLong seed = OptionalLong.empty();
    private StateFilter stateFilter = StateFilter.DEFAULT;
    private Optional<RandomSource> noise = Optional.empty();

    private Builder(RNNCell cell) {
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    /** Share of input values to keep, above 0 and at most 1; 1 by default. */
    public Builder inputKeepProb(double share) {
      this.inputKeepProb = KeepProb.of("input_keep_prob", share);
      return this;
    }

    /** Share of input values to keep: a scalar of the graph, read at each run. */
    public Builder inputKeepProb(Operand<? extends TFloating> share) {
      this.inputKeepProb = KeepProb.of("input_keep_prob", share);
      return this;
    }

    /** Share of output values to keep, above 0 and at most 1; 1 by default. */
    public Builder outputKeepProb(double share) {
      this.outputKeepProb = KeepProb.of("output_keep_prob", share);
      return this;
    }

    /** Share of output values to keep: a scalar of the graph, read at each run. */
    public Builder outputKeepProb(Operand<? extends TFloating> share) {
      this.outputKeepProb = KeepProb.of("output_keep_prob", share);
      return this;
    }

    /** Share of state values to keep, above 0 and at most 1; 1 by default. */
    public Builder stateKeepProb(double share) {
      this.stateKeepProb = KeepProb.of("state_keep_prob", share);
      return this;
    }

    /** Share of state values to keep: a scalar of the graph, read at each run. */
    public Builder stateKeepProb(Operand<? extends TFloating> share) {
      this.stateKeepProb = KeepProb.of("state_keep_prob", share);
      return this;
    }

    /** One mask for all steps (Python: {@code variational_recurrent=True}). */
    public Builder variationalRecurrent() {
      this.variational = true;
      return this;
    }

    /**
     * One mask for all steps. Where inputs are dropped, it needs their width (Python: {@code
     * input_size}), at least 1.
     */
    public Builder variationalRecurrent(int width) {
      if (width < 1) {
        throw new IllegalArgumentException(
            "DropoutWrapper expects an input_size of at least 1, found " + width);
      }
      this.inputSize = OptionalInt.of(width);
      return variationalRecurrent();
    }

    /** Seed of all masks; none by default. */
    public Builder seed(long number) {
      this.seed = OptionalLong.of(number);
      return this;
    }

    /** Which parts of the state may be dropped; {@link StateFilter#DEFAULT} by default. */
    public Builder stateFilter(StateFilter filter) {
      this.stateFilter = Objects.requireNonNull(filter, "filter");
      return this;
    }

    /**
     * Source of the random numbers, in [0, 1); by default {@link RandomSource#stream} of the
     * scope's seeds.
     */
    public Builder noise(RandomSource source) {
      this.noise = Optional.of(source);
      return this;
    }

    /**
     * Builds the wrapper.
     *
     * @return a new wrapper of the same cell at each call
     * @throws IllegalArgumentException if inputs are dropped with one mask for all steps and their
     *     width is not given
     */
    public DropoutWrapper build() {
      if (variational && inputKeepProb.drops() && inputSize.isEmpty()) {
        throw new IllegalArgumentException(
            "DropoutWrapper that drops inputs with variational_recurrent needs the inputs' width,"
                + " found none (call variationalRecurrent(inputSize))");
      }
      return new DropoutWrapper(this);
    }
  }

  /**
   * Draws the noise of all variational wrappers in some cells, in the order of their construction.
   * Wrappers that have drawn already are passed over. The loops call it.
   *
   * @param scope of the graph's variables: its seeds and its builder are used
   * @param dtype of the cells' inputs
   * @param cells any cells
   */
  public static void drawNoise(
      VariableScope scope, Class<? extends TFloating> dtype, RNNCell... cells) {
    Set<DropoutWrapper> wrappers = new TreeSet<>(Comparator.comparingLong(w -> w.number));
    Deque<RNNCell> open = new ArrayDeque<>(List.of(cells));
    while (!open.isEmpty()) {
      RNNCell cell = open.remove();
      open.addAll(cell.innerCells());
      if (cell instanceof DropoutWrapper wrapper && wrapper.variational) {
        wrappers.add(wrapper);
      }
    }
    wrappers.forEach(wrapper -> wrapper.prepareMasks(scope, dtype));
  }

  /** As {@link #drawNoise(VariableScope, Class, RNNCell...)}, of float32. */
  public static void drawNoise(VariableScope scope, RNNCell... cells) {
    drawNoise(scope, TFloat32.class, cells);
  }

  /** The noise, if it was given and the wrapper drops inputs and outputs only, with fresh masks. */
  Optional<RandomSource> freshNoise() {
    return variational || stateKeepProb.drops() ? Optional.empty() : givenNoise;
  }

  /** Whether it is variational and drops no part of the state that TF1 does not drop by default. */
  boolean isPlainVariational() {
    return variational && (!stateKeepProb.drops() || stateFilter == StateFilter.DEFAULT);
  }

  /**
   * What a built variational wrapper multiplies a tensor with, {@code [1, width]}.
   *
   * @param leaf index among the tensors of that side
   */
  Operand<TFloat32> variationalScale(Ops tf, Side side, int leaf) {
    if (!(masks instanceof DropoutMask.Recurrent recurrent)) {
      throw new IllegalStateException("DropoutWrapper: call build(scope, inputDepth) first");
    }
    return recurrent.scale(tf, TFloat32.class, keepProb(side), side, leaf);
  }

  KeepProb keepProb(Side side) {
    return switch (side) {
      case INPUT -> inputKeepProb;
      case STATE -> stateKeepProb;
      case OUTPUT -> outputKeepProb;
    };
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {
    prepare(scope, dtype, depth);
    super.build(scope, dtype, depth);
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long depth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    prepare(scope, inputs.type(), depth);
    return super.firstCall(scope, depth, tf, inputs, state);
  }

  private void prepare(VariableScope scope, Class<? extends TFloating> dtype, long depth) {
    // the cell refuses an unknown depth
    if (depth >= 1 && inputSize.isPresent() && inputSize.getAsInt() != depth) {
      throw new IllegalArgumentException(
          "DropoutWrapper was made for inputs of width %s (input_size), found inputs of depth %s"
              .formatted(inputSize.getAsInt(), depth));
    }
    drawNoise(scope, dtype, this);
    prepareMasks(scope, dtype);
    inputDepth = depth;
  }

  private void prepareMasks(VariableScope scope, Class<? extends TFloating> dtype) {
    if (masks == null) {
      masks = masks(scope, dtype);
    }
  }

  private DropoutMask masks(VariableScope scope, Class<? extends TFloating> dtype) {
    RandomSource noise = givenNoise.orElseGet(() -> RandomSource.stream(scope.randomSeeds()));
    return variational
        ? DropoutMask.Recurrent.draw(
            scope.builder(),
            noise,
            dtype,
            seed,
            inputKeepProb.drops() ? inputSize : OptionalInt.empty(),
            stateSize(),
            outputSize())
        : new DropoutMask.Fresh(noise, seed);
  }

  @Override
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    if (masks == null) {
      throw new IllegalStateException("DropoutWrapper: call build(scope, inputDepth) first");
    }
    requireInputs(inputs, inputDepth);
    Step<T> step = inner.step(tf, drop(tf, inputs, inputKeepProb, Side.INPUT), state);
    RNNState<T> after = stateKeepProb.drops() ? dropState(tf, step.state()) : step.state();
    return new Step<>(drop(tf, step.output(), outputKeepProb, Side.OUTPUT), after);
  }

  private <T extends TFloating> Operand<T> drop(
      Ops tf, Operand<T> x, KeepProb keepProb, Side side) {
    return keepProb.drops() ? masks.drop(tf, x, keepProb, side, 0, 0) : x;
  }

  private <T extends TFloating> RNNState<T> dropState(Ops tf, RNNState<T> state) {
    List<OptionalInt> places = DropoutMask.statePlaces(stateFilter, state);
    List<Operand<T>> leaves = new ArrayList<>(state.flatten());
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      if (places.get(leaf).isPresent()) {
        int place = places.get(leaf).getAsInt();
        leaves.set(leaf, masks.drop(tf, leaves.get(leaf), stateKeepProb, Side.STATE, place, leaf));
      }
    }
    return state.pack(leaves);
  }
}
