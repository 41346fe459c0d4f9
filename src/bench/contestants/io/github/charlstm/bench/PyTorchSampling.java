package io.github.charlstm.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.util.Random;

/** Sampling in PyTorch, one call a character; the character is drawn by charlstm's policy. */
final class PyTorchSampling implements Contestant {
  private final PyTorchNetwork parts;
  private final NextSymbolPolicy policy = new TopN();
  private final Random random = new Random(1);
  private NDList state;
  private int symbol;

  PyTorchSampling(Network network) {
    parts = new PyTorchNetwork(network.withBatch(1).withSteps(1));
    state = parts.zeroState();
  }

  @Override
  public String describe() {
    return PyTorchContestant.version();
  }

  @Override
  public double step() {
    for (int k = 0; k < Task.CHARACTERS; k++) {
      symbol = policy.next(read(symbol), random);
    }
    return 0;
  }

  private float[] read(int character) {
    try (NDManager ofCall = parts.manager().newSubManager()) {
      NDArray input = parts.read(ofCall, new int[] {character});
      var forward = parts.forward(input, state, false);
      float[] probabilities = forward.logits().softmax(-1).toFloatArray();
      forward.state().attach(parts.manager());
      state.close();
      state = forward.state();
      return probabilities;
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
