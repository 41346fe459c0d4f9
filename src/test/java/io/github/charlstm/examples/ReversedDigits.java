package io.github.charlstm.examples;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.seq2seq.AttentionWrapper;
import io.github.charlstm.seq2seq.AttentionWrapperState;
import io.github.charlstm.seq2seq.BasicDecoder;
import io.github.charlstm.seq2seq.Dense;
import io.github.charlstm.seq2seq.DynamicDecode;
import io.github.charlstm.seq2seq.Embedding;
import io.github.charlstm.seq2seq.GreedyEmbeddingHelper;
import io.github.charlstm.seq2seq.LuongAttention;
import io.github.charlstm.seq2seq.SequenceLoss;
import io.github.charlstm.seq2seq.TrainingHelper;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Writes digits in reverse order: an encoder and a decoder with attention; see docs/library.md. */
public final class ReversedDigits {
  private static final int END = 0;
  private static final int START = 1;
  private static final int SYMBOLS = 8; // END, START and six digits
  private static final int LENGTH = 4;
  private static final int BATCH = 32;
  private static final int UNITS = 24;

  private ReversedDigits() {}

  /** Losses before and after training, and the share of new sequences that are right. */
  record Outcome(double before, double after, double right) {}

  static Outcome train(int steps) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
      VariableScope scope = store.rootScope();
      var source = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(BATCH, LENGTH)));
      var inputs = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(BATCH, LENGTH + 1)));
      var targets = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(BATCH, LENGTH + 1)));
      var lengths = tf.fill(tf.array(BATCH), tf.constant(LENGTH + 1));

      Embedding<TFloat32> embedding =
          Embedding.of(scope.getVariable("embedding", Shape.of(SYMBOLS, 16)).value());
      var encoder =
          DynamicRnn.builder(tf, scope, new BasicLSTMCell(UNITS), embedding.lookUp(tf, source))
              .build();
      var attention = LuongAttention.builder(tf, scope, UNITS, encoder.outputs()).build();
      var cell =
          AttentionWrapper.builder(new BasicLSTMCell(UNITS), attention)
              .attentionLayerSize(UNITS)
              .build();
      var zeros = (AttentionWrapperState<TFloat32>) cell.zeroState(tf, BATCH, TFloat32.class);
      var state = zeros.withCellState(encoder.state());
      var projection = new Dense(SYMBOLS);

      var reader = new TrainingHelper<>(tf, embedding.lookUp(tf, inputs), lengths);
      var decoder = new BasicDecoder<>(cell, reader, state, projection);
      var trained = DynamicDecode.builder(tf, scope, decoder).build();
      var weights = tf.onesLike(tf.dtypes.cast(targets, TFloat32.class));
      Operand<TFloat32> loss =
          SequenceLoss.builder(tf, trained.outputs().rnnOutput(), targets, weights).build();
      Op train = new AdamOptimizer(0.02f).minimize(tf, store, loss);

      var starts = tf.fill(tf.array(BATCH), tf.constant(START));
      var chooser = new GreedyEmbeddingHelper<>(tf, embedding, starts, tf.constant(END));
      var generator = new BasicDecoder<>(cell, chooser, state, projection); // shares all variables
      var generated =
          DynamicDecode.builder(tf, scope, generator).maximumIterations(LENGTH + 1).build();

      session.run(store.globalVariablesInitializer());
      double before = 0;
      double after = 0;
      Random random = new Random(1);
      for (int step = 0; step <= steps; step++) {
        int[][] digits = digits(random);
        try (TInt32 x = tensor(digits);
            TInt32 read = tensor(reversed(digits, true));
            TInt32 wanted = tensor(reversed(digits, false))) {
          var run = session.runner().feed(source, x).feed(inputs, read).feed(targets, wanted);
          try (var found = run.addTarget(train).fetch(loss).run()) {
            after = ((TFloat32) found.get(0)).getFloat();
            before = step == 0 ? after : before;
          }
        }
      }
      int[][] digits = digits(random);
      try (TInt32 x = tensor(digits);
          var found =
              session.runner().feed(source, x).fetch(generated.outputs().sampleId()).run()) {
        return new Outcome(before, after, right((TInt32) found.get(0), reversed(digits, false)));
      }
    }
  }

  private static int[][] digits(Random random) {
    int[][] digits = new int[BATCH][];
    for (int row = 0; row < BATCH; row++) {
      digits[row] = random.ints(LENGTH, START + 1, SYMBOLS).toArray();
    }
    return digits;
  }

  // START before the digits, or END behind them
  private static int[][] reversed(int[][] digits, boolean start) {
    int[][] reversed = new int[BATCH][LENGTH + 1];
    for (int row = 0; row < BATCH; row++) {
      reversed[row][start ? 0 : LENGTH] = start ? START : END;
      for (int k = 0; k < LENGTH; k++) {
        reversed[row][start ? k + 1 : k] = digits[row][LENGTH - 1 - k];
      }
    }
    return reversed;
  }

  private static TInt32 tensor(int[][] rows) {
    TInt32 tensor = TInt32.tensorOf(Shape.of(rows.length, rows[0].length));
    tensor.scalars().forEachIndexed((i, x) -> x.setInt(rows[(int) i[0]][(int) i[1]]));
    return tensor;
  }

  private static double right(TInt32 found, int[][] wanted) {
    int right = 0;
    for (int row = 0; row < BATCH; row++) {
      boolean same = found.shape().get(1) == LENGTH + 1;
      for (int k = 0; same && k <= LENGTH; k++) {
        same = found.getInt(row, k) == wanted[row][k];
      }
      right += same ? 1 : 0;
    }
    return (double) right / BATCH;
  }
}
