package io.github.charlstm.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** Tensors that go into a run, and numbers that come out. */
final class Values {
  private Values() {}

  /**
   * @param fed takes the tensor too, to be closed after the run
   */
  static void feed(Session.Runner runner, List<Tensor> fed, Operand<?> operand, Tensor tensor) {
    fed.add(tensor);
    runner.feed(operand, tensor);
  }

  static float scalar(Tensor tensor) {
    return ((TFloat32) tensor).getFloat();
  }

  /** All values, row-major. */
  static float[] floats(Tensor tensor) {
    TFloat32 source = (TFloat32) tensor;
    float[] values = new float[Math.toIntExact(source.size())];
    source.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
