package io.github.charlstm.model;

import io.github.charlstm.data.MnistImages;
import java.util.List;
import java.util.stream.IntStream;
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
public final class RowClassifierSession extends GraphSession<MnistImages.Batch> {
  private static final int TEST_BATCH = 500;

  private final RowClassifier model;

  /** Mean loss, as {@link RowClassifier#loss}, and share of the images rightly classified. */
  public record Measure(double loss, double accuracy) {}

  private RowClassifierSession(Graph graph, RowClassifier model, int lanes) {
    super(graph, model.variables(), SessionOptions.forLoop(model.settings().loop(), lanes));
    this.model = model;
  }

  /**
   * {@return a session on the graph; its variables have no values yet} The values are those of
   * {@link RowClassifier#build}.
   */
  public static RowClassifierSession of(
      RowClassifier.Settings settings, float learningRate, long seed, int lanes) {
    return inGraph(
        graph ->
            new RowClassifierSession(
                graph,
                RowClassifier.build(Ops.create(graph), settings, learningRate, seed, lanes),
                lanes));
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
    return model.training();
  }

  @Override
  void feed(Feeds feeds, MnistImages.Batch batch, KeepProbs keepProbs) {
    int size = feed(feeds, batch.images(), keepProbs);
    if (batch.labels().length != size) {
      throw new IllegalArgumentException(
          "expected a label for each image, found %s images and %s labels"
              .formatted(size, batch.labels().length));
    }
    int classes = model.settings().classes();
    feeds.feed(model.labels(), floats(oneHot(batch.labels(), classes), Shape.of(size, classes)));
  }

  // Returns the number of images.
  private int feed(Feeds feeds, float[] images, KeepProbs keepProbs) {
    int pixels = model.settings().pixels();
    int size = images.length / pixels;
    if (size == 0 || images.length % pixels != 0) {
      throw new IllegalArgumentException(
          "expected images [N, %s], N at least 1, found %s pixels"
              .formatted(pixels, images.length));
    }
    feeds.feed(model.inputs(), floats(images, Shape.of(size, pixels)));
    feeds.feed(model.batchSize(), TInt32.scalarOf(size));
    feeds.feed(model.keepProb(), TFloat32.scalarOf(keepProbs.output()));
    return size;
  }

  // Classes as rows of zeros with a single one, [N, K], row-major.
  private static float[] oneHot(int[] labels, int classes) {
    float[] rows = new float[Math.multiplyExact(labels.length, classes)];
    for (int k = 0; k < labels.length; k++) {
      if (labels[k] < 0 || labels[k] >= classes) {
        throw new IllegalArgumentException(
            "expected labels from 0 to %s, found %s at position %s"
                .formatted(classes - 1, labels[k], k));
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

  /** Means over the images, without dropout. */
  public Measure measure(MnistImages.Batch batch) {
    try (Feeds feeds = feeds()) {
      feed(feeds, batch, KeepProbs.ALL);
      feeds.runner.fetch(model.loss()).fetch(model.accuracy());
      try (Result result = run(feeds)) {
        return new Measure(scalar(result.get(0)), scalar(result.get(1)));
      }
    }
  }

  /** {@return loss and accuracy of images, without dropout, means over them} */
  public Measure measure(MnistImages images) {
    double loss = 0;
    long right = 0;
    for (int from = 0; from < images.size(); from += TEST_BATCH) {
      MnistImages part = images.part(from, Math.min(images.size(), from + TEST_BATCH));
      Measure of = measure(part.batch(IntStream.range(0, part.size()).toArray()));
      loss += of.loss() * part.size();
      right += Math.round(of.accuracy() * part.size());
    }
    return new Measure(loss / images.size(), (double) right / images.size());
  }

  /** {@return probabilities of the classes after the last row, without dropout, {@code [N, K]}} */
  public float[] predict(float[] images) {
    return fetch(images, model.predictions());
  }

  /**
   * {@return probabilities of the classes after each row, without dropout, {@code [N, T, K]}} With
   * two directions the backward half of a row's output has read the rows from the last up to it.
   */
  public float[] predictByRow(float[] images) {
    return fetch(images, model.rowPredictions());
  }

  private float[] fetch(float[] images, Operand<TFloat32> operand) {
    try (Feeds feeds = feeds()) {
      feed(feeds, images, KeepProbs.ALL);
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
