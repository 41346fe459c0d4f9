package io.github.charlstm.loop;

import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/** Precision of a layer's matrix products. Inputs and results are float32. */
public enum MatMulPrecision {
  FLOAT32(TFloat32.class),

  /**
   * Factors and product are rounded to bfloat16, 8 bits of precision instead of 24; sums within a
   * product are float32's where the processor has an instruction for it.
   */
  BFLOAT16(TBfloat16.class);

  private final Class<? extends TType> type;

  MatMulPrecision(Class<? extends TType> type) {
    this.type = type;
  }

  Class<? extends TType> type() {
    return type;
  }

  /** A matrix as a factor of {@link #of}; a factor of several products is rounded once. */
  Operand<?> factor(Ops tf, Operand<TFloat32> matrix) {
    return this == FLOAT32 ? matrix : tf.dtypes.cast(matrix, TBfloat16.class);
  }

  /** The factors are {@code [m, k]} and {@code [k, n]}. */
  Operand<TFloat32> of(Ops tf, Operand<?> left, Operand<?> right) {
    return product(tf, left, right, false);
  }

  /** The factors are {@code [k, m]}, which is transposed, and {@code [k, n]}. */
  Operand<TFloat32> ofTransposed(Ops tf, Operand<?> left, Operand<?> right) {
    return product(tf, left, right, true);
  }

  private Operand<TFloat32> product(Ops tf, Operand<?> left, Operand<?> right, boolean transposed) {
    if (this == FLOAT32) {
      return tf.linalg.matMul(
          left.asOutput().expect(TFloat32.class),
          right.asOutput().expect(TFloat32.class),
          MatMul.transposeA(transposed));
    }
    // oneDNN's kernel by its name: TensorFlow replaces MatMul by it, but not in loops, and no
    // other kernel uses the processor's bfloat16 instructions. Without such a kernel oneDNN
    // aborts the process: callers must check before.
    Output<TBfloat16> product =
        tf.scope()
            .env()
            .opBuilder("_MklMatMul", tf.scope().makeOpName("MatMul"), tf.scope())
            .addInput(left.asOutput())
            .addInput(right.asOutput())
            .setAttr("transpose_a", transposed)
            .setAttr("_kernel", "MklNameChangeOp")
            .build()
            .output(0);
    return tf.dtypes.cast(product, TFloat32.class);
  }
}
