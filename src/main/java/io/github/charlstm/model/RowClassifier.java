package io.github.charlstm.model;

import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.framework.op.FrameworkOps;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The graph that reads an image row by row with stacked LSTMs and says what is on it. N is the
 * number of images, known when the graph runs; T, K and U are those of {@link
 * RowClassifierSettings}.
 *
 * <p>Each layer is a {@code DropoutWrapper(BasicLSTMCell(U, forget_bias=1), output_keep_prob)}; the
 * top layer's output at the last row, h, gives {@code softmax(h * Variable + Variable_1)}, where
 * {@code Variable [U, K]} starts from a truncated normal of deviation 0.1 and {@code Variable_1
 * [K]} from 0.1. Adam trains it, without clipping.
 *
 * <p>Cells' variables are {@code rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel} and so on with
 * the dynamic loop; unrolled, they lie in {@code RNN}, the scope of the page's loop. With two
 * directions both loops have {@code bidirectional_rnn/fw} and {@code bidirectional_rnn/bw}.
 *
 * <p>With two directions h is {@code outputs[:, -1, :]} of both outputs side by side, as TF1's
 * tutorials take it. There the forward half has read all rows, but the backward half, which starts
 * at the last row, has read that row only. It can add little: a summary of both whole readings
 * would be the two final states.
 *
 * @param settings what it was built from
 * @param variables all of the graph
 * @param inputs placeholder {@code inputs [N, rows * columns]} (Python: {@code _X})
 * @param labels placeholder {@code y [N, K]}: a row of zeros with a single one for each image
 * @param keepProb placeholder {@code keep_prob}: share of each layer's output that dropout keeps
 * @param batchSize placeholder {@code batch_size}: N
 * @param predictions {@code predictions [N, K]}: probability of each class (Python: {@code y_pre})
 * @param rowPredictions {@code row_predictions [N, T, K]}: the same from the output at each row
 * @param loss {@code loss}: cross-entropy; in nats an image if it is the stable one, a K-th of that
 *     if it is the printed one
 * @param accuracy {@code accuracy}: share of the images whose likeliest class is theirs
 * @param trainStep one update of all variables
 * @param globalNorm {@code global_norm}: of the gradients, scalar
 * @param gradients of the loss, by the trained variables' names
 * @param globalStep number of updates done so far
 * @param allFinite whether every trainable variable is free of NaN and infinities
 */
public record RowClassifier(
    RowClassifierSettings settings,
    VariableStore variables,
    Operand<TFloat32> inputs,
    Operand<TFloat32> labels,
    Operand<TFloat32> keepProb,
    Operand<TInt32> batchSize,
    Operand<TFloat32> predictions,
    Operand<TFloat32> rowPredictions,
    Operand<TFloat32> loss,
    Operand<TFloat32> accuracy,
    Op trainStep,
    Operand<TFloat32> globalNorm,
    Map<String, Operand<TFloat32>> gradients,
    GraphVariable<TInt64> globalStep,
    Operand<TBool> allFinite) {

  /**
   * Builds the graph.
   *
   * @param tf builder of an empty graph
   * @param settings its structure
   * @param learningRate of Adam, above 0
   * @param seed of initial values and of dropout's masks. The masks of a step depend on the seed,
   *     the step and the place in the graph, so a run that is resumed sees those that it would have
   *     seen. The fused and the unrolled loop draw the same, the dynamic one others
   * @return its tensors and operations
   */
  public static RowClassifier build(
      Ops tf, RowClassifierSettings settings, float learningRate, long seed) {
    return build(tf, settings, learningRate, seed, 0);
  }

  /**
   * As above.
   *
   * @param lanes as in {@link TrainingOptions}
   */
  static RowClassifier build(
      Ops tf, RowClassifierSettings settings, float learningRate, long seed, int lanes) {
    VariableStore store = new VariableStore(tf, RandomSeeds.numbered(seed));
    GraphVariable<TInt64> globalStep = store.createGlobalStep();
    var inputs = placeholder(tf, "inputs", Shape.of(-1, settings.pixels()));
    var labels = placeholder(tf, "y", Shape.of(-1, settings.classes()));
    var keepProb = placeholder(tf, "keep_prob", Shape.scalar());
    Operand<TInt32> batchSize =
        tf.withName("batch_size").placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    Operand<TFloat32> images = // [N, T, columns]
        tf.reshape(inputs, tf.array(-1, settings.rows(), settings.columns()));
    RandomSource noise = RandomSource.ofStep(seed, globalStep.value());
    RowLoop.Cells cells = RowLoop.Cells.of(store.rootScope(), settings, keepProb, noise);
    VariableScope root = store.rootScope();
    int width = settings.outputSize();
    GraphVariable<TFloat32> weights =
        root.variable(Shape.of(width, settings.classes()), Initializers.truncatedNormal(0f, 0.1f));
    GraphVariable<TFloat32> biases =
        root.variable(Shape.of(settings.classes()), Initializers.constant(0.1f));
    RowLoop loop = RowLoop.of(tf, store.rootScope(), settings, cells, images, batchSize, lanes);
    var logits = tf.math.add(tf.linalg.matMul(loop.last(), weights.value()), biases.value());
    Operand<TFloat32> predictions = tf.withName("predictions").nn.softmax(logits);
    Operand<TFloat32> loss = loss(tf, settings.crossEntropy(), labels, logits, predictions);

    Operand<TFloat32> rows = tf.reshape(loop.all(), tf.array(-1, width)); // [N*T, width]
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
        trainStep,
        ClipByGlobalNorm.globalNorm(tf, gradients),
        NamedTensors.byVariable(trainable, gradients),
        globalStep,
        ModelGraph.allFinite(tf, trainable));
  }

  private static Operand<TFloat32> placeholder(Ops tf, String name, Shape shape) {
    return tf.withName(name).placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  private static Operand<TFloat32> loss(
      Ops tf,
      RowClassifierSettings.CrossEntropy kind,
      Operand<TFloat32> labels,
      Operand<TFloat32> logits,
      Operand<TFloat32> predictions) {
    if (kind == RowClassifierSettings.CrossEntropy.STABLE) {
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
}
