package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.BidirectionalDynamicRnn;
import io.github.charlstm.rnn.StaticBidirectionalRnn;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.framework.op.FrameworkOps;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The graph of a classifier that reads an image row by row with stacked LSTMs. N is the number of
 * images, known when the graph runs; T is the number of rows, K of classes, U of units.
 *
 * <p>Each layer is a {@code DropoutWrapper(BasicLSTMCell(U, forget_bias=1), output_keep_prob)}; the
 * top layer's output at the last row, h, gives {@code softmax(h * Variable + Variable_1)}, where
 * {@code Variable [U, K]} starts from a truncated normal of deviation 0.1 and {@code Variable_1
 * [K]} from 0.1. It is trained by Adam, without clipping.
 *
 * <p>The cells' variables are {@code rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel} and so on;
 * unrolled, they are in the scope {@code RNN}, as in the tutorial. With two directions they are in
 * {@code bidirectional_rnn/fw} and {@code bidirectional_rnn/bw}.
 *
 * <p>With two directions h is {@code outputs[:, -1, :]} of both outputs side by side, as TF1's
 * tutorials take it. At the last row the forward cells have read all rows, but the backward cells,
 * which start there, have read that row only, so they add little; the two final states would
 * summarize the image in both directions.
 *
 * @param settings what it was built from
 * @param variables all of the graph
 * @param inputs placeholder {@code inputs [N, rows * columns]} (Python: {@code _X})
 * @param labels placeholder {@code y [N, K]}: one-hot rows
 * @param keepProb placeholder {@code keep_prob}: share of each layer's output that dropout keeps
 * @param batchSize placeholder {@code batch_size}: N
 * @param predictions {@code predictions [N, K]}: probability of each class (Python: {@code y_pre})
 * @param rowPredictions {@code row_predictions [N, T, K]}: the same from the output at each row
 * @param loss {@code loss}: see {@link CrossEntropy}
 * @param accuracy {@code accuracy}: share of the images whose most probable class is right
 * @param training the training operations; the gradients' norm is {@code global_norm}
 */
