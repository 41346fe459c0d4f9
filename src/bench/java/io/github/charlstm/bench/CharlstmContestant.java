package io.github.charlstm.bench;

import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.RowClassifierSession;
import io.github.charlstm.model.ShakespeareLstm;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import org.tensorflow.TensorFlow;

/** This library: the models' own sessions, with the loops that the recipes run. */
final class CharlstmContestant {
  private static final long SEED = 1;

  private CharlstmContestant() {}

  public static void main(String[] arguments) {
    ContestantServer.serve(arguments, CharlstmContestant::of);
  }

  static Contestant of(Task task) {
    return switch (task.kind()) {
      case SAMPLE -> new Sampling(task.network());
      case PRODUCT -> new MatrixProduct(task.network().units());
      case TRAIN ->
          task.network().input() == Network.Input.ROWS
              ? new Training<>(
                  task.network(),
                  rows(task.network()),
                  data -> new MnistImages.Batch(data.images(), data.targets()))
              : new Training<>(
                  task.network(),
                  symbols(task.network()),
                  data -> new TrainingBatches.Batch(data.symbols(), data.targets()));
    };
  }

  private static String version() {
    return "charlstm, " + LOOP.text() + " loop, TensorFlow " + TensorFlow.version();
  }

  /** Names the loop of training: fused, dynamic or unrolled. */
  static final String LOOP_PROPERTY = "bench.loop";

  private static final RnnImplementation LOOP =
      RnnImplementation.valueOf(
          System.getProperty(LOOP_PROPERTY, "fused").toUpperCase(Locale.ROOT));

  private static ModelSettings settings(Network network) {
    return network.input() == Network.Input.EMBEDDING
        ? ShakespeareLstm.Settings.of(network.inputs())
            .withRnnSize(network.units())
            .withNumLayers(network.layers())
        : CharLstm.Settings.of(network.inputs())
            .withLstmSize(network.units())
            .withNumLayers(network.layers());
  }

  private static LanguageModelSession symbols(Network network) {
    return LanguageModelSession.training(
        settings(network),
        network.batch(),
        network.steps(),
        new TrainingOptions(network.learningRate(), network.clip(), SEED).withLoop(LOOP));
  }

  private static RowClassifierSession rows(Network network) {
    return RowClassifierSession.of(
        RowClassifier.Settings.defaults()
            .withImage(network.steps(), network.inputs())
            .withClasses(network.outputs())
            .withUnits(network.units())
            .withNumLayers(network.layers())
            .withLoop(LOOP)
            .withCrossEntropy(RowClassifier.CrossEntropy.STABLE),
        network.learningRate(),
        SEED,
        0);
  }

  private static final class Training<B> implements Contestant {
    private final GraphSession<B> session;
    private final RandomData data;
    private final Function<RandomData, B> batch;
    private final KeepProbs keepProbs;

    Training(Network network, GraphSession<B> session, Function<RandomData, B> batch) {
      this.session = session;
      this.batch = batch;
      data = new RandomData(network);
      keepProbs = new KeepProbs(network.keepProb(), 1);
      session.initialize();
      session.setLearningRate(network.learningRate());
    }

    @Override
    public String describe() {
      return version();
    }

    @Override
    public double step() {
      data.next();
      return session.trainStep(batch.apply(data), keepProbs).loss();
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /** Generates as {@code TextGenerator} does: several characters per call. */
  private static final class Sampling implements Contestant {
    private static final int CHUNK = 64;

    private final LanguageModelSession session;
    private final NextSymbolPolicy policy = new TopN();
    private final Random random = new Random(SEED);
    private int symbol;

    Sampling(Network network) {
      session = LanguageModelSession.inference(settings(network), 1, 1);
      session.initialize();
    }

    @Override
    public String describe() {
      return version();
    }

    @Override
    public double step() {
      for (int done = 0; done < Task.CHARACTERS; done += CHUNK) {
        double[] uniforms = new double[Math.min(CHUNK, Task.CHARACTERS - done)];
        Arrays.setAll(uniforms, k -> random.nextDouble());
        int[] symbols = session.generate(symbol, policy, OptionalInt.empty(), uniforms).symbols();
        symbol = symbols[symbols.length - 1];
      }
      return 0;
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
