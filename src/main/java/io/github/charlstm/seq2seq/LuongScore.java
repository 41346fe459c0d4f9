package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** {@code score_l = key_l . query}, times {@code attention_g} if it is scaled. */
final class LuongScore {
  private final AttentionMechanism mechanism;
  private final boolean scale;
  private GraphVariable<? extends TFloating> factor;

  LuongScore(AttentionMechanism mechanism, boolean scale) {
    this.mechanism = mechanism;
    this.scale = scale;
  }

  <T extends TFloating> void makeVariables(VariableScope own, Class<T> dtype, int queryDepth) {
    if (queryDepth != mechanism.numUnits()) {
      throw new IllegalArgumentException(
          "%s of %s units multiplies them with the cell's output, of width %s; set num_units to that"
              .formatted(mechanism.getClass().getSimpleName(), mechanism.numUnits(), queryDepth));
    }
    if (scale) {
      factor = own.getVariable("attention_g", dtype, Shape.scalar(), Initializers.ones());
    }
  }

  <T extends TFloating> Operand<T> of(Ops tf, Operand<T> query) {
    Class<T> dtype = query.type();
    Operand<T> scores = AttentionMechanism.rowTimes(tf, query, mechanism.keys(dtype), true);
    return scale ? tf.math.mul(factor.as(dtype).value(), scores) : scores;
  }
}
