package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.UndroppedLayers;
import io.github.charlstm.loop.DecodeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A network that writes: a while loop in which each step reads the symbol that the step before
 * chose. One sequence, no dropout, no gradient; the state stays in the graph.
 *
 * <p>{@code row = embedding[symbol]}, or a row of zeros with a single one; {@code row, state =
 * cell(row, state)}; {@code probabilities = softmax(row * weights + biases)}; {@code symbol =
 * choice(probabilities, points[t])} for t = 0 .. K - 1, or until a symbol is below 0 or is the one
 * to stop at. The numbers are those of {@link StaticRnn} but for rounding.
 *
 * @param symbols {@code [K, 1]}; behind the last one written are whatever values
 * @param written scalar, how many were written, the one that it stopped at included
 * @param probabilities of the last step, {@code [1, V]}
 * @param state after the last step
 */
public record SamplingDecoder(
    Operand<TInt32> symbols,
    Operand<TInt32> written,
    Operand<TFloat32> probabilities,
    RNNState state) {

  /**
   * Refuses null.
   *
   * @param symbols room for K
   * @param written how many of them hold
   * @param probabilities of the last step
   * @param state after the last step
   */
  public SamplingDecoder {
    Objects.requireNonNull(symbols, "symbols");
    Objects.requireNonNull(written, "written");
    Objects.requireNonNull(probabilities, "probabilities");
    Objects.requireNonNull(state, "state");
  }

  /**
   * From a symbol to the logits of the next. V is the number of symbols, L the width of the cell's
   * output.
   *
   * @param cell built; its dropout is left out
   * @param embedding {@code [V, depth]}; without it symbols are rows of zeros with a single one
   * @param weights {@code [L, V]}
   * @param biases {@code [V]}
   */
  public record Network(
      RNNCell cell,
      Optional<Operand<TFloat32>> embedding,
      Operand<TFloat32> weights,
      Operand<TFloat32> biases) {
    /**
     * Refuses null.
     *
     * @param cell whose variables are there
     * @param embedding one row a symbol
     * @param weights from the cell's output to the logits
     * @param biases of the logits
     */
    public Network {
      Objects.requireNonNull(cell, "cell");
      Objects.requireNonNull(embedding, "embedding");
      Objects.requireNonNull(weights, "weights");
      Objects.requireNonNull(biases, "biases");
    }
  }

  /** Chooses a symbol; all operations are made with the builder that is given. */
  @FunctionalInterface
  public interface Choice {
    /**
     * Adds the choice of one symbol to the graph.
     *
     * @param tf builder of the body; tensors from outside may be used
     * @param probabilities {@code [1, V]}
     * @param point of this step, scalar
     * @return {@code [1]}; below 0 if there is none to choose
     */
    Operand<TInt32> choose(Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> point);
  }

  /**
   * What the loop begins with.
   *
   * @param symbol that the first step reads, {@code [1]}
   * @param stop the symbol to stop at, scalar; below 0 for none
   * @param points {@code [K]}, a number for each choice
   * @param state before the first step, of the cell's structure, each tensor {@code [1, units]}
   */
  public record Start(
      Operand<TInt32> symbol, Operand<TInt32> stop, Operand<TFloat64> points, RNNState state) {
    /**
     * Refuses null.
     *
     * @param symbol to read first
     * @param stop to stop at
     * @param points for the choices
     * @param state of the cell before the first step
     */
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
   * @param tf builder of the graph that the network's variables lie in
   * @param network what computes the probabilities
   * @param start what the loop begins with
   * @param choice how a symbol is chosen from them
   * @return what was written, and the last state
   * @throws IllegalArgumentException if the state does not fit the cell, or if the builder is eager
   *     or in the body of a loop
   */
  public static SamplingDecoder of(Ops tf, Network network, Start start, Choice choice) {
    network.cell().requireFits(start.state());
    List<DecoderLayer> layers = layers(tf, network);
    DecodeLoop scan =
        DecodeLoop.of(
            tf,
            start.symbol(),
            start.stop(),
            start.points(),
            start.state().flatten(),
            (body, symbol, point, states) -> {
              List<Operand<TFloat32>> after = new ArrayList<>();
              Operand<TFloat32> row = through(body, layers, network, symbol, states, after);
              Operand<TFloat32> logits =
                  body.nn.biasAdd(body.linalg.matMul(row, network.weights()), network.biases());
              Operand<TFloat32> probabilities = body.nn.softmax(logits);
              return new DecodeLoop.Result(
                  choice.choose(body, probabilities, point), probabilities, after);
            });
    return new SamplingDecoder(
        scan.symbols(), scan.written(), scan.probabilities(), start.state().pack(scan.states()));
  }

  private static List<DecoderLayer> layers(Ops tf, Network network) {
    List<DecoderLayer> layers = new ArrayList<>();
    OptionalInt symbols =
        network.embedding().isPresent()
            ? OptionalInt.empty()
            : OptionalInt.of(Math.toIntExact(network.weights().shape().get(1)));
    for (RNNCell cell : UndroppedLayers.of(network.cell())) {
      layers.add(new DecoderLayer(tf, cell, layers.isEmpty() ? symbols : OptionalInt.empty()));
    }
    return layers;
  }

  private static Operand<TFloat32> through(
      Ops body,
      List<DecoderLayer> layers,
      Network network,
      Operand<TInt32> symbol,
      List<? extends Operand<TFloat32>> before,
      List<Operand<TFloat32>> after) {
    Optional<Operand<TFloat32>> row =
        network.embedding().map(table -> body.gather(table, symbol, body.constant(0)));
    for (DecoderLayer layer : layers) {
      List<? extends Operand<TFloat32>> own =
          before.subList(after.size(), after.size() + layer.stateCount());
      RNNCell.Step done = layer.step(body, new DecoderLayer.Input(row, symbol), own);
      after.addAll(done.state().flatten());
      row = Optional.of(done.output());
    }
    return row.orElseThrow();
  }
}
