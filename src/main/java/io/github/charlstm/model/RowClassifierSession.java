package io.github.charlstm.model;

import io.github.charlstm.checkpoint.CheckpointSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A {@link RowClassifier} that runs: its graph and a session. One graph trains, measures and
 * predicts. Not for use by several threads at once.
 */
public final class RowClassifierSession implements AutoCloseable {
  private final RowClassifier model;
  private final GraphSession values;

  /**
   * What a training step gives.
   *
   * @param loss before the update, with dropout
   * @param globalNorm of the gradients
   */
  public record StepResult(float loss, float globalNorm) {}

  /**
   * How well images are told.
   *
   * @param loss mean over the images, as {@link RowClassifier#loss} counts it
   * @param accuracy share of the images that were told right, from 0 to 1
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
    Graph graph = new Graph();
    try {
      model = RowClassifier.build(Ops.create(graph), settings, learningRate, seed, lanes);
      values =
          new GraphSession(
              graph, model.variables(), SessionOptions.forLoop(settings.loop(), lanes));
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** {@return the graph that it runs} */
  public RowClassifier model() {
    return model;
  }

  /** Gives every variable its initial value. */
  public void initialize() {
    values.initialize();
  }

  /**
   * Gives every variable its value in a checkpoint, which must hold these variables and no others.
   *
   * @param prefix of the checkpoint's files
   */
  public void restore(Path prefix) {
    values.restore(prefix, false);
  }

  /**
   * Begins a series of checkpoints of this session's variables; see {@link #save}.
   *
   * @param folder made with the first checkpoint
   * @return options of the series
   */
  public CheckpointSeries.Builder checkpoints(Path folder) {
    return CheckpointSeries.builder(values.saver(), folder);
  }

  /**
   * Writes a checkpoint under the number of steps done.
   *
   * @param series of {@link #checkpoints}
   * @return its prefix
   * @throws IOException if the disk refuses
   */
  public Path save(CheckpointSeries series) throws IOException {
    return series.save(values.session(), step());
  }

  /** {@return the number of training steps done so far} */
  public long step() {
    try (Result result = values.runner().fetch(model.globalStep().value()).run()) {
      return ((TInt64) result.get(0)).getLong();
    }
  }

  /**
   * One training step.
   *
   * @param images {@code [N, pixels]}, row-major
   * @param labels the class of each, {@code [N]}, from 0
   * @param keepProb share of values that dropout keeps, in (0, 1]
   * @return loss and norm
   */
  public StepResult trainStep(float[] images, int[] labels, float keepProb) {
    KeepProbs share = new KeepProbs(keepProb, 1);
    try (Feeds feeds = new Feeds(images, labels, share.output());
        Result result =
            feeds
                .runner()
                .fetch(model.loss())
                .fetch(model.globalNorm())
                .addTarget(model.trainStep())
                .run()) {
      return new StepResult(TensorIO.scalar(result.get(0)), TensorIO.scalar(result.get(1)));
    }
  }

  /**
   * The gradients that a training step would apply, with its dropout masks; nothing changes.
   *
   * @param images {@code [N, pixels]}, row-major
   * @param labels the class of each, {@code [N]}, from 0
   * @param keepProb share of values that dropout keeps, in (0, 1]
   * @return them by the variables' names; to be closed
   */
  public NamedTensors gradients(float[] images, int[] labels, float keepProb) {
    try (Feeds feeds = new Feeds(images, labels, new KeepProbs(keepProb, 1).output())) {
      Session.Runner runner = feeds.runner();
      model.gradients().values().forEach(runner::fetch);
      return NamedTensors.of(model.gradients().keySet(), runner.run());
    }
  }

  /**
   * The values of the variables that are trained, as they are now.
   *
   * @return them by the variables' names; to be closed
   */
  public NamedTensors trainableValues() {
    return NamedTensors.of(values.runner(), model.variables().trainable());
  }

  /**
   * The graph as it is.
   *
   * @return its definition
   */
  public GraphDef graph() {
    return values.definition();
  }

  /**
   * Loss and accuracy of images, without dropout.
   *
   * @param images {@code [N, pixels]}, row-major
   * @param labels the class of each, {@code [N]}, from 0
   * @return both, means over the images
   */
  public Measure measure(float[] images, int[] labels) {
    try (Feeds feeds = new Feeds(images, labels, 1);
        Result result = feeds.runner().fetch(model.loss()).fetch(model.accuracy()).run()) {
      return new Measure(
          ((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
    }
  }

  /**
   * Probabilities of the classes once all rows are read, without dropout.
   *
   * @param images {@code [N, pixels]}, row-major
   * @return {@code [N, K]}, row-major
   */
  public float[] predict(float[] images) {
    return fetch(images, model.predictions());
  }

  /**
   * Probabilities of the classes as they are after each row, without dropout. With two directions
   * the backward half of a row's output has read the rows from the last up to it.
   *
   * @param images {@code [N, pixels]}, row-major
   * @return {@code [N, T, K]}, row-major
   */
  public float[] predictByRow(float[] images) {
    return fetch(images, model.rowPredictions());
  }

  /** {@return whether every variable that is trained is free of NaN and infinities} */
  public boolean isFinite() {
    return values.isTrue(model.allFinite());
  }

  @Override
  public void close() {
    values.close();
  }

  private float[] fetch(float[] images, Operand<TFloat32> operand) {
    try (Feeds feeds = new Feeds(images, null, 1);
        Result result = feeds.runner().fetch(operand).run()) {
      TFloat32 source = (TFloat32) result.get(0);
      float[] probabilities = new float[Math.toIntExact(source.size())];
      source.asRawTensor().data().asFloats().read(probabilities);
      return probabilities;
    }
  }

  /** The tensors of one run. */
  private final class Feeds implements AutoCloseable {
    private final List<Tensor> tensors = new ArrayList<>();
    private final Session.Runner runner = values.runner();

    Feeds(float[] images, int[] labels, float keepProb) {
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
      try {
        feed(model.inputs(), floats(images, Shape.of(size, pixels)));
        feed(model.batchSize(), TInt32.scalarOf(size));
        feed(model.keepProb(), TFloat32.scalarOf(keepProb));
        if (labels != null) {
          int classes = model.settings().classes();
          feed(model.labels(), floats(TensorIO.oneHot(labels, classes), Shape.of(size, classes)));
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    Session.Runner runner() {
      return runner;
    }

    @Override
    public void close() {
      tensors.forEach(Tensor::close);
    }

    private void feed(Operand<?> operand, Tensor tensor) {
      tensors.add(tensor);
      runner.feed(operand, tensor);
    }
  }

  private static TFloat32 floats(float[] values, Shape shape) {
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }
}
