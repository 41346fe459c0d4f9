package io.github.charlstm.bench;

import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Random;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Deeplearning4j on its CPU backend.
 *
 * <p>It has no clipping by the global norm: each layer's gradients are clipped separately. Every
 * training step starts from a zero state, where TF1's loop carries the state on. Its dropout
 * applies to a layer's input, so the dropout of a layer's output is set on the layer above.
 */
final class Dl4jContestant {
  private static final String POM =
      "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

  private Dl4jContestant() {}

  public static void main(String[] arguments) {
    ContestantServer.serve(arguments, Dl4jContestant::of);
  }

  private static Contestant of(Task task) {
    return switch (task.kind()) {
      case TRAIN -> new Training(task.network());
      case SAMPLE -> new Sampling(task.network().withBatch(1).withSteps(1));
      case PRODUCT ->
          throw new IllegalArgumentException("Deeplearning4j is not asked for products");
    };
  }

  private static String version() {
    Properties pom = new Properties();
    try (InputStream file = MultiLayerNetwork.class.getResourceAsStream(POM)) {
      if (file != null) {
        pom.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "Deeplearning4j "
        + pom.getProperty("version", "of unknown version")
        + ", "
        + Nd4j.getEnvironment().maxThreads()
        + " threads";
  }

  private static MultiLayerNetwork build(Network network) {
    var general =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(network.learningRate()));
    if (network.clip() > 0) {
      general
          .gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(network.clip());
    }
    var list = general.list();
    if (network.input() == Network.Input.EMBEDDING) {
      list.layer(
          new EmbeddingSequenceLayer.Builder()
              .nIn(network.inputs())
              .nOut(network.units())
              .inputLength(network.steps())
              .outputDataFormat(RNNFormat.NCW)
              .build());
    }
    for (int layer = 0; layer < network.layers(); layer++) {
      LSTM lstm =
          new LSTM.Builder()
              .nIn(layer == 0 ? network.firstWidth() : network.units())
              .nOut(network.units())
              .activation(Activation.TANH)
              .dataFormat(RNNFormat.NCW)
              .dropOut(layer == 0 ? 1 : network.keepProb())
              .build();
      boolean last = layer == network.layers() - 1;
      list.layer(last && !network.everyStep() ? new LastTimeStep(lstm) : lstm);
    }
    MultiLayerConfiguration configuration = list.layer(top(network)).build();
    MultiLayerNetwork built = new MultiLayerNetwork(configuration);
    built.init();
    return built;
  }

  private static Layer top(Network network) {
    if (network.everyStep()) {
      return new RnnOutputLayer.Builder(LossFunction.MCXENT)
          .dataFormat(RNNFormat.NCW)
          .nIn(network.units())
          .nOut(network.outputs())
          .activation(Activation.SOFTMAX)
          .dropOut(network.keepProb())
          .build();
    }
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(network.units())
        .nOut(network.outputs())
        .activation(Activation.SOFTMAX)
        .dropOut(network.keepProb())
        .build();
  }

  // [N * T] row-major to [N, V, T], the layout of Deeplearning4j's sequences
  private static INDArray oneHot(int[] symbols, int batch, int steps, int classes) {
    float[] values = new float[batch * classes * steps];
    for (int n = 0; n < batch; n++) {
      for (int t = 0; t < steps; t++) {
        values[(n * classes + symbols[n * steps + t]) * steps + t] = 1;
      }
    }
    return Nd4j.create(values, new long[] {batch, classes, steps}, 'c');
  }

  private static final class Training implements Contestant {
    private final Network network;
    private final RandomData data;
    private final MultiLayerNetwork model;

    Training(Network network) {
      this.network = network;
      data = new RandomData(network);
      model = build(network);
    }

    @Override
    public String describe() {
      return version();
    }

    @Override
    public double step() {
      int batch = network.batch();
      int steps = network.steps();
      data.next();
      try (INDArray inputs = inputs(batch, steps);
          INDArray targets =
              network.everyStep()
                  ? oneHot(data.targets(), batch, steps, network.outputs())
                  : oneHot(data.targets(), batch, 1, network.outputs())
                      .reshape(batch, network.outputs())) {
        model.fit(inputs, targets);
      }
      return model.score() / (network.everyStep() ? steps : 1); // its score adds up the steps
    }

    private INDArray inputs(int batch, int steps) {
      return switch (network.input()) {
        case ONE_HOT -> oneHot(data.symbols(), batch, steps, network.inputs());
        case EMBEDDING -> {
          int[] symbols = data.symbols();
          float[] values = new float[symbols.length];
          for (int k = 0; k < values.length; k++) {
            values[k] = symbols[k];
          }
          yield Nd4j.create(values, new long[] {batch, steps}, 'c');
        }
        case ROWS -> // [N, T, inputs], seen as [N, inputs, T]
            Nd4j.create(data.images(), new long[] {batch, steps, network.inputs()}, 'c')
                .permute(0, 2, 1);
      };
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static final class Sampling implements Contestant {
    private final Network network;
    private final MultiLayerNetwork model;
    private final NextSymbolPolicy policy = new TopN();
    private final Random random = new Random(1);
    private int symbol;

    Sampling(Network network) {
      this.network = network;
      model = build(network);
    }

    @Override
    public String describe() {
      return version();
    }

    @Override
    public double step() {
      for (int k = 0; k < Task.CHARACTERS; k++) {
        float[] one = new float[network.inputs()];
        one[symbol] = 1;
        INDArray next = model.rnnTimeStep(Nd4j.create(one, new long[] {1, one.length}, 'c'));
        symbol = policy.next(next.data().asFloat(), random);
      }
      return 0;
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
