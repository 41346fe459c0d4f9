package io.github.charlstm.rnn;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.LstmSpec;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.loop.DropoutMasks;
import io.github.charlstm.loop.LstmScan;
import io.github.charlstm.loop.MatMulPrecision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * A stack of plain LSTM layers in fast loops: the numbers of {@link DynamicRnn} and {@link
 * StaticRnn}, but for rounding, with the same variables and names.
 *
 * <p>The batch is split into lanes, which go through all layers in parallel, each operation of a
 * lane in one thread: set the session's {@code intra_op_parallelism_threads} to 1. Each layer of a
 * lane is one {@link io.github.charlstm.loop.LstmScan}. Sums over lanes have a fixed order: two
 * runs on one machine agree to the last bit. Another number of lanes gives other last bits.
 *
 * <p>It covers what {@link LstmSpec} calls plain: {@code BasicLSTMCell}, {@code LSTMCell} without
 * peepholes, clipping and projection, and {@code LayerNormBasicLSTMCell}, alone or in a {@code
 * MultiRNNCell}, each with or without {@code WeightDropout} and a {@code DropoutWrapper}: one of
 * inputs and outputs whose noise is {@link RandomSource#ofStep}, or a variational one of inputs,
 * outputs and h with any noise. Any other cell is run by {@link DynamicRnn}. Dropout masks are
 * those of the unrolled loop; fresh ones only if the number of steps is known when the graph is
 * built.
 *
 * <p>{@code tf.gradients} works through it for at least one step, once: second derivatives are not
 * supported. The graph has the same size for every T, and memory grows linearly with T.
 *
 * @param outputs {@code [batch, steps, units]}, or {@code [steps, batch, units]} where the inputs
 *     are time-major
 * @param state after the last step
 * @param fused false if the cell is not covered and {@link DynamicRnn} runs it
 */
public record FusedLstm(Operand<TFloat32> outputs, RNNState<TFloat32> state, boolean fused) {
  private static final String NAME = "fused_lstm";

  /** TensorFlow sums the gradients of more lanes in no fixed order. */
  public static final int MOST_LANES = 4;

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
        .filter(
            layers ->
                layers.stream().flatMap(FusedLstm::dropouts).allMatch(d -> d.noise().drawsAhead()))
        .isPresent();
  }

  private static Stream<LstmSpec.Dropout> dropouts(LstmSpec layer) {
    return Stream.of(layer.inputDropout(), layer.outputDropout()).flatMap(Optional::stream);
  }

  /** {@return one lane a processor of this machine, at most {@value #MOST_LANES}} */
  public static int defaultLanes() {
    return Math.min(MOST_LANES, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Why matrix products in bfloat16 cannot be computed on this machine. The first call tries them
   * in a separate process, which takes about two seconds.
   *
   * @return a clause without a full stop, with the processor's name; empty if they can be computed
   */
  public static Optional<String> missingForBfloat16() {
    return Bfloat16.missing();
  }

  /**
   * Starts a builder of a loop.
   *
   * @param scope variables go into its child {@value StaticRnn#DEFAULT_SCOPE}
   * @param cell built here if it is not yet
   * @param inputs float {@code [batch, steps, depth]} with a known depth
   */
  public static Builder builder(
      Ops tf, VariableScope scope, RNNCell cell, Operand<TFloat32> inputs) {
    return new Builder(tf, scope, cell, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.dynamic_rnn}. */
  public static final class Builder extends LoopBuilder.OneCell<TFloat32, Builder> {
    private final Operand<TFloat32> inputs;
    private boolean timeMajor;
    private int lanes = defaultLanes();
    private MatMulPrecision products = MatMulPrecision.FLOAT32;

    private Builder(Ops tf, VariableScope scope, RNNCell cell, Operand<TFloat32> inputs) {
      super(tf, scope, cell);
      this.inputs = Objects.requireNonNull(inputs, "inputs");
    }

    @Override
    Class<TFloat32> dtype() {
      return TFloat32.class;
    }

    /** Whether inputs and outputs are {@code [steps, batch, ...]}; false by default. */
    public Builder timeMajor(boolean steps) {
      this.timeMajor = steps;
      return this;
    }

    /**
     * Parts of the batch that run in parallel, {@link FusedLstm#defaultLanes} by default; fewer if
     * the batch is known to be smaller.
     *
     * @param number from 1 to {@value FusedLstm#MOST_LANES}
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
     * Rounds the factors of the layers' matrix products to bfloat16, a precision of 8 bits in place
     * of 24; false by default. Sums within a product and all else, variables too, are float32. A
     * cell that is not covered keeps float32.
     *
     * @param rounded true only if {@link FusedLstm#missingForBfloat16} is empty
     */
    public Builder bfloat16Products(boolean rounded) {
      this.products = rounded ? MatMulPrecision.BFLOAT16 : MatMulPrecision.FLOAT32;
      return this;
    }

    /**
     * Adds the loops to the graph.
     *
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

    /** As {@link #build}, without checking that the machine can compute the products. */
    FusedLstm fused() {
      RnnArguments.requireNoLoop(NAME, tf);
      long depth = RnnArguments.depthOfTensor(NAME, inputs, timeMajor);
      long knownBatch = inputs.shape().get(timeMajor ? 1 : 0);
      initialState.ifPresent(given -> RnnArguments.requireBatch(NAME, given, knownBatch));
      DropoutWrapper.drawNoise(variables, dtype(), cell);
      Ops loop = operations();
      Operand<TFloat32> rows = timeMajor ? RnnArguments.swapped(loop, inputs) : inputs; // [B, T, D]
      RNNState<TFloat32> initial =
          initialState.orElseGet(
              () -> {
                Operand<TInt32> batch = RnnArguments.size(loop, loop.shape(rows), 0);
                return zeroState(loop, knownBatch, () -> batch);
              });
      cell.requireFits(initial);
      cell.build(variables(), depth);
      List<LstmSpec> layers = LstmSpec.of(cell).orElseThrow();
      Layers fused = new Layers(loop, layers, rows, products);
      int most = knownBatch == Shape.UNKNOWN_SIZE ? lanes : (int) Math.min(lanes, knownBatch);
      fused.run(Math.max(1, most), initial.flatten());
      Operand<TFloat32> outputs = fused.outputs();
      return new FusedLstm(
          timeMajor ? RnnArguments.swapped(loop, outputs) : outputs,
          initial.pack(fused.states()),
          true);
    }

    private FusedLstm dynamic() {
      DynamicRnn.Builder<TFloat32> builder =
          DynamicRnn.builder(tf, variables, cell, inputs).timeMajor(timeMajor).scope(scopeName);
      initialState.ifPresent(builder::initialState);
      DynamicRnn<TFloat32> rnn = builder.build();
      return new FusedLstm(rnn.outputs(), rnn.state(), false);
    }
  }

  /** Runs the layers, lane by lane. */
  private static final class Layers {
    private final Ops tf;
    private final List<LstmSpec> layers;
    private final Operand<TFloat32> inputs; // [B, T, D]
    private final MatMulPrecision products;
    private final Operand<TInt32> batch;
    private final Operand<TInt32> steps;
    private final List<Optional<Mask>> inputMasks = new ArrayList<>();
    private final List<Optional<Mask>> outputMasks = new ArrayList<>();
    private final List<Scales> scales = new ArrayList<>();
    private final List<Operand<TFloat32>> parameters = new ArrayList<>();
    private final List<Operand<TFloat32>> laneOutputs = new ArrayList<>(); // [B / lanes, T, U]
    private final List<List<Operand<TFloat32>>> laneStates = new ArrayList<>(); // by leaf

    // masks [T, B, width], true where a value is kept
    private record Mask(Operand<TBool> masks, Operand<TFloat32> divisor) {}

    // of variational dropout, each [1, width]
    private record Scales(
        Optional<Operand<TFloat32>> inputs,
        Optional<Operand<TFloat32>> hidden,
        Optional<Operand<TFloat32>> outputs) {

      static Scales of(Ops tf, LstmSpec layer) {
        return new Scales(
            layer.inputScale(tf).map(tf::stopGradient),
            layer.hiddenScale(tf),
            layer.outputScale(tf).map(tf::stopGradient));
      }
    }

    Layers(Ops tf, List<LstmSpec> layers, Operand<TFloat32> inputs, MatMulPrecision products) {
      this.products = products;
      this.tf = tf;
      this.layers = layers;
      this.inputs = inputs;
      Operand<TInt32> sizes = tf.stopGradient(tf.shape(inputs));
      batch = RnnArguments.size(tf, sizes, 0);
      steps = RnnArguments.size(tf, sizes, 1);
      drawMasks();
      layers.forEach(layer -> scales.add(Scales.of(tf, layer)));
      layers.forEach(layer -> parameters.add(layer.parameters(tf)));
    }

    Operand<TFloat32> outputs() {
      return joined(laneOutputs);
    }

    List<Operand<TFloat32>> states() {
      return laneStates.stream().map(this::joined).toList();
    }

    /**
     * @param lanes at least 1
     * @param initial c and h of each layer
     */
    void run(int lanes, List<Operand<TFloat32>> initial) {
      initial.forEach(leaf -> laneStates.add(new ArrayList<>()));
      Operand<TInt32> from = tf.constant(0);
      for (int lane = 1; lane <= lanes; lane++) {
        Operand<TInt32> to = tf.math.div(tf.math.mul(batch, tf.constant(lane)), tf.constant(lanes));
        lane(initial, from, lanes == 1 ? null : tf.math.sub(to, from));
        from = to;
      }
    }

    private void lane(
        List<Operand<TFloat32>> initial, Operand<TInt32> from, Operand<TInt32> count) {
      Operand<TFloat32> x = RnnArguments.swapped(tf, rows(inputs, from, count, 0, 3)); // [T, B', D]
      for (int k = 0; k < layers.size(); k++) {
        Optional<Mask> before = inputMasks.get(k);
        if (before.isPresent()) {
          x =
              tf.select(
                  rows(before.get().masks(), from, count, 1, 3),
                  tf.math.realDiv(x, before.get().divisor()),
                  tf.constant(0f));
        }
        x = scaled(x, scales.get(k).inputs());
        LstmScan scan =
            LstmScan.of(
                tf,
                x,
                layers.get(k).kernel().value(),
                parameters.get(k),
                rows(initial.get(2 * k), from, count, 0, 2),
                rows(initial.get(2 * k + 1), from, count, 0, 2),
                dropout(k, from, count),
                products);
        x = scaled(scan.outputs(), scales.get(k).outputs());
        laneStates.get(2 * k).add(scan.memory());
        laneStates.get(2 * k + 1).add(scan.hidden());
      }
      laneOutputs.add(RnnArguments.swapped(tf, x));
    }

    private Operand<TFloat32> scaled(Operand<TFloat32> x, Optional<Operand<TFloat32>> scale) {
      return scale.isPresent() ? tf.math.mul(x, scale.get()) : x;
    }

    // a wrapper drops by fresh masks or by variational ones, not by both
    private Optional<LstmScan.Dropout> dropout(
        int layer, Operand<TInt32> from, Operand<TInt32> count) {
      Optional<LstmScan.Dropout> ofHidden =
          scales.get(layer).hidden().map(LstmScan.Dropout.OfHidden::new);
      return ofHidden.or(
          () ->
              outputMasks
                  .get(layer)
                  .map(
                      mask ->
                          new LstmScan.Dropout.OfOutputs(
                              rows(mask.masks(), from, count, 1, 3), mask.divisor())));
    }

    // the lane's part of one axis; all of it if count is null
    private <T extends TType> Operand<T> rows(
        Operand<T> tensor, Operand<TInt32> from, Operand<TInt32> count, int axis, int rank) {
      if (count == null) {
        return tensor;
      }
      List<Operand<TInt32>> begin = new ArrayList<>();
      List<Operand<TInt32>> size = new ArrayList<>();
      for (int k = 0; k < rank; k++) {
        begin.add(k == axis ? from : tf.constant(0));
        size.add(k == axis ? count : tf.constant(-1));
      }
      return tf.slice(tensor, tf.stack(begin), tf.stack(size));
    }

    private Operand<TFloat32> joined(List<Operand<TFloat32>> lanes) {
      return lanes.size() == 1 ? lanes.get(0) : tf.concat(lanes, tf.constant(0));
    }

    // Draws of a step: from the first layer to the last, of its inputs and then of its outputs.
    private void drawMasks() {
      Map<RandomSource, Integer> perStep = new LinkedHashMap<>();
      for (LstmSpec layer : layers) {
        dropouts(layer).forEach(dropout -> perStep.merge(dropout.noise(), 1, Integer::sum));
      }
      Map<RandomSource, RandomSeeds.OfLoop> next = new LinkedHashMap<>();
      long knownSteps = inputs.shape().get(1);
      perStep.forEach((noise, draws) -> next.put(noise, noise.reserve(tf, draws, knownSteps)));
      int width = Math.toIntExact(inputs.shape().get(2));
      for (LstmSpec layer : layers) {
        inputMasks.add(mask(layer.inputDropout(), next, width));
        width = layer.units();
        outputMasks.add(mask(layer.outputDropout(), next, width));
      }
    }

    private Optional<Mask> mask(
        Optional<LstmSpec.Dropout> dropout, Map<RandomSource, RandomSeeds.OfLoop> next, int width) {
      if (dropout.isEmpty()) {
        return Optional.empty();
      }
      Ops scope = tf.withSubScope("dropout");
      Operand<TFloat32> rate = dropout.get().rate(scope);
      RandomSeeds.OfLoop own = next.get(dropout.get().noise());
      next.put(dropout.get().noise(), own.nextDraw());
      Operand<TBool> masks = DropoutMasks.of(scope, own, steps, batch, width, rate);
      return Optional.of(new Mask(masks, scope.math.sub(scope.constant(1f), rate)));
    }
  }
}
