package io.github.charlstm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.EagerSession;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Loads TensorFlow's library and multiplies two matrices with it: what {@code charlstm doctor}
 * starts in a process of its own, which a broken library may take down.
 */
final class TensorFlowProbe {
  static final String VERSION = "tensorflow ";
  static final String PLATFORM = "platform ";
  static final String LIBRARY = "library ";
  static final String PRODUCT = "product ";
  private static final int SIZE = 64;

  private TensorFlowProbe() {}

  public static void main(String[] arguments) throws IOException {
    JvmSettings.apply();
    System.out.println(PLATFORM + Loader.getPlatform());
    System.out.println(VERSION + TensorFlow.version());
    System.out.println(LIBRARY + library());
    try (EagerSession session = EagerSession.create();
        TFloat32 ones = TFloat32.tensorOf(Shape.of(SIZE, SIZE))) {
      ones.scalars().forEach(value -> value.setFloat(1));
      Ops tf = Ops.create(session);
      var product = tf.linalg.matMul(tf.constantOf(ones), tf.constantOf(ones)).asTensor();
      System.out.println(PRODUCT + (product.getFloat(1, 2) == SIZE ? "right" : "wrong"));
    }
  }

  // Linux says where the library was found; elsewhere it is in the cache of natives.
  private static String library() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (Files.isReadable(maps)) {
      try (Stream<String> lines = Files.lines(maps)) {
        return lines
            .filter(line -> line.contains("libtensorflow"))
            .map(line -> line.substring(line.indexOf('/')))
            .findFirst()
            .orElse("");
      }
    }
    return Loader.getCacheDir().getPath();
  }
}
