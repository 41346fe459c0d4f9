package io.github.charlstm.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.tensorflow.ndarray.Shape;

/** Reads the results of Python's TensorFlow. */
final class GoldenFile {
  private GoldenFile() {}

  /** The cases of a file in {@code src/test/resources/goldens}, each under its name. */
  static Stream<Named<JsonNode>> cases(String name) {
    try (InputStream file = GoldenFile.class.getResourceAsStream("/goldens/" + name)) {
      List<Named<JsonNode>> cases = new ArrayList<>();
      for (JsonNode one : new ObjectMapper().readTree(file).required("cases")) {
        cases.add(Named.of(one.required("case").asText(), one));
      }
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] floats(JsonNode numbers) {
    float[] values = new float[numbers.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) numbers.get(k).doubleValue();
    }
    return values;
  }

  static Shape shape(JsonNode sizes) {
    long[] dimensions = new long[sizes.size()];
    for (int k = 0; k < dimensions.length; k++) {
      dimensions[k] = sizes.get(k).asLong();
    }
    return Shape.of(dimensions);
  }
}
