package io.github.charlstm.loop;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.StridedSlice;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Operations of while loops for which {@code Ops} has no suitable method. */
final class WhileOps {
  private WhileOps() {}

  /** A while operation; its functions are in the graph already, under names from {@code loop}. */
  static OperationBuilder whileLoop(
      Ops tf, String name, String loop, List<? extends Operand<?>> variables) {
    return whileLoop(tf, name, loop, variables, Map.of());
  }

  /**
   * A while operation that TensorFlow runs as TF1's loop, a part of the graph (Python: {@code
   * tf.while_loop}). Then its products and activations are computed by the kernels that the same
   * operations have outside of a loop, and the results are equal bit for bit; those of functions
   * differ in the last bits.
   */
  static OperationBuilder loweredLoop(
      Ops tf, String name, String loop, List<? extends Operand<?>> variables) {
    return whileLoop(tf, name, loop, variables).setAttr("_lower_using_switch_merge", true);
  }

  /** A while operation whose steps run in one thread each, without the cost of scheduling. */
  static OperationBuilder sequentialLoop(
      Ops tf, String name, String loop, List<? extends Operand<?>> variables) {
    ByteString executor = ByteString.copyFromUtf8("SINGLE_THREADED_EXECUTOR");
    return whileLoop(
        tf,
        name,
        loop,
        variables,
        Map.of("_executor", AttrValue.newBuilder().setS(executor).build()));
  }

  private static OperationBuilder whileLoop(
      Ops tf,
      String name,
      String loop,
      List<? extends Operand<?>> variables,
      Map<String, AttrValue> attributes) {
    // Not Ops.while(ConcreteFunction): attaching a function inside a gradient callback deadlocks.
    return tf.scope()
        .env()
        .opBuilder("While", tf.scope().makeOpName(name), tf.scope())
        .addInputList(variables.stream().map(Operand::asOutput).toArray(Output[]::new))
        .setAttr("cond", function(Functions.condition(loop), attributes))
        .setAttr("body", function(Functions.body(loop), attributes))
        .setAttr("parallel_iterations", 1L);
  }

  /** A list of {@code length} tensors of any shapes, all yet unset. */
  static Operand<?> list(Ops tf, Operand<TInt32> length, Class<? extends TType> type) {
    return tf.tensorListReserve(tf.constant(-1), length, type);
  }

  /** An empty list of tensors of any shapes, to which tensors are pushed. */
  static Operand<?> emptyList(Ops tf, DataType type) {
    return tf.scope()
        .env()
        .opBuilder("EmptyTensorList", tf.scope().makeOpName("EmptyTensorList"), tf.scope())
        .addInput(tf.constant(-1).asOutput())
        .addInput(tf.constant(-1).asOutput())
        .setAttr("element_dtype", type)
        .build()
        .output(0);
  }

  /** A scalar zero of any type. */
  static Operand<?> zero(Ops tf, DataType type) {
    return tf.scope()
        .env()
        .opBuilder("Cast", tf.scope().makeOpName("Cast"), tf.scope())
        .addInput(tf.constant(0).asOutput())
        .setAttr("DstT", type)
        .build()
        .output(0);
  }

  // setAttr(String, Shape[]) confuses sizes if a shape is unknown.
  static AttrValue shapes(List<Shape> shapes) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (Shape shape : shapes) {
      TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
      if (shape.isUnknown()) {
        proto.setUnknownRank(true);
      } else {
        for (long size : shape.asArray()) {
          proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
        }
      }
      list.addShape(proto);
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  /** A shape for messages; Shape.toString() of an unknown one is null. */
  static String text(Shape shape) {
    return shape.isUnknown() ? "an unknown shape" : shape.toString();
  }

  /** One size of a tensor, as a scalar. */
  static Operand<TInt32> size(Ops tf, Operand<TInt32> shape, int dimension) {
    return tf.gather(shape, tf.constant(dimension), tf.constant(0));
  }

  /** {@code tensor[place]}; shares the memory of the tensor where that is aligned. */
  static <T extends TType> Operand<T> row(Ops tf, Operand<T> tensor, Operand<TInt32> place) {
    Operand<TInt32> begin = tf.reshape(place, tf.array(1));
    Operand<TInt32> end = tf.math.add(begin, tf.array(1));
    return tf.stridedSlice(tensor, begin, end, tf.array(1), StridedSlice.shrinkAxisMask(1L));
  }

  /**
   * Sets {@code tensor[place]} in place, without a copy: only for tensors that were made for the
   * loop and that no other operation reads meanwhile.
   */
  static <T extends TType> Operand<T> withRow(
      Ops tf, Operand<T> tensor, Operand<TInt32> place, Operand<T> row) {
    return tf.inplaceUpdate(
        tensor, tf.reshape(place, tf.array(1)), tf.expandDims(row, tf.constant(0)));
  }

  /** An uninitialized tensor {@code [length, batch, width]} for a loop to write into. */
  static <T extends TType> Operand<T> buffer(
      Ops tf, Class<T> type, Operand<TInt32> length, Operand<TInt32> batch, long width) {
    List<Operand<TInt32>> shape = List.of(length, batch, tf.constant(Math.toIntExact(width)));
    return tf.stopGradient(tf.empty(tf.stack(shape), type));
  }

  private static AttrValue function(String name, Map<String, AttrValue> attributes) {
    return AttrValue.newBuilder()
        .setFunc(NameAttrList.newBuilder().setName(name).putAllAttr(attributes))
        .build();
  }
}
