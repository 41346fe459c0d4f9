package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * {@code score_l = v . tanh(key_l + query query_layer)}; normalized {@code g v / |v| . tanh(key_l +
 * query query_layer + b)}.
 */
final class BahdanauScore {
  private final AttentionMechanism mechanism;
  private final boolean normalize;
  private final Dense queryLayer;
  private GraphVariable<? extends TFloating> v;
  private GraphVariable<? extends TFloating> g;
  private GraphVariable<? extends TFloating> b;

  BahdanauScore(AttentionMechanism mechanism, boolean normalize) {
    this.mechanism = mechanism;
    this.normalize = normalize;
    this.queryLayer =
        Dense.builder(mechanism.numUnits()).useBias(false).name("query_layer").build();
  }

  <T extends TFloating> void makeVariables(VariableScope own, Class<T> dtype, int queryDepth) {
    int units = mechanism.numUnits();
    queryLayer.build(own, dtype, queryDepth);
    v = own.getVariable("attention_v", dtype, Shape.of(units));
    if (normalize) {
      double start = Math.sqrt(1.0 / units);
      g =
          own.getVariable(
              "attention_g", dtype, Shape.scalar(), Initializers.constant(new double[] {start}));
      b = own.getVariable("attention_b", dtype, Shape.of(units), Initializers.zeros());
    }
  }

  <T extends TFloating> Operand<T> of(Ops tf, Operand<T> query) {
    Class<T> dtype = query.type();
    Operand<T> row = // [batch, 1, units]
        tf.expandDims(queryLayer.apply(tf, query), tf.constant(1));
    Operand<T> sums = tf.math.add(mechanism.keys(dtype), row);
    Operand<T> vector = v.as(dtype).value();
    if (normalize) {
      sums = tf.math.add(sums, b.as(dtype).value());
      Operand<T> norm = tf.math.rsqrt(tf.sum(tf.math.square(vector), tf.array(0)));
      vector = tf.math.mul(tf.math.mul(g.as(dtype).value(), vector), norm);
    }
    return tf.sum(tf.math.mul(vector, tf.math.tanh(sums)), tf.array(2));
  }
}
