package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** A tensor of a golden file: flat, row-major. */
record GoldenTensor(Shape shape, float[] values) {

  static GoldenTensor of(JsonNode node) {
    float[] values = new float[node.get("values").size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) node.get("values").get(k).asDouble();
    }
    return new GoldenTensor(shape(node.get("shape")), values);
  }

  static List<GoldenTensor> list(JsonNode nodes) {
    List<GoldenTensor> tensors = new ArrayList<>();
    nodes.forEach(node -> tensors.add(of(node)));
    return tensors;
  }

  static Shape shape(JsonNode sizes) {
    return Shape.of(
        StreamSupport.stream(sizes.spliterator(), false).mapToLong(JsonNode::asLong).toArray());
  }

  TFloat32 tensor() {
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }

  /** Largest difference, as a share of the largest number of this tensor, or of 1. */
  double difference(float[] found) {
    return largestDifference(found) / Math.max(1, largest());
  }

  /** Largest difference, as a share of the largest number of this tensor, or of 0.01. */
  double relativeDifference(float[] found) {
    return largestDifference(found) / Math.max(0.01, largest());
  }

  private double largest() {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private double largestDifference(float[] found) {
    if (found.length != values.length) {
      throw new AssertionError(
          "expected " + values.length + " numbers, shape " + shape + ", found " + found.length);
    }
    double largest = 0;
    for (int k = 0; k < values.length; k++) {
      double difference = Math.abs((double) found[k] - values[k]);
      // NaN is not a small difference.
      largest = difference <= largest ? largest : difference;
    }
    return Double.isNaN(largest) ? Double.POSITIVE_INFINITY : largest;
  }
}
