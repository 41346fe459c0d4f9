package io.github.charlstm.rnn;

import io.github.charlstm.cell.LSTMStateTuple;
import io.github.charlstm.cell.LstmSpec;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.loop.DecodeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Samples symbols from a network in the graph: a while loop in which each step reads the symbol
 * that the step before chose. One sequence, no dropout, no gradient.
 *
 * <p>{@code row = embedding[symbol]}, or the symbol as one-hot; {@code row, state = cell(row,
 * state)}; {@code probabilities = softmax(row * weights + biases)}; {@code symbol =
 * choice(probabilities, points[t])} for t = 0 .. K - 1, or until a symbol is below 0 or is the stop
 * symbol. The numbers are those of {@link StaticRnn} but for rounding.
 *
 * @param symbols {@code [K, 1]}; values from index {@code written} on are undefined
 * @param written scalar, the number of symbols, the stop symbol included
 * @param probabilities of the last step, {@code [1, V]}
 * @param state after the last step
 */
public record SamplingDecoder(
    Operand<TInt32> symbols,
    Operand<TInt32> written,
    Operand<TFloat32> probabilities,
    RNNState<TFloat32> state) {

  public SamplingDecoder {
    Objects.requireNonNull(symbols, "symbols");
    Objects.requireNonNull(written, "written");
    Objects.requireNonNull(probabilities, "probabilities");
    Objects.requireNonNull(state, "state");
  }

  /**
   * From a symbol to the logits of the next. V is the number of symbols, L the cell's output size.
   *
   * @param cell built; its dropout is left out
   * @param embedding {@code [V, depth]}; if empty, symbols are one-hot
   * @param weights {@code [L, V]}
   * @param biases {@code [V]}
   */
  public record Network(
      RNNCell cell,
      Optional<Operand<TFloat32>> embedding,
      Operand<TFloat32> weights,
      Operand<TFloat32> biases) {
    public Network {
      Objects.requireNonNull(cell, "cell");
      Objects.requireNonNull(embedding, "embedding");
      Objects.requireNonNull(weights, "weights");
      Objects.requireNonNull(biases, "biases");
    }
  }

  /** Chooses a symbol; all operations are made with the given builder. */
  @FunctionalInterface
  public interface Choice {
    /**
     * Adds the choice of one symbol to the graph.
     *
     * @param tf builder of the body; tensors from outside may be used
     * @param probabilities {@code [1, V]}
     * @param point this step's number of {@code points}, scalar
     * @return {@code [1]}; below 0 if no symbol can be chosen
     */
    Operand<TInt32> choose(Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> point);
  }

  /**
   * The loop's initial values.
   *
   * @param symbol that the first step reads, {@code [1]}
   * @param stop the symbol to stop at, scalar; below 0 for none
   * @param points {@code [K]}, a number for each choice
   * @param state before the first step, of the cell's structure, each tensor {@code [1, units]}
   */
  public record Start(
      Operand<TInt32> symbol,
      Operand<TInt32> stop,
      Operand<TFloat64> points,
      RNNState<TFloat32> state) {
    public Start {
      Objects.requireNonNull(symbol, "symbol");
      Objects.requireNonNull(stop, "stop");
      Objects.requireNonNull(points, "points");
      Objects.requireNonNull(state, "state");
    }
  }

  /**
   * Adds the loop to the graph.
   *
   * @param tf builder of the graph with the network's variables
   * @param network computes the probabilities
   * @param start initial values
   * @param choice chooses a symbol from the probabilities
   * @throws IllegalArgumentException if the state does not fit the cell, or if the builder is eager
   *     or in the body of a loop
   */
  public static SamplingDecoder of(Ops tf, Network network, Start start, Choice choice) {
    network.cell().requireFits(start.state());
    List<Layer> layers = layers(tf, network);
    DecodeLoop loop =
        DecodeLoop.of(
            tf,
            start.symbol(),
            start.stop(),
            start.points(),
            start.state().flatten(),
            (body, symbol, point, states) -> {
              List<Operand<TFloat32>> after = new ArrayList<>();
              Operand<TFloat32> row = output(body, layers, network, symbol, states, after);
              Operand<TFloat32> logits =
                  body.nn.biasAdd(body.linalg.matMul(row, network.weights()), network.biases());
              Operand<TFloat32> probabilities = body.nn.softmax(logits);
              return new DecodeLoop.Result(
                  choice.choose(body, probabilities, point), probabilities, after);
            });
    return new SamplingDecoder(
        loop.symbols(), loop.written(), loop.probabilities(), start.state().pack(loop.states()));
  }

  private static List<Layer> layers(Ops tf, Network network) {
    List<Layer> layers = new ArrayList<>();
    OptionalInt oneHotDepth =
        network.embedding().isPresent()
            ? OptionalInt.empty()
            : OptionalInt.of(Math.toIntExact(network.weights().shape().get(1)));
    for (RNNCell cell : LstmSpec.withoutDropout(network.cell())) {
      layers.add(new Layer(tf, cell, layers.isEmpty() ? oneHotDepth : OptionalInt.empty()));
    }
    return layers;
  }

  // the last layer's output, [1, L]; adds the layers' new states to after
  private static Operand<TFloat32> output(
      Ops body,
      List<Layer> layers,
      Network network,
      Operand<TInt32> symbol,
      List<? extends Operand<TFloat32>> before,
      List<Operand<TFloat32>> after) {
    Optional<Operand<TFloat32>> row =
        network.embedding().map(table -> body.gather(table, symbol, body.constant(0)));
    for (Layer layer : layers) {
      List<? extends Operand<TFloat32>> own =
          before.subList(after.size(), after.size() + layer.stateCount());
      RNNCell.Step<TFloat32> step = layer.step(body, row, symbol, own);
      after.addAll(step.state().flatten());
      row = Optional.of(step.output());
    }
    return row.orElseThrow();
  }

  /**
   * One layer in the body of the loop, for a batch of one.
   *
   * <p>A plain LSTM takes fewer operations than its cell: the forget bias is added to the bias
   * before the loop, and where the first layer reads one-hot symbols, a row of the kernel is looked
   * up instead of multiplied.
   */
  private static final class Layer {
    private final RNNCell cell;
    private final OptionalInt oneHotDepth; // V, of a first layer that reads one-hot symbols
    private final Optional<Weights> weights; // of a plain LSTM

    /**
     * @param tf builder of the graph around the loop
     */
    Layer(Ops tf, RNNCell cell, OptionalInt oneHotDepth) {
      this.cell = cell;
      this.oneHotDepth = oneHotDepth;
      weights =
          LstmSpec.of(cell)
              .filter(layers -> layers.size() == 1 && !layers.get(0).isNormalized())
              .map(layers -> Weights.of(tf, layers.get(0), oneHotDepth));
    }

    int stateCount() {
      return cell.stateSize().flatten().size();
    }

    /**
     * @param row {@code [1, depth]}; if empty, the layer reads the symbol {@code [1]} as one-hot
     * @param before the tensors of the layer's state
     */
    RNNCell.Step<TFloat32> step(
        Ops tf,
        Optional<Operand<TFloat32>> row,
        Operand<TInt32> symbol,
        List<? extends Operand<TFloat32>> before) {
      if (weights.isPresent()) {
        Operand<TFloat32> sums = sums(tf, weights.get(), row, symbol, before.get(1)); // [1, 4U]
        LSTMStateTuple<TFloat32> after = LstmSpec.newState(tf, sums, before.get(0));
        return new RNNCell.Step<>(after.h(), cell.stateSize().pack(after.flatten()));
      }
      Operand<TFloat32> inputs =
          row.orElseGet(
              () ->
                  tf.oneHot(
                      symbol,
                      tf.constant(oneHotDepth.orElseThrow()),
                      tf.constant(1f),
                      tf.constant(0f)));
      return cell.call(tf, inputs, cell.stateSize().pack(before));
    }

    private static Operand<TFloat32> sums(
        Ops tf,
        Weights weights,
        Optional<Operand<TFloat32>> row,
        Operand<TInt32> symbol,
        Operand<TFloat32> h) {
      if (weights.rows().isPresent()) {
        return tf.math.addN(
            List.of(
                tf.gather(weights.rows().get(), symbol, tf.constant(0)),
                weights.product().of(tf, h),
                weights.bias()));
      }
      Operand<TFloat32> joined = tf.concat(List.of(row.orElseThrow(), h), tf.constant(1));
      return tf.math.add(weights.product().of(tf, joined), weights.bias());
    }
  }

  /**
   * Kernel and bias of a plain LSTM. If the layer reads one-hot symbols, the kernel {@code [V + U,
   * 4U]} is split in two.
   *
   * @param rows {@code [V, 4U]}, one row a symbol
   * @param product multiplies by the rest of the kernel, or by all of it
   * @param bias {@code [1, 4U]}, the forget bias included
   */
  private record Weights(
      Optional<Operand<TFloat32>> rows, ParallelVecMat product, Operand<TFloat32> bias) {

    static Weights of(Ops tf, LstmSpec layer, OptionalInt oneHotDepth) {
      Operand<TFloat32> bias = tf.reshape(layer.parameters(tf), tf.array(1, 4 * layer.units()));
      Operand<TFloat32> kernel = layer.kernel().value();
      if (oneHotDepth.isEmpty()) {
        return new Weights(Optional.empty(), new ParallelVecMat(tf, kernel), bias);
      }
      int depth = oneHotDepth.getAsInt();
      return new Weights(
          Optional.of(tf.slice(kernel, tf.array(0, 0), tf.array(depth, -1))),
          new ParallelVecMat(tf, tf.slice(kernel, tf.array(depth, 0), tf.array(-1, -1))),
          bias);
    }
  }

  /**
   * A row times a matrix, {@code [1, K]} times {@code [K, N]}, in the body of a loop.
   *
   * <p>Its time is that of reading the matrix. A large matrix is split into two parts of {@code K /
   * 2} rows, multiplied by two operations in two threads, and the products are added. Threads
   * within one operation are slower: they sleep between two products, and waking them takes as long
   * as a product. The parts, and with them the sums, do not depend on the number of threads.
   */
  private static final class ParallelVecMat {
    private static final int PARTS = 2;
    private static final int LARGE = 1 << 17; // elements; below that a second operation costs more

    private final List<Operand<TFloat32>> parts = new ArrayList<>(); // [K / parts, N] each
    private final int rows; // of a part

    /**
     * @param tf builder of the graph around the loop
     * @param matrix {@code [K, N]}, of known shape
     */
    ParallelVecMat(Ops tf, Operand<TFloat32> matrix) {
      Shape shape = matrix.shape();
      int depth = Math.toIntExact(shape.get(0));
      boolean split = depth % PARTS == 0 && shape.size() >= LARGE;
      rows = split ? depth / PARTS : depth;
      for (int first = 0; split && first < depth; first += rows) {
        parts.add(tf.slice(matrix, tf.array(first, 0), tf.array(rows, -1)));
      }
      if (!split) {
        parts.add(matrix);
      }
    }

    /**
     * @param row {@code [1, K]}
     * @return {@code [1, N]}
     */
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> row) {
      if (parts.size() == 1) {
        return tf.linalg.matMul(row, parts.get(0));
      }
      List<Operand<TFloat32>> products = new ArrayList<>();
      for (int k = 0; k < parts.size(); k++) {
        Operand<TFloat32> part = tf.slice(row, tf.array(0, k * rows), tf.array(1, rows));
        products.add(tf.linalg.matMul(part, parts.get(k)));
      }
      return tf.math.addN(products);
    }
  }
}
