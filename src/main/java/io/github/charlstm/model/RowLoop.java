package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.BidirectionalDynamicRnn;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.FusedLstm;
import io.github.charlstm.rnn.StaticBidirectionalRnn;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The top layer's outputs of a {@link RowClassifier}. U stands for its output size.
 *
 * @param all {@code [N, T, U]}
 * @param last {@code [N, U]}: those at the last row
 */
record RowLoop(Operand<TFloat32> all, Operand<TFloat32> last) {
  // the page unrolls its cells in tf.variable_scope('RNN')
  private static final String SCOPE_BY_HAND = "RNN";

  /**
   * Both stacks with their variables; the backward one is used only where there are two directions.
   */
  record Cells(RNNCell forward, RNNCell backward) {
    static Cells of(
        VariableScope root,
        RowClassifierSettings settings,
        Operand<TFloat32> keepProb,
        RandomSource noise) {
      Cells cells = new Cells(stack(settings, keepProb, noise), stack(settings, keepProb, noise));
      if (settings.bidirectional()) {
        VariableScope both = root.child(BidirectionalDynamicRnn.DEFAULT_SCOPE);
        cells.forward.build(both.child("fw"), settings.columns());
        cells.backward.build(both.child("bw"), settings.columns());
      } else {
        boolean byHand = settings.loop() == RnnImplementation.UNROLLED;
        String scope = byHand ? SCOPE_BY_HAND : StaticRnn.DEFAULT_SCOPE;
        cells.forward.build(root.child(scope), settings.columns());
      }
      return cells;
    }
  }

  static RowLoop of(
      Ops tf,
      VariableScope root,
      RowClassifierSettings settings,
      Cells cells,
      Operand<TFloat32> images,
      Operand<TInt32> batchSize,
      int fixedLanes) {
    RNNCell forward = cells.forward();
    RNNCell backward = cells.backward();
    if (settings.loop().isFused()) {
      return fused(tf, root, settings, cells, images, batchSize, SessionOptions.lanes(fixedLanes));
    }
    boolean unrolled = settings.loop() == RnnImplementation.UNROLLED;
    if (unrolled) {
      List<? extends Operand<TFloat32>> rows = // T times [N, columns]
          tf.unstack(images, (long) settings.rows(), Unstack.axis(1L)).output();
      List<Operand<TFloat32>> outputs =
          settings.bidirectional()
              ? StaticBidirectionalRnn.builder(tf, root, forward, backward, rows).build().outputs()
              : StaticRnn.builder(tf, root, forward, rows)
                  .scope(SCOPE_BY_HAND)
                  .initialState(forward.zeroState(tf, batchSize))
                  .build()
                  .outputs();
      return new RowLoop(TimeStack.of(tf, outputs), outputs.get(outputs.size() - 1));
    }
    if (settings.bidirectional()) {
      return lastOf(
          tf,
          settings,
          BidirectionalDynamicRnn.builder(tf, root, forward, backward, images).build().joined(tf));
    }
    return lastOf(
        tf,
        settings,
        DynamicRnn.builder(tf, root, forward, images)
            .initialState(forward.zeroState(tf, batchSize))
            .build()
            .outputs());
  }

  private static RowLoop fused(
      Ops tf,
      VariableScope root,
      RowClassifierSettings settings,
      Cells cells,
      Operand<TFloat32> images,
      Operand<TInt32> batchSize,
      int lanes) {
    if (!settings.bidirectional()) {
      return lastOf(
          tf,
          settings,
          fused(tf, root, cells.forward(), images, batchSize, StaticRnn.DEFAULT_SCOPE, lanes));
    }
    VariableScope both = root.child(BidirectionalDynamicRnn.DEFAULT_SCOPE);
    Operand<TInt32> time = tf.array(1);
    var forward = fused(tf, both, cells.forward(), images, batchSize, "fw", lanes);
    var backward =
        fused(tf, both, cells.backward(), tf.reverse(images, time), batchSize, "bw", lanes);
    return lastOf(
        tf, settings, tf.concat(List.of(forward, tf.reverse(backward, time)), tf.constant(2)));
  }

  private static Operand<TFloat32> fused(
      Ops tf,
      VariableScope scope,
      RNNCell cell,
      Operand<TFloat32> images,
      Operand<TInt32> batchSize,
      String name,
      int lanes) {
    return FusedLstm.builder(tf, scope, cell, images)
        .initialState(cell.zeroState(tf, batchSize))
        .scope(name)
        .lanes(lanes)
        .build()
        .outputs();
  }

  private static RowLoop lastOf(Ops tf, RowClassifierSettings settings, Operand<TFloat32> outputs) {
    int width = settings.outputSize();
    Operand<TFloat32> last = // outputs[:, -1, :]
        tf.slice(outputs, tf.array(0, settings.rows() - 1, 0), tf.array(-1, 1, width));
    return new RowLoop(outputs, tf.reshape(last, tf.array(-1, width)));
  }

  private static RNNCell stack(
      RowClassifierSettings settings, Operand<TFloat32> keepProb, RandomSource noise) {
    return new MultiRNNCell(
        Stream.<RNNCell>generate(
                () ->
                    DropoutWrapper.builder(new BasicLSTMCell(settings.units()))
                        .inputKeepProb(1f)
                        .outputKeepProb(keepProb)
                        .noise(noise)
                        .build())
            .limit(settings.numLayers())
            .toList());
  }
}
