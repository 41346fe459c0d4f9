package io.github.charlstm.checkpoint;

import java.nio.file.Path;
import java.util.Optional;

/** Files of Keras, {@code .h5}, {@code .hdf5} and {@code .keras}, which are not read. */
public final class KerasFile {
  private KerasFile() {}

  /** {@return how to convert a file, in a sentence, if its name is that of one of Keras} */
  public static Optional<String> remedy(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.matches(".*\\.(h5|hdf5|keras)")) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            "%s is a file of Keras; convert it in Python: keras.models.load_model('%s').export("
                + "'exported') of Keras 3, or tf.saved_model.save(model, 'exported') (of weights"
                + " alone, such as textgenrnn's, build the model and load them first), and run the"
                + " folder as `saved_model`",
            file, name));
  }
}
