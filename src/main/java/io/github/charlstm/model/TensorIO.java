package io.github.charlstm.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Tensors that go into a run, and numbers that come out. */
final class TensorIO {
  private TensorIO() {}

  /**
   * @param fed takes the tensor too, to be closed after the run
   */
  static void feed(Session.Runner runner, List<Tensor> fed, Operand<?> operand, Tensor tensor) {
    fed.add(tensor);
    runner.feed(operand, tensor);
  }

  /** Symbols as a tensor {@code [N, T]} that a model's placeholders take. */
  static TInt32 window(LanguageModel model, int[] symbols) {
    Shape shape = Shape.of(model.batchSize(), model.numSteps());
    if (symbols.length != shape.size()) {
      throw new IllegalArgumentException(
          "a window of this graph has shape "
              + shape
              + ", so "
              + shape.size()
              + " characters; found "
              + symbols.length);
    }
    return TInt32.tensorOf(shape, DataBuffers.of(symbols, true, false));
  }

  /** Classes as rows of zeros with a single one, {@code [N, K]}, row-major. */
  static float[] oneHot(int[] labels, int classes) {
    float[] rows = new float[Math.multiplyExact(labels.length, classes)];
    for (int k = 0; k < labels.length; k++) {
      if (labels[k] < 0 || labels[k] >= classes) {
        throw new IllegalArgumentException(
            "expected labels from 0 to "
                + (classes - 1)
                + ", found "
                + labels[k]
                + " at position "
                + k);
      }
      rows[k * classes + labels[k]] = 1;
    }
    return rows;
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
