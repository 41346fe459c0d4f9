package io.github.charlstm.model;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A session of a {@link RowClassifier}. One graph trains, measures and predicts. */
public final class RowClassifierSession extends GraphSession<RowClassifierSession.Batch> {
  private final RowClassifier model;

  /**
   * Images to train on or to measure.
   *
   * @param images {@code [N, pixels]}, row-major
   * @param labels the class of each, {@code [N]}, from 0; null for predictions
   */
  public record Batch(float[] images, int[] labels) {}

  /**
   * How well images are classified.
   *
   * @param loss mean over the images, as {@link RowClassifier#loss}
   * @param accuracy share of the images whose likeliest class is theirs, from 0 to 1
   */
  public record Measure(float loss, float accuracy) {}

  /**
   * Builds the graph; its variables have no values yet.
   *
   * @param settings its structure
   * @param learningRate of Adam, above 0
   * @param seed of initial values and of dropout's masks
   */
  public RowClassifierSession(RowClassifier.Settings settings, float learningRate, long seed) {
    this(settings, learningRate, seed, 0);
  }

  /**
   * Builds the graph, as above, for a number of lanes.
   *
   * @param settings its structure
   * @param learningRate of Adam, above 0
   * @param seed of initial values and of dropout's masks
   * @param lanes as in {@link TrainingOptions}
   */
  public RowClassifierSession(
      RowClassifier.Settings settings, float learningRate, long seed, int lanes) {
    this(new Graph(), settings, learningRate, seed, lanes);
  }

  private RowClassifierSession(
      Graph graph, RowClassifier.Settings settings, float learningRate, long seed, int lanes) {
    this(graph, build(graph, settings, learningRate, seed, lanes), lanes);
  }

  private RowClassifierSession(Graph graph, RowClassifier model, int lanes) {
    super(graph, model.variables(), SessionOptions.forLoop(model.settings().loop(), lanes));
    this.model = model;
  }

  private static RowClassifier build(
      Graph graph, RowClassifier.Settings settings, float learningRate, long seed, int lanes) {
    try {
      return RowClassifier.build(Ops.create(graph), settings, learningRate, seed, lanes);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** {@return the model's graph} */
  public RowClassifier model() {
    return model;
  }

  @Override
  Operand<TFloat32> loss() {
    return model.loss();
  }

  @Override
  LanguageModel.Training training() {
    return new LanguageModel.Training(
        model.trainStep(),
        model.globalNorm(),
        model.gradients(),
        model.globalStep(),
        Optional.empty(),
        model.allFinite());
  }

  @Override
  void feed(Feeds feeds, Batch batch, KeepProbs keepProbs) {
    float[] images = batch.images();
    int[] labels = batch.labels();
    int pixels = model.settings().pixels();
    int size = images.length / pixels;
    if (size == 0 || images.length % pixels != 0 || (labels != null && labels.length != size)) {
      throw new IllegalArgumentException(
          "expected images [N, "
              + pixels
              + "] and a label for each, N at least 1; found "
              + images.length
              + " pixels"
              + (labels == null ? "" : " and " + labels.length + " labels"));
    }
    feeds.feed(model.inputs(), floats(images, Shape.of(size, pixels)));
    feeds.feed(model.batchSize(), TInt32.scalarOf(size));
    feeds.feed(model.keepProb(), TFloat32.scalarOf(keepProbs.output()));
    if (labels != null) {
      int classes = model.settings().classes();
      feeds.feed(model.labels(), floats(oneHot(labels, classes), Shape.of(size, classes)));
    }
  }

  // Classes as rows of zeros with a single one, [N, K], row-major.
  private static float[] oneHot(int[] labels, int classes) {
    float[] rows = new float[Math.multiplyExact(labels.length, classes)];
    for (int k = 0; k < labels.length; k++) {
      if (labels[k] < 0 || labels[k] >= classes) {
        throw new IllegalArgumentException(
            "expected labels from 0 to "
                + (classes - 1)
                + ", found "
                + labels[k]
                + " at position "
                + k);
      }
      rows[k * classes + labels[k]] = 1;
    }
    return rows;
  }

  @Override
  public List<MetaGraphDef> metaGraphs() {
    return List.of(
        metaGraph(TRAINING_TAG, ModelSignatures.training(model)),
        metaGraph(SERVING_TAG, ModelSignatures.serving(model)));
  }

  /**
   * Loss and accuracy of images, without dropout.
   *
   * @param batch with labels
   * @return both, means over the images
   */
  public Measure measure(Batch batch) {
    try (Feeds feeds = new Feeds(session())) {
      feed(feeds, batch, KeepProbs.ALL);
      feeds.runner.fetch(model.loss()).fetch(model.accuracy());
      try (Result result = run(feeds)) {
        return new Measure(scalar(result.get(0)), scalar(result.get(1)));
      }
    }
  }

  /**
   * Probabilities of the classes after the last row, without dropout.
   *
   * @param images {@code [N, pixels]}, row-major
   * @return {@code [N, K]}, row-major
   */
  public float[] predict(float[] images) {
    return fetch(images, model.predictions());
  }

  /**
   * Probabilities of the classes after each row, without dropout. With two directions the backward
   * half of a row's output has read the rows from the last up to it.
   *
   * @param images {@code [N, pixels]}, row-major
   * @return {@code [N, T, K]}, row-major
   */
  public float[] predictByRow(float[] images) {
    return fetch(images, model.rowPredictions());
  }

  private float[] fetch(float[] images, Operand<TFloat32> operand) {
    try (Feeds feeds = new Feeds(session())) {
      feed(feeds, new Batch(images, null), KeepProbs.ALL);
      feeds.runner.fetch(operand);
      try (Result result = run(feeds)) {
        return floats(result.get(0));
      }
    }
  }

  private static TFloat32 floats(float[] values, Shape shape) {
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }
}
