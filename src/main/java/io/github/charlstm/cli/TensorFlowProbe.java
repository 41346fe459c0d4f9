package io.github.charlstm.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.EagerSession;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Loads TensorFlow's library and multiplies two matrices. {@code charlstm doctor} runs it in a
 * process of its own, which a broken library may crash.
 */
final class TensorFlowProbe {
  private static final String LIBRARIES = "org/tensorflow/internal/c_api/";
  private static final int SIZE = 64;

  private TensorFlowProbe() {}

  public static void main(String[] arguments) throws IOException {
    JvmSettings.apply();
    System.out.println("platform " + Loader.getPlatform());
    System.out.println("jar " + jar());
    System.out.println("natives " + Loader.getCacheDir());
    System.out.println("tensorflow " + TensorFlow.version());
    library().ifPresent(path -> System.out.println("library " + path));
    try (EagerSession session = EagerSession.create();
        TFloat32 ones = TFloat32.tensorOf(Shape.of(SIZE, SIZE))) {
      ones.scalars().forEach(value -> value.setFloat(1));
      Ops tf = Ops.create(session);
      var product = tf.linalg.matMul(tf.constantOf(ones), tf.constantOf(ones)).asTensor();
      System.out.println("product " + (product.getFloat(1, 2) == SIZE ? "right" : "wrong"));
    }
  }

  // The jar's name, from .../tensorflow-core-native-1.1.0-linux-x86_64.jar!/org/tensorflow/...
  private static String jar() {
    URL place =
        TensorFlow.class.getClassLoader().getResource(LIBRARIES + Loader.getPlatform() + "/");
    return place == null
        ? ""
        : place.getPath().replaceFirst("!/.*", "").replaceFirst(".*/(?=.)", "");
  }

  // Linux only: the file that the library was loaded from.
  private static Optional<String> library() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines
          .filter(line -> line.contains("libtensorflow"))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst();
    }
  }
}
