package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** The checkpoints that {@code scripts/python/checkpoint_fixtures.py} wrote, and their values. */
final class PythonCheckpoints {
  static final Path FOLDER = Path.of("src/test/resources/checkpoints/forms");
  static final List<String> ALL = List.of("v2", "v2-sharded", "v1", "v1-sharded", "v1-packed");

  private static final String VERSION = ".tf-2.15.1";

  private PythonCheckpoints() {}

  /**
   * A tensor as Python saved it.
   *
   * @param values as doubles, which are exact for these types; empty for strings
   * @param strings empty for numbers
   */
  record Expected(TensorInfo info, double[] values, List<byte[]> strings) {}

  static Path prefix(String name) {
    return FOLDER.resolve(name + VERSION);
  }

  /** The files of one checkpoint. */
  static List<Path> files(String name) {
    try (Stream<Path> files = Files.list(FOLDER)) {
      String start = name + VERSION;
      return files
          .filter(
              file -> {
                String rest = file.getFileName().toString();
                return rest.startsWith(start)
                    && (rest.length() == start.length()
                        || ".-".indexOf(rest.charAt(start.length())) >= 0);
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Expected> expected() {
    JsonNode tensors;
    try {
      tensors =
          new ObjectMapper()
              .readTree(FOLDER.resolve("values" + VERSION + ".json").toFile())
              .get("tensors");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Expected> all = new TreeMap<>();
    tensors
        .properties()
        .forEach(field -> all.put(field.getKey(), expected(field.getKey(), field.getValue())));
    return all;
  }

  private static Expected expected(String name, JsonNode node) {
    long[] shape = new long[node.get("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.get("shape").get(i).asLong();
    }
    JsonNode listed = node.get("values");
    String type = node.get("dtype").asText();
    List<byte[]> strings = new ArrayList<>();
    double[] values = new double[type.equals("string") ? 0 : listed.size()];
    for (int i = 0; i < listed.size(); i++) {
      if (type.equals("string")) {
        strings.add(HexFormat.of().parseHex(listed.get(i).asText()));
      } else {
        values[i] =
            listed.get(i).isBoolean()
                ? (listed.get(i).asBoolean() ? 1 : 0)
                : listed.get(i).asDouble();
      }
    }
    return new Expected(new TensorInfo(name, dtype(type), Shape.of(shape)), values, strings);
  }

  private static DataType dtype(String numpy) {
    return switch (numpy) {
      case "float32" -> DataType.DT_FLOAT;
      case "float64" -> DataType.DT_DOUBLE;
      case "float16" -> DataType.DT_HALF;
      default -> DataType.valueOf("DT_" + numpy.toUpperCase(Locale.ROOT));
    };
  }

  /** Fails with an AssertionError if a tensor of the checkpoint is not what Python saved. */
  static void assertHolds(CheckpointReader reader, Map<String, Expected> expected) {
    assertThat(reader.tensors().keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, tensor) -> assertHolds(reader, tensor));
  }

  static void assertHolds(CheckpointReader reader, Expected expected) {
    String name = expected.info().name();
    assertThat(reader.tensors().get(name)).isEqualTo(expected.info());
    try (TType tensor = reader.readTensor(name)) {
      assertThat(tensor.shape()).isEqualTo(expected.info().shape());
      if (tensor instanceof TString strings) {
        List<byte[]> found = new ArrayList<>();
        strings.asBytes().scalars().forEach(scalar -> found.add(scalar.getObject()));
        assertThat(found).as(name).containsExactlyElementsOf(expected.strings());
      } else {
        assertThat(doubles((NdArray<?>) tensor)).as(name).isEqualTo(expected.values());
      }
    }
    switch (expected.info().dtype()) {
      case DT_FLOAT -> {
        float[] found = reader.readFloats(name);
        assertThat(IntStream.range(0, found.length).mapToDouble(i -> found[i]).toArray())
            .as(name)
            .isEqualTo(expected.values());
      }
      case DT_INT32, DT_INT64 ->
          assertThat(Arrays.stream(reader.readLongs(name)).asDoubleStream().toArray())
              .as(name)
              .isEqualTo(expected.values());
      default ->
          assertThatThrownBy(() -> reader.readFloats(name)).isInstanceOf(CheckpointException.class);
    }
  }

  private static double[] doubles(NdArray<?> tensor) {
    List<Double> values = new ArrayList<>();
    for (NdArray<?> scalar : tensor.scalars()) {
      Object value = scalar.getObject();
      if (value instanceof Boolean flag) {
        values.add(flag ? 1.0 : 0.0);
      } else if (value instanceof Byte unsigned) {
        values.add((double) Byte.toUnsignedInt(unsigned));
      } else {
        values.add(((Number) value).doubleValue());
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