public record RowClassifier(
    Settings settings,
    VariableStore variables,
    Operand<TFloat32> inputs,
    Operand<TFloat32> labels,
    Operand<TFloat32> keepProb,
    Operand<TInt32> batchSize,
    Operand<TFloat32> predictions,
    Operand<TFloat32> rowPredictions,
    Operand<TFloat32> loss,
    Operand<TFloat32> accuracy,
    LanguageModel.Training training) {

  /** How the loss is computed. */
  public enum CrossEntropy {
    /**
     * {@code -mean(y * log(softmax(logits)))} over all N x K values, as in the tutorial: 1/K of the
     * usual cross-entropy, in nats per image. A probability that underflows to 0 makes it NaN.
     */
    PRINTED,
    /**
     * {@code softmax_cross_entropy_with_logits}, mean over the N images, in nats per image: never
     * takes the logarithm of 0.
     */
    STABLE
  }

  /**
   * Structural settings: a checkpoint fits a graph only if these are equal.
   *
   * @param rows of an image, the steps of its sequence, T; from 1 to 100,000
   * @param columns of an image, the inputs of one step; from 1 to 100,000
   * @param classes K, from 2 to 1,000,000
   * @param units of each layer (Python: {@code hidden_size}), U; from 1 to 65,536
   * @param numLayers number of stacked cells (Python: {@code layer_num}), from 1 to 64
   * @param loop over the rows, in float32; it decides the variables' scope
   * @param bidirectional whether a second stack reads the rows from the last to the first
   */
  public record Settings(
      int rows,
      int columns,
      int classes,
      int units,
      int numLayers,
      RnnImplementation loop,
      CrossEntropy crossEntropy,
      boolean bidirectional)
      implements LayerSettings {
    public Settings {
      ModelSettings.requireSize("rows", rows, 100_000);
      ModelSettings.requireSize("columns", columns, 100_000);
      ModelSettings.requireSize("classes", classes, 1_000_000);
      if (classes < 2) {
        throw new IllegalArgumentException("`classes`: expected at least 2, found " + classes);
      }
      ModelSettings.requireSize("lstm_size", units, 65_536);
      ModelSettings.requireSize("num_layers", numLayers, 64);
      Objects.requireNonNull(loop, "loop");
      if (loop == RnnImplementation.FUSED_BFLOAT16) {
        throw new IllegalArgumentException("the image classifier is trained in float32 only");
      }
      Objects.requireNonNull(crossEntropy, "crossEntropy");
    }

    /** {@return the number of values of an image: rows times columns} */
    public int pixels() {
      return Math.multiplyExact(rows, columns);
    }

    /** {@return the width of the output at one row: U, or 2U with two directions} */
    public int outputSize() {
      return bidirectional ? Math.multiplyExact(2, units) : units;
    }

    /** As {@code 2 x LSTM 256, dynamic loop, cross-entropy as printed}. */
    @Override
    public String describe() {
      return numLayers
          + " x LSTM "
          + units
          + (bidirectional ? " in each direction" : "")
          + (loop == RnnImplementation.UNROLLED ? ", unrolled" : ", " + loop.text() + " loop")
          + (crossEntropy == CrossEntropy.PRINTED
              ? ", cross-entropy as printed"
              : ", stable cross-entropy");
    }

    /**
     * {@return the tutorial's settings: images of 28 x 28, 10 classes, 2 layers of 256, the fused
     * loop, the printed cross-entropy, one direction}
     */
    public static Settings defaults() {
      return new Settings(28, 28, 10, 256, 2, RnnImplementation.FUSED, CrossEntropy.PRINTED, false);
    }

    /** {@return these for images of another size} */
    public Settings withImage(int height, int width) {
      return new Settings(
          height, width, classes, units, numLayers, loop, crossEntropy, bidirectional);
    }

    /** {@return these with another number of classes} */
    public Settings withClasses(int number) {
      return new Settings(
          rows, columns, number, units, numLayers, loop, crossEntropy, bidirectional);
    }

    /** {@return these with other units per layer (Python: {@code hidden_size})} */
    public Settings withUnits(int size) {
      return new Settings(
          rows, columns, classes, size, numLayers, loop, crossEntropy, bidirectional);
    }

    /** {@return these with another number of stacked cells (Python: {@code layer_num})} */
    public Settings withNumLayers(int layers) {
      return new Settings(rows, columns, classes, units, layers, loop, crossEntropy, bidirectional);
    }

    /** {@return these with another loop over the rows} */
    public Settings withLoop(RnnImplementation other) {
      return new Settings(
          rows, columns, classes, units, numLayers, other, crossEntropy, bidirectional);
    }

    /** {@return these with another loss} */
    public Settings withCrossEntropy(CrossEntropy other) {
      return new Settings(rows, columns, classes, units, numLayers, loop, other, bidirectional);
    }

    /** {@return these with or without a second stack} */
    public Settings withBidirectional(boolean both) {
      return new Settings(rows, columns, classes, units, numLayers, loop, crossEntropy, both);
    }
  }

  /**
   * Builds the graph. The masks of a step depend on the seed, the step and the place in the graph,
   * so a resumed run sees the masks of a run that was not stopped. The fused and the unrolled loop
   * draw the same, the dynamic loop others. The lanes are as in {@link TrainingOptions}.
   */
  static RowClassifier build(Ops tf, Settings settings, float learningRate, long seed, int lanes) {
    VariableStore store = new VariableStore(tf, RandomSeeds.numbered(seed));
    VariableScope root = store.rootScope();
    GraphVariable<TInt64> globalStep = store.createGlobalStep();
    var inputs = placeholder(tf, "inputs", Shape.of(-1, settings.pixels()));
    var labels = placeholder(tf, "y", Shape.of(-1, settings.classes()));
    var keepProb = placeholder(tf, "keep_prob", Shape.scalar());
    Operand<TInt32> batchSize =
        tf.withName("batch_size").placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    Operand<TFloat32> images = // [N, T, columns]
        tf.reshape(inputs, tf.array(-1, settings.rows(), settings.columns()));
    RandomSource noise = RandomSource.ofStep(seed, globalStep.value());
    Cells cells = Cells.of(root, settings, keepProb, noise);
    int width = settings.outputSize();
    GraphVariable<TFloat32> weights =
        root.variable(Shape.of(width, settings.classes()), Initializers.truncatedNormal(0f, 0.1f));
    GraphVariable<TFloat32> biases =
        root.variable(Shape.of(settings.classes()), Initializers.constant(0.1f));
    RowOutputs outputs = RowOutputs.of(tf, root, settings, cells, images, batchSize, lanes);
    var logits = tf.math.add(tf.linalg.matMul(outputs.last(), weights.value()), biases.value());
    Operand<TFloat32> predictions = tf.withName("predictions").nn.softmax(logits);
    Operand<TFloat32> loss = loss(tf, settings.crossEntropy(), labels, logits, predictions);
    Operand<TFloat32> rows = tf.reshape(outputs.all(), tf.array(-1, width)); // [N*T, width]
    var rowLogits = tf.math.add(tf.linalg.matMul(rows, weights.value()), biases.value());
    Operand<TFloat32> rowPredictions =
        tf.withName("row_predictions")
            .reshape(tf.nn.softmax(rowLogits), tf.array(-1, settings.rows(), settings.classes()));
    List<GraphVariable<TFloat32>> trainable = store.trainable();
    AdamOptimizer adam = new AdamOptimizer(learningRate);
    List<Operand<TFloat32>> gradients = adam.computeGradients(tf, loss, trainable);
    Op trainStep = adam.applyGradients(tf, store, trainable, gradients, globalStep);
    return new RowClassifier(
        settings,
        store,
        inputs,
        labels,
        keepProb,
        batchSize,
        predictions,
        rowPredictions,
        loss,
        accuracy(tf, predictions, labels),
        new LanguageModel.Training(
            trainStep,
            ClipByGlobalNorm.globalNorm(tf, gradients),
            NamedTensors.byVariable(trainable, gradients),
            globalStep,
            Optional.empty(),
            ModelGraph.allFinite(tf, trainable)));
  }

  private static Operand<TFloat32> placeholder(Ops tf, String name, Shape shape) {
    return tf.withName(name).placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  private static Operand<TFloat32> loss(
      Ops tf,
      CrossEntropy kind,
      Operand<TFloat32> labels,
      Operand<TFloat32> logits,
      Operand<TFloat32> predictions) {
    if (kind == CrossEntropy.STABLE) {
      Operand<TFloat32> each = // [N]
          FrameworkOps.create(tf).nn.softmaxCrossEntropyWithLogits(labels, logits, -1);
      return tf.withName("loss").math.mean(each, tf.array(0));
    }
    Operand<TFloat32> products = tf.math.mul(labels, tf.math.log(predictions)); // [N, K]
    return tf.withName("loss").math.neg(tf.math.mean(products, tf.array(0, 1)));
  }

  private static Operand<TFloat32> accuracy(
      Ops tf, Operand<TFloat32> predictions, Operand<TFloat32> labels) {
    var right =
        tf.math.equal(
            tf.math.argMax(predictions, tf.constant(1)), tf.math.argMax(labels, tf.constant(1)));
    return tf.withName("accuracy").math.mean(tf.dtypes.cast(right, TFloat32.class), tf.array(0));
  }

  /** The stacks with their variables; the backward one is used with two directions only. */
  private record Cells(RNNCell forward, RNNCell backward) {
    static Cells of(
        VariableScope root, Settings settings, Operand<TFloat32> keepProb, RandomSource noise) {
      Cells cells = new Cells(stack(settings, keepProb, noise), stack(settings, keepProb, noise));
      if (settings.bidirectional()) {
        VariableScope both = root.child(BidirectionalDynamicRnn.DEFAULT_SCOPE);
        cells.forward.build(both.child("fw"), settings.columns());
        cells.backward.build(both.child("bw"), settings.columns());
      } else {
        cells.forward.build(root.child(scope(settings)), settings.columns());
      }
      return cells;
    }

    private static RNNCell stack(
        Settings settings, Operand<TFloat32> keepProb, RandomSource noise) {
      return ModelGraph.stack(
          settings.numLayers(),
          () ->
              DropoutWrapper.builder(new BasicLSTMCell(settings.units()))
                  .inputKeepProb(1f)
                  .outputKeepProb(keepProb)
                  .noise(noise)
                  .build());
    }

    // the tutorial unrolls its cells in tf.variable_scope('RNN')
    static String scope(Settings settings) {
      return settings.loop() == RnnImplementation.UNROLLED ? "RNN" : StaticRnn.DEFAULT_SCOPE;
    }
  }

  /** The top layer's outputs {@code [N, T, width]}, and those at the last row. */
  private record RowOutputs(Operand<TFloat32> all, Operand<TFloat32> last) {
    static RowOutputs of(
        Ops tf,
        VariableScope root,
        Settings settings,
        Cells cells,
        Operand<TFloat32> images,
        Operand<TInt32> batchSize,
        int fixedLanes) {
      RNNCell forward = cells.forward();
      RNNCell backward = cells.backward();
      RnnImplementation loop = settings.loop();
      if (loop == RnnImplementation.UNROLLED) {
        List<? extends Operand<TFloat32>> rows = // T times [N, columns]
            tf.unstack(images, (long) settings.rows(), Unstack.axis(1L)).output();
        List<Operand<TFloat32>> outputs =
            settings.bidirectional()
                ? StaticBidirectionalRnn.builder(tf, root, forward, backward, rows)
                    .build()
                    .outputs()
                : StaticRnn.builder(tf, root, forward, rows)
                    .scope(Cells.scope(settings))
                    .initialState(forward.zeroState(tf, batchSize))
                    .build()
                    .outputs();
        return new RowOutputs(TimeStack.of(tf, outputs), outputs.get(outputs.size() - 1));
      }
      int lanes = SessionOptions.lanes(fixedLanes);
      Operand<TFloat32> all;
      if (!settings.bidirectional()) {
        var initialState = forward.zeroState(tf, batchSize);
        String scope = Cells.scope(settings);
        all = loop.run(tf, root, scope, forward, images, initialState, lanes).outputs();
      } else if (loop == RnnImplementation.DYNAMIC) {
        all =
            BidirectionalDynamicRnn.builder(tf, root, forward, backward, images).build().joined(tf);
      } else {
        VariableScope both = root.child(BidirectionalDynamicRnn.DEFAULT_SCOPE);
        Operand<TInt32> time = tf.array(1);
        var zeros = forward.zeroState(tf, batchSize); // the cells are of the same sizes
        var fw = loop.run(tf, both, "fw", forward, images, zeros, lanes);
        var bw = loop.run(tf, both, "bw", backward, tf.reverse(images, time), zeros, lanes);
        all = tf.concat(List.of(fw.outputs(), tf.reverse(bw.outputs(), time)), tf.constant(2));
      }
      int width = settings.outputSize();
      Operand<TFloat32> last = // outputs[:, -1, :]
          tf.slice(all, tf.array(0, settings.rows() - 1, 0), tf.array(-1, 1, width));
      return new RowOutputs(all, tf.reshape(last, tf.array(-1, width)));
    }
  }
}
