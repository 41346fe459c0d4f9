package io.github.charlstm.cell;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.RandomSeeds;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.MutableHashTable;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * The numbers of a {@code RandomUniform} operation, bit for bit, in the body of a loop.
 *
 * <p>A body is a function, and a session builds its functions anew for each set of feeds and
 * fetches: a {@code RandomUniform} in it would start its stream again, and masks would repeat.
 * TF1's loops are part of the graph, where the stream goes on. So the position in the stream is
 * kept in a table, which the session holds, and the numbers are drawn at that position by a
 * stateless operation with the same generator.
 */
final class LoopStream {
  // What RandomUniform's kernel advances its generator for each number, in blocks of 128 bits.
  private static final long BLOCKS_PER_NUMBER = 256;
  private static final int PHILOX = 1; // tf.random.Algorithm.PHILOX

  private LoopStream() {}

  static <T extends TFloating> Operand<T> draw(
      Ops body,
      LoopEnvironment loop,
      Operand<TInt32> shape,
      Class<T> dtype,
      RandomSeeds.Pair pair) {
    // its name is unique in the graph, and so names the table
    Operand<TInt64> entry = loop.outside().withName("random_stream").constant(0L);
    Ops tf = body.withSubScope("random_uniform");
    MutableHashTable table =
        tf.mutableHashTable(
            TInt64.class, TInt64.class, MutableHashTable.sharedName(entry.op().name()));
    Operand<TInt64> position = tf.lookupTableFind(table, entry, tf.constant(0L));
    Operand<TInt64> numbers = tf.dtypes.cast(tf.prod(shape, tf.array(0)), TInt64.class);
    Operand<TInt64> next =
        tf.math.add(position, tf.math.mul(numbers, tf.constant(BLOCKS_PER_NUMBER)));
    Ops advanced = tf.withControlDependencies(tf.lookupTableInsert(table, entry, next));
    Operand<TInt64> counter =
        advanced.stack(
            List.of(advanced.identity(position), tf.withName("seed2").constant(pair.seed2())));
    return tf.random.statelessRandomUniformV2(
        shape,
        unsigned(tf, tf.array(pair.seed())),
        unsigned(tf, counter),
        tf.constant(PHILOX),
        dtype);
  }

  // TensorFlow-Java has no type for uint64.
  private static Output<?> unsigned(Ops tf, Operand<TInt64> numbers) {
    return tf.scope()
        .env()
        .opBuilder("Bitcast", tf.scope().makeOpName("Bitcast"), tf.scope())
        .addInput(numbers.asOutput())
        .setAttr("type", DataType.DT_UINT64)
        .build()
        .output(0);
  }
}
