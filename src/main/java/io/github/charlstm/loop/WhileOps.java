package io.github.charlstm.loop;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Operations around a while loop for which {@code Ops} has no method, or an awkward one. */
final class WhileOps {
  private WhileOps() {}

  /** A while operation whose functions are in the graph already. */
  static OperationBuilder whileLoop(
      Ops tf, String name, String condition, String body, List<? extends Operand<?>> variables) {
    // Not Ops.while(ConcreteFunction): attaching a function inside a gradient callback deadlocks.
    return tf.scope()
        .env()
        .opBuilder("While", tf.scope().makeOpName(name), tf.scope())
        .addInputList(variables.stream().map(Operand::asOutput).toArray(Output[]::new))
        .setAttr("cond", function(condition))
        .setAttr("body", function(body))
        .setAttr("parallel_iterations", 1L);
  }

  /** A list of {@code length} tensors of any shapes, all yet unset. */
  static Operand<?> list(Ops tf, Operand<TInt32> length, Class<? extends TType> type) {
    return tf.tensorListReserve(tf.constant(-1), length, type);
  }

  /** A list of floats as one tensor, {@code [length, elementShape]}; unset places are zeros. */
  static Operand<TFloat32> stacked(Ops tf, Operand<?> list, Operand<TInt32> elementShape) {
    return tf.tensorListStack(list, elementShape, TFloat32.class);
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

  // setAttr(String, Shape[]) mixes the sizes up where a shape is unknown.
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

  /** A shape for messages; Shape itself calls an unknown one null. */
  static String text(Shape shape) {
    return shape.isUnknown() ? "an unknown shape" : shape.toString();
  }

  private static AttrValue function(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }
}
