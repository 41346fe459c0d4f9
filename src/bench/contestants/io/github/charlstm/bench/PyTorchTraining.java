package io.github.charlstm.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step in PyTorch: forward with dropout, loss, backward, clip by the global norm, and
 * the engine's own Adam; the state is carried to the next step, as in TF1's loop.
 */
final class PyTorchTraining implements Contestant {
  private final Network network;
  private final RandomData data;
  private final PyTorchNetwork parts;
  private final NDList parameters;
  private final List<NDList> moments = new ArrayList<>();
  private final Loss crossEntropy = Loss.softmaxCrossEntropyLoss();
  private NDList state;
  private int step;

  PyTorchTraining(Network network) {
    this.network = network;
    data = new RandomData(network);
    parts = new PyTorchNetwork(network);
    parameters = parts.parameters();
    for (NDArray parameter : parameters) {
      parameter.setRequiresGradient(true);
      moments.add(new NDList(parameter.zerosLike(), parameter.zerosLike()));
    }
    state = parts.zeroState();
  }

  @Override
  public String describe() {
    return PyTorchContestant.version();
  }

  @Override
  public double step() {
    data.next();
    try (NDManager ofStep = parts.manager().newSubManager()) {
      boolean symbols = network.everyStep();
      NDArray input =
          symbols
              ? null
              : ofStep.create(
                  data.images(), new Shape(network.batch(), network.steps(), network.inputs()));
      NDArray targets = ofStep.create(data.targets());
      NDArray loss;
      NDList next;
      try (GradientCollector collector = PyTorchContestant.engine().newGradientCollector()) {
        // The embedding's look-up is differentiated too.
        NDArray read = symbols ? parts.read(ofStep, data.symbols()) : input;
        var forward = parts.forward(read, state, true);
        loss = crossEntropy.evaluate(new NDList(targets), new NDList(forward.logits()));
        collector.backward(loss);
        next = forward.state();
      }
      update(ofStep);
      carry(symbols, next);
      return loss.getFloat();
    }
  }

  private void update(NDManager ofStep) {
    NDList gradients = new NDList();
    for (NDArray parameter : parameters) {
      NDArray gradient = parameter.getGradient();
      gradient.attach(ofStep);
      gradients.add(gradient);
    }
    if (network.clip() > 0) {
      clip(gradients);
    }
    step++;
    float correction = (float) (Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step)));
    for (int k = 0; k < parameters.size(); k++) {
      NDArray parameter = parameters.get(k);
      NDList inputs =
          new NDList(parameter, gradients.get(k), moments.get(k).get(0), moments.get(k).get(1));
      parameter
          .getNDArrayInternal()
          .adamUpdate(
              inputs,
              new NDList(parameter),
              network.learningRate(),
              network.learningRate() * correction,
              0f, // no weight decay
              1f, // no rescaling
              -1f, // no clip of each value
              0.9f,
              0.999f,
              1e-8f,
              false,
              false);
    }
  }

  private void clip(NDList gradients) {
    double squares = 0;
    for (NDArray gradient : gradients) {
      squares += gradient.square().sum().getFloat();
    }
    double norm = Math.sqrt(squares);
    if (norm > network.clip()) {
      gradients.forEach(gradient -> gradient.muli((float) (network.clip() / norm)));
    }
  }

  // Images are independent: each starts from a zero state.
  private void carry(boolean goesOn, NDList next) {
    if (!goesOn) {
      return;
    }
    NDList before = state;
    NDList detached = new NDList();
    for (NDArray part : next) {
      NDArray free = part.stopGradient().duplicate();
      free.attach(parts.manager());
      detached.add(free);
    }
    state = detached;
    before.close();
  }

  @Override
  public void close() {
    parts.close();
  }
}
