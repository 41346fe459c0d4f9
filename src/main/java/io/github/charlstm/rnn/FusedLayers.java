package io.github.charlstm.rnn;

import io.github.charlstm.cell.LstmSpec;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.loop.DropoutMasks;
import io.github.charlstm.loop.LstmScan;
import io.github.charlstm.loop.MatMulPrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** The layers of a {@link FusedLstm}, lane by lane. */
final class FusedLayers {
  private final Ops tf;
  private final List<LstmSpec> layers;
  private final Operand<TFloat32> inputs; // [B, T, D]
  private final MatMulPrecision products;
  private final Operand<TInt32> batch;
  private final Operand<TInt32> steps;
  private final List<Optional<Mask>> inputMasks = new ArrayList<>();
  private final List<Optional<Mask>> outputMasks = new ArrayList<>();
  private final List<Operand<TFloat32>> biases = new ArrayList<>();
  private final List<Operand<TFloat32>> laneOutputs = new ArrayList<>(); // [B / lanes, T, U]
  private final List<List<Operand<TFloat32>>> laneStates = new ArrayList<>(); // by leaf

  // masks [T, B, width], true where a value is kept
  private record Mask(Operand<TBool> masks, Operand<TFloat32> divisor) {}

  FusedLayers(Ops tf, List<LstmSpec> layers, Operand<TFloat32> inputs, MatMulPrecision products) {
    this.products = products;
    this.tf = tf;
    this.layers = layers;
    this.inputs = inputs;
    Operand<TInt32> sizes = tf.stopGradient(tf.shape(inputs));
    batch = tf.gather(sizes, tf.constant(0), tf.constant(0));
    steps = tf.gather(sizes, tf.constant(1), tf.constant(0));
    drawMasks();
    layers.forEach(layer -> biases.add(withForgetBias(layer)));
  }

  /** Whether all of a layer's dropout can be drawn before its loop. */
  static boolean drawsAhead(LstmSpec layer) {
    return Stream.of(layer.inputDropout(), layer.outputDropout())
        .flatMap(Optional::stream)
        .allMatch(dropout -> dropout.noise().drawsAhead());
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

  private void lane(List<Operand<TFloat32>> initial, Operand<TInt32> from, Operand<TInt32> count) {
    Operand<TFloat32> x = FusedLstm.swapped(tf, rows(inputs, from, count, 0, 3)); // [T, B', D]
    for (int k = 0; k < layers.size(); k++) {
      Optional<Mask> before = inputMasks.get(k);
      if (before.isPresent()) {
        x =
            tf.select(
                rows(before.get().masks(), from, count, 1, 3),
                tf.math.realDiv(x, before.get().divisor()),
                tf.constant(0f));
      }
      LstmScan scan =
          LstmScan.of(
              tf,
              x,
              layers.get(k).kernel().value(),
              biases.get(k),
              rows(initial.get(2 * k), from, count, 0, 2),
              rows(initial.get(2 * k + 1), from, count, 0, 2),
              outputMasks
                  .get(k)
                  .map(
                      mask ->
                          new LstmScan.Dropout(
                              rows(mask.masks(), from, count, 1, 3), mask.divisor())),
              products);
      x = scan.outputs();
      laneStates.get(2 * k).add(scan.memory());
      laneStates.get(2 * k + 1).add(scan.hidden());
    }
    laneOutputs.add(FusedLstm.swapped(tf, x));
  }

  // count null: all rows
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

  // The forget bias is added once and not at each step.
  private Operand<TFloat32> withForgetBias(LstmSpec layer) {
    float[] added = new float[4 * layer.units()];
    Arrays.fill(added, 2 * layer.units(), 3 * layer.units(), layer.forgetBias());
    return tf.math.add(layer.bias().value(), tf.constant(added));
  }

  // Draws of a step: from the first layer to the last, of its inputs and then of its outputs.
  private void drawMasks() {
    Map<RandomSource, Integer> perStep = new LinkedHashMap<>();
    for (LstmSpec layer : layers) {
      Stream.of(layer.inputDropout(), layer.outputDropout())
          .flatMap(Optional::stream)
          .forEach(dropout -> perStep.merge(dropout.noise(), 1, Integer::sum));
    }
    Map<RandomSource, RandomSource.LoopSeeds> next = new LinkedHashMap<>();
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
      Optional<LstmSpec.Dropout> dropout,
      Map<RandomSource, RandomSource.LoopSeeds> next,
      int width) {
    if (dropout.isEmpty()) {
      return Optional.empty();
    }
    Ops scope = tf.withSubScope("dropout");
    Operand<TFloat32> rate = dropout.get().rate(scope);
    RandomSource.LoopSeeds own = next.get(dropout.get().noise());
    next.put(
        dropout.get().noise(),
        new RandomSource.LoopSeeds(
            own.key() + 1, own.keyStride(), own.counter(), own.counterStride()));
    DropoutMasks.Seeds seeds =
        new DropoutMasks.Seeds(own.key(), own.keyStride(), own.counter(), own.counterStride());
    Operand<TBool> masks = DropoutMasks.of(scope, seeds, steps, batch, width, rate);
    return Optional.of(new Mask(masks, scope.math.sub(scope.constant(1f), rate)));
  }
}
