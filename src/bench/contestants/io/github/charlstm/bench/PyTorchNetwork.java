package io.github.charlstm.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

/** The network's parameters in PyTorch, and its forward pass. */
final class PyTorchNetwork implements AutoCloseable {
  private final Network network;
  private final NDManager manager;
  private final NDList lstm = new NDList();
  private final NDArray table;
  private final NDArray weights;
  private final NDArray biases;

  /**
   * The result of a forward pass.
   *
   * @param logits {@code [N * T, V]}, or {@code [N, V]} after the last step
   * @param state h and c, each {@code [layers, N, H]}
   */
  record Forward(NDArray logits, NDList state) {}

  PyTorchNetwork(Network network) {
    this.network = network;
    manager = NDManager.newBaseManager(PyTorchContestant.DEVICE, "PyTorch");
    long units = network.units();
    float bound = (float) (1 / Math.sqrt(units)); // torch.nn.LSTM's own initial values
    for (int layer = 0; layer < network.layers(); layer++) {
      long width = layer == 0 ? network.firstWidth() : units;
      lstm.add(uniform(bound, 4 * units, width));
      lstm.add(uniform(bound, 4 * units, units));
      lstm.add(forgetBias(units));
      lstm.add(manager.zeros(new Shape(4 * units)));
    }
    boolean embedded = network.input() == Network.Input.EMBEDDING;
    table = embedded ? uniform(1, network.inputs(), units) : null;
    weights = uniform(bound, network.outputs(), units);
    biases = uniform(bound, network.outputs());
  }

  // Zeros, and ones for the forget gate, the second of PyTorch's four: TF1's forget_bias.
  private NDArray forgetBias(long units) {
    NDArray biases = manager.zeros(new Shape(4 * units));
    biases.set(new NDIndex(units + ":" + 2 * units), 1f);
    return biases;
  }

  private NDArray uniform(float bound, long... shape) {
    return manager.randomUniform(-bound, bound, new Shape(shape));
  }

  NDManager manager() {
    return manager;
  }

  /** The trainable parameters. */
  NDList parameters() {
    NDList all = new NDList(lstm);
    all.add(weights);
    all.add(biases);
    if (table != null) {
      all.add(table);
    }
    return all;
  }

  /** A zero state. */
  NDList zeroState() {
    Shape shape = new Shape(network.layers(), network.batch(), network.units());
    return new NDList(manager.zeros(shape), manager.zeros(shape));
  }

  /** What the first layer reads, {@code [N, T, width]}, of symbols {@code [N * T]}. */
  NDArray read(NDManager into, int[] symbols) {
    NDArray numbers = into.create(symbols, new Shape(network.batch(), network.steps()));
    if (table == null) {
      return numbers.oneHot(network.inputs(), DataType.FLOAT32);
    }
    NDArray wide = numbers.toType(DataType.INT64, false);
    return wide.getNDArrayInternal().embedding(wide, table, SparseFormat.DENSE).head();
  }

  /**
   * @param input {@code [N, T, width]}
   * @param state h and c
   */
  Forward forward(NDArray input, NDList state, boolean training) {
    float dropped = 1 - network.keepProb();
    NDList out =
        input
            .getNDArrayInternal()
            .lstm(
                input,
                state,
                lstm,
                true, // biases
                network.layers(),
                dropped,
                training,
                false, // one direction
                true); // batch first
    NDArray top = out.get(0);
    NDArray rows =
        network.everyStep()
            ? top.reshape(-1, network.units())
            : top.get(":, -1, :"); // the last step's
    if (training && dropped > 0) {
      rows = rows.getNDArrayInternal().dropout(rows, dropped, true).head();
    }
    NDArray logits = rows.getNDArrayInternal().linear(rows, weights, biases).head();
    return new Forward(logits, new NDList(out.get(1), out.get(2)));
  }

  @Override
  public void close() {
    manager.close();
  }
}
