package io.github.charlstm.rnn;

import io.github.charlstm.cell.LstmSpec;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.loop.MatMulPrecision;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A stack of plain LSTM layers in fast loops: the numbers of {@link DynamicRnn} and {@link
 * StaticRnn}, but for rounding, with the same variables and names.
 *
 * <p>The batch is cut into lanes, parts whose rows go through all layers independently of the rest.
 * Lanes run side by side, each operation of a lane in one thread: so set the session's {@code
 * intra_op_parallelism_threads} to 1 and let the lanes have the processors. Each layer of a lane is
 * one loop with a gradient by hand; the gradients of weights and inputs are computed for all steps
 * at once. Sums over lanes have a fixed order: two runs on one machine agree to the last bit.
 * Another number of lanes gives other last bits.
 *
 * <p>It covers what {@link LstmSpec} calls plain: {@code BasicLSTMCell} and {@code LSTMCell}
 * without peepholes, clipping and projection, alone or in a {@code MultiRNNCell}, each perhaps in a
 * {@code DropoutWrapper} around inputs and outputs, with noise of the training step ({@code
 * UniformNoise.ofStep}). Any other cell goes through {@link DynamicRnn}; {@link #fused} tells.
 * Dropout masks are those of the unrolled loop if the number of steps is known when the graph is
 * built.
 *
 * <p>{@code tf.gradients} works through it for at least one step, once: second derivatives are not
 * supported. The graph has the same size for every T, and memory grows linearly with T.
 *
 * @param outputs {@code [batch, steps, units]}, or {@code [steps, batch, units]} where the inputs
 *     are time-major
 * @param state after the last step
 * @param fused false if the cell is not covered and {@link DynamicRnn} does the work
 */
public record FusedLstm(Operand<TFloat32> outputs, RNNState state, boolean fused) {
  private static final String NAME = "fused_lstm";

  /** TensorFlow sums the gradients of more in any order. */
  public static final int MOST_LANES = 4;

  /**
   * Refuses null.
   *
   * @param outputs of all steps
   * @param state after the last step
   * @param fused whether the fast loops do the work
   */
  public FusedLstm {
    Objects.requireNonNull(outputs, "outputs");
    Objects.requireNonNull(state, "state");
  }

  /**
   * {@return whether the loop can be fused for this cell}
   *
   * @param cell built or not
   */
  public static boolean covers(RNNCell cell) {
    return LstmSpec.of(cell)
        .filter(layers -> layers.stream().allMatch(FusedLayers::drawsAhead))
        .isPresent();
  }

  /** {@return as many lanes as suit this machine: one a processor, at most {@value #MOST_LANES}} */
  public static int defaultLanes() {
    return Math.min(MOST_LANES, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Why products in bfloat16 cannot be computed here. The first call tries them, in a process of
   * its own that is started for about two seconds; later ones know.
   *
   * @return a clause without a full stop, with the processor's name; empty if they can be computed
   */
  public static Optional<String> missingForBfloat16() {
    return Bfloat16.missing();
  }

  /**
   * Begins a loop with all options at their defaults.
   *
   * @param tf builder of the graph
   * @param scope variables go into its child {@value StaticRnn#DEFAULT_SCOPE}
   * @param cell built here if it is not yet
   * @param inputs float {@code [batch, steps, depth]} with a known depth
   * @return options; {@link Builder#build} adds the loops
   */
  public static Builder builder(
      Ops tf, VariableScope scope, RNNCell cell, Operand<TFloat32> inputs) {
    return new Builder(tf, scope, cell, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.dynamic_rnn}. */
  public static final class Builder {
    private final Ops tf;
    private final VariableScope variables;
    private final RNNCell cell;
    private final Operand<TFloat32> inputs;
    private Optional<RNNState> initialState = Optional.empty();
    private boolean timeMajor;
    private String scopeName = StaticRnn.DEFAULT_SCOPE;
    private int lanes = defaultLanes();
    private MatMulPrecision products = MatMulPrecision.FLOAT32;

    private Builder(Ops tf, VariableScope scope, RNNCell cell, Operand<TFloat32> inputs) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.variables = Objects.requireNonNull(scope, "scope");
      this.cell = Objects.requireNonNull(cell, "cell");
      this.inputs = Objects.requireNonNull(inputs, "inputs");
    }

    /**
     * State before the first step; zeros by default.
     *
     * @param state as {@code cell.zeroState} gives it
     * @return this builder
     */
    public Builder initialState(RNNState state) {
      this.initialState = Optional.of(Objects.requireNonNull(state, "state"));
      return this;
    }

    /**
     * Whether inputs and outputs are {@code [steps, batch, ...]}; false by default.
     *
     * @param steps whether the first dimension is the steps
     * @return this builder
     */
    public Builder timeMajor(boolean steps) {
      this.timeMajor = steps;
      return this;
    }

    /**
     * Name of the scope of variables and operations; {@value StaticRnn#DEFAULT_SCOPE} by default.
     *
     * @param name may hold slashes, as in TF1
     * @return this builder
     */
    public Builder scope(String name) {
      this.scopeName = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Parts of the batch that run side by side, {@link FusedLstm#defaultLanes} by default; fewer if
     * the batch is known to be smaller.
     *
     * @param number from 1 to {@value FusedLstm#MOST_LANES}
     * @return this builder
     * @throws IllegalArgumentException if the number is another
     */
    public Builder lanes(int number) {
      if (number < 1 || number > MOST_LANES) {
        throw new IllegalArgumentException(
            NAME + " expects 1 to " + MOST_LANES + " lanes, found " + number);
      }
      this.lanes = number;
      return this;
    }

    /**
     * Rounds the factors of the layers' matrix products to bfloat16, 8 bits in place of 24; false
     * by default. Sums within a product are float32's, and so is all else, variables too. A cell
     * that is not covered keeps float32.
     *
     * @param rounded only where nothing is {@link FusedLstm#missingForBfloat16}
     * @return this builder
     */
    public Builder bfloat16Products(boolean rounded) {
      this.products = rounded ? MatMulPrecision.BFLOAT16 : MatMulPrecision.FLOAT32;
      return this;
    }

    /**
     * Adds the loops to the graph.
     *
     * @return outputs and last state
     * @throws IllegalArgumentException if inputs or state do not fit the cell or each other
     * @throws UnsupportedOperationException if products in bfloat16 are wanted and cannot be
     *     computed here
     */
    public FusedLstm build() {
      if (!covers(cell)) {
        return dynamic();
      }
      if (products == MatMulPrecision.BFLOAT16) {
        missingForBfloat16()
            .ifPresent(
                reason -> {
                  throw new UnsupportedOperationException(reason + "; train in float32");
                });
      }
      return fused();
    }

    /** As {@link #build}, for a cell that is covered and products that are to be tried. */
    FusedLstm fused() {
      RnnArguments.requireNoLoop(NAME, tf);
      long depth = RnnArguments.depthOfTensor(NAME, inputs, timeMajor);
      long knownBatch = inputs.shape().get(timeMajor ? 1 : 0);
      initialState.ifPresent(given -> RnnArguments.requireBatch(NAME, given, knownBatch));
      Ops loop = RnnArguments.subScope(tf, scopeName);
      Operand<TFloat32> rows = timeMajor ? swapped(loop, inputs) : inputs; // [B, T, D]
      RNNState initial = initialState(loop, rows, knownBatch);
      cell.requireFits(initial);
      cell.build(variables.child(scopeName), depth);
      List<LstmSpec> layers = LstmSpec.of(cell).orElseThrow();
      FusedLayers fused = new FusedLayers(loop, layers, rows, products);
      int most = knownBatch == Shape.UNKNOWN_SIZE ? lanes : (int) Math.min(lanes, knownBatch);
      fused.run(Math.max(1, most), initial.flatten());
      Operand<TFloat32> outputs = fused.outputs();
      return new FusedLstm(
          timeMajor ? swapped(loop, outputs) : outputs, initial.pack(fused.states()), true);
    }

    private FusedLstm dynamic() {
      DynamicRnn.Builder builder =
          DynamicRnn.builder(tf, variables, cell, inputs).timeMajor(timeMajor).scope(scopeName);
      initialState.ifPresent(builder::initialState);
      DynamicRnn rnn = builder.build();
      return new FusedLstm(rnn.outputs(), rnn.state(), false);
    }

    private RNNState initialState(Ops loop, Operand<TFloat32> rows, long knownBatch) {
      return initialState.orElseGet(
          () -> {
            Operand<TInt32> batch =
                loop.gather(loop.shape(rows), loop.constant(0), loop.constant(0));
            return knownBatch == Shape.UNKNOWN_SIZE
                ? cell.zeroState(loop, batch)
                : cell.zeroState(loop, Math.toIntExact(knownBatch));
          });
    }
  }

  static Operand<TFloat32> swapped(Ops tf, Operand<TFloat32> tensor) {
    return tf.linalg.transpose(tensor, tf.array(1, 0, 2));
  }
}
