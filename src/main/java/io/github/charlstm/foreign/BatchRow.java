package io.github.charlstm.foreign;

import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/**
 * What a graph gave for the first sequence of a window.
 *
 * @param values one row a step, or one row in all; {@code [T][V]}
 * @param alike whether all sequences of the batch gave the same
 */
record BatchRow(float[][] values, boolean alike) {
  private static final float TOLERANCE = 1e-4f;

  /**
   * @param predictions {@code [N*T, V]}, {@code [N, T, V]} or {@code [N, V]}
   */
  static BatchRow of(Tensor predictions, int batchSize, String file) {
    int rank = predictions.shape().numDimensions();
    long size = predictions.shape().size();
    long width = rank < 2 ? 0 : predictions.shape().get(rank - 1);
    if (width < 2 || size / width % batchSize != 0 || size == 0) {
      throw new InteropException(
          String.format(
              "%s: expected predictions of shape [N*T, V], [N, T, V] or [N, V] with N = %s and V at"
                  + " least 2, found %s",
              file, batchSize, predictions.shape()));
    }
    float[] all = floats(predictions, file);
    for (float value : all) {
      if (!Float.isFinite(value)) {
        throw new InteropException(
            file + ": the model predicts " + value + "; its weights may have diverged");
      }
    }
    int steps = Math.toIntExact(size / width / batchSize);
    float[][] values = new float[steps][(int) width];
    boolean alike = true;
    for (int k = 0; k < all.length; k++) {
      int inSequence = k % (steps * (int) width);
      if (k == inSequence) {
        values[k / (int) width][k % (int) width] = all[k];
      } else {
        alike &= Math.abs(all[k] - all[inSequence]) <= TOLERANCE;
      }
    }
    return new BatchRow(values, alike);
  }

  private static float[] floats(Tensor tensor, String file) {
    if (tensor instanceof TFloat32 exact) {
      float[] values = new float[Math.toIntExact(exact.size())];
      exact.asRawTensor().data().asFloats().read(values);
      return values;
    }
    if (!(tensor instanceof TFloat64) && !(tensor instanceof TFloat16)) {
      throw new InteropException(
          file + ": expected predictions of floats, found " + tensor.dataType());
    }
    float[] values = new float[Math.toIntExact(((TFloating) tensor).size())];
    int[] k = {0};
    if (tensor instanceof TFloat64 wide) {
      wide.scalars().forEach(scalar -> values[k[0]++] = (float) scalar.getDouble());
    } else if (tensor instanceof TFloat16 narrow) {
      narrow.scalars().forEach(scalar -> values[k[0]++] = scalar.getFloat());
    }
    return values;
  }

  /** Whether a step has the same row here and there. */
  boolean agrees(BatchRow other, int step) {
    for (int k = 0; k < values[step].length; k++) {
      if (Math.abs(values[step][k] - other.values[step][k]) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }
}
