package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Copies of fixtures with changed tensors. */
public final class EditedFolder {
  private EditedFolder() {}

  /** Copies a fixture, its tensors changed, as {@code model.ckpt-<number>}. */
  public static void write(
      Path fixture, Path save, String number, Consumer<Map<String, Tensor>> change)
      throws IOException {
    Files.createDirectories(save);
    try (Stream<Path> files = Files.list(fixture)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".pkl")).toList()) {
        Files.copy(file, save.resolve(file.getFileName()));
      }
    }
    Map<String, Tensor> tensors = read(Importer.CheckpointLocator.find(fixture).prefix());
    change.accept(tensors);
    TensorBundle.write(save.resolve("model.ckpt-" + number), tensors);
    tensors.values().forEach(Tensor::close);
  }

  private static Map<String, Tensor> read(Path prefix) {
    CheckpointReader reader = CheckpointReader.open(prefix);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorInfo info : reader.tensors().values()) {
      tensors.put(
          info.name(),
          info.dtype() == DataType.DT_INT64
              ? TInt64.scalarOf(reader.readLongs(info.name())[0])
              : tensor(info.shape(), reader.readFloats(info.name())));
    }
    return tensors;
  }

  private static TFloat32 tensor(Shape shape, float[] values) {
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }

  static TFloat32 zeros(long... shape) {
    return tensor(Shape.of(shape), new float[(int) Shape.of(shape).size()]);
  }

  static void replace(Map<String, Tensor> tensors, String name, Tensor value) {
    Tensor before = tensors.put(name, value);
    if (before != null) {
      before.close();
    }
  }

  public static void remove(Map<String, Tensor> tensors, String ending) {
    for (String name : List.copyOf(tensors.keySet())) {
      if (name.endsWith(ending)) {
        tensors.remove(name).close();
      }
    }
  }
}
