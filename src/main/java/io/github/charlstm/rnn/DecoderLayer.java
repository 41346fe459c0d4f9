package io.github.charlstm.rnn;

import io.github.charlstm.cell.LstmSpec;
import io.github.charlstm.cell.RNNCell;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One layer in the body of a {@link SamplingDecoder}: a batch of one, no dropout.
 *
 * <p>A plain LSTM computes what its cell computes, but for rounding, in fewer operations: the
 * forget bias is added to the bias before the loop, and where the first layer reads symbols as rows
 * of zeros with a single one, the kernel's row is looked up instead of multiplied.
 */
final class DecoderLayer {
  private final RNNCell cell;
  private final OptionalInt symbols;
  private final Optional<Weights> weights; // of a plain LSTM

  /** What a layer reads: a row {@code [1, depth]}; none is that of the symbol {@code [1]}. */
  record Input(Optional<Operand<TFloat32>> row, Operand<TInt32> symbol) {}

  // kernel [V + U, 4U] is cut in two where the layer reads symbols: rows [V, 4U], product [U, 4U]
  private record Weights(
      Optional<Operand<TFloat32>> rows, ParallelVecMat product, Operand<TFloat32> bias) {

    static Weights of(Ops tf, LstmSpec layer, OptionalInt symbols) {
      int units = layer.units();
      float[] added = new float[4 * units];
      Arrays.fill(added, 2 * units, 3 * units, layer.forgetBias());
      Operand<TFloat32> bias = tf.math.add(layer.bias().value(), tf.constant(added));
      Operand<TFloat32> row = tf.reshape(bias, tf.array(1, 4 * units)); // [1, 4U]
      Operand<TFloat32> kernel = layer.kernel().value();
      if (symbols.isEmpty()) {
        return new Weights(Optional.empty(), new ParallelVecMat(tf, kernel), row);
      }
      int cut = symbols.getAsInt();
      return new Weights(
          Optional.of(tf.slice(kernel, tf.array(0, 0), tf.array(cut, -1))),
          new ParallelVecMat(tf, tf.slice(kernel, tf.array(cut, 0), tf.array(-1, -1))),
          row);
    }
  }

  /**
   * @param tf builder of the graph around the loop
   * @param cell built
   * @param symbols of a layer that reads them: how many there are, V
   */
  DecoderLayer(Ops tf, RNNCell cell, OptionalInt symbols) {
    this.cell = cell;
    this.symbols = symbols;
    weights = LstmSpec.of(cell).map(layers -> Weights.of(tf, layers.get(0), symbols));
  }

  /** Tensors of the layer's state. */
  int stateCount() {
    return cell.stateSize().flatten().size();
  }

  /**
   * @param tf builder of the body
   * @param before as many as {@link #stateCount}
   */
  RNNCell.Step step(Ops tf, Input input, List<? extends Operand<TFloat32>> before) {
    if (weights.isPresent()) {
      return lstm(tf, sums(tf, weights.get(), input, before.get(1)), before.get(0));
    }
    return cell.call(
        tf, input.row().orElseGet(() -> oneHot(tf, input.symbol())), cell.stateSize().pack(before));
  }

  // [1, 4U]
  private static Operand<TFloat32> sums(
      Ops tf, Weights weights, Input input, Operand<TFloat32> hidden) {
    if (weights.rows().isPresent()) {
      return tf.math.addN(
          List.of(
              tf.gather(weights.rows().get(), input.symbol(), tf.constant(0)),
              weights.product().of(tf, hidden),
              weights.bias()));
    }
    Operand<TFloat32> joined =
        tf.concat(List.of(input.row().orElseThrow(), hidden), tf.constant(1));
    return tf.math.add(weights.product().of(tf, joined), weights.bias());
  }

  private RNNCell.Step lstm(Ops tf, Operand<TFloat32> sums, Operand<TFloat32> memory) {
    // i = input gate, j = new input, f = forget gate, o = output gate; each [1, U]
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), sums, 4L).output();
    Operand<TFloat32> c =
        tf.math.add(
            tf.math.mul(memory, tf.math.sigmoid(ijfo.get(2))),
            tf.math.mul(tf.math.sigmoid(ijfo.get(0)), tf.math.tanh(ijfo.get(1))));
    Operand<TFloat32> h = tf.math.mul(tf.math.tanh(c), tf.math.sigmoid(ijfo.get(3)));
    return new RNNCell.Step(h, cell.stateSize().pack(List.of(c, h)));
  }

  private Operand<TFloat32> oneHot(Ops tf, Operand<TInt32> symbol) {
    return tf.oneHot(symbol, tf.constant(symbols.orElseThrow()), tf.constant(1f), tf.constant(0f));
  }
}
