package io.github.charlstm.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * PyTorch through the Deep Java Library, with the calls that its own LSTM block makes: {@code
 * torch.lstm}, which runs on oneDNN, all layers at once with dropout between them.
 *
 * <p>Its LSTM has two biases per layer where TF1's has one; all else is equal.
 */
final class PyTorchContestant {
  static final Device DEVICE = Device.cpu();

  private PyTorchContestant() {}

  public static void main(String[] arguments) {
    ContestantServer.serve(arguments, PyTorchContestant::of);
  }

  static Engine engine() {
    return Engine.getEngine("PyTorch");
  }

  static String version() {
    return "PyTorch "
        + engine().getVersion()
        + " through DJL "
        + Engine.getDjlVersion()
        + ", "
        + JniUtils.getNumThreads()
        + " threads";
  }

  private static Contestant of(Task task) {
    engine().setRandomSeed(1);
    return switch (task.kind()) {
      case TRAIN -> new PyTorchTraining(task.network());
      case SAMPLE -> new PyTorchSampling(task.network());
      case PRODUCT -> throw new IllegalArgumentException("PyTorch is not asked for products");
    };
  }
}
