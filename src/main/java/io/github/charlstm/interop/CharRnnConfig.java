package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.Saver;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.train.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The options of a run of char-rnn-tensorflow: its {@code config.pkl}. What an older version did
 * not have yet is what the program has done then.
 *
 * @param file where they lie
 * @param options by name, as the program's command line has them
 */
record CharRnnConfig(Path file, Map<String, Object> options) {
  private static final List<String> MODELS = List.of("rnn", "gru", "lstm");

  static CharRnnConfig read(Path file) {
    PickleFile pickle = PickleFile.read(file);
    if (pickle.value() instanceof PickledNamespace namespace) {
      return new CharRnnConfig(file, namespace.attributes());
    }
    // vars(args) is pickled as well as args
    if (pickle.value() instanceof Map<?, ?> dict
        && dict.keySet().stream().allMatch(String.class::isInstance)) {
      Map<String, Object> options = new LinkedHashMap<>();
      dict.forEach((name, value) -> options.put((String) name, value));
      return new CharRnnConfig(file, options);
    }
    throw new InvalidDataException(
        file
            + ": expected the options of char-rnn-tensorflow, an argparse.Namespace or a dict of"
            + " names, found "
            + PickleFile.describe(pickle.value()));
  }

  /** {@code rnn}, {@code gru} or {@code lstm}. */
  String model() {
    Object model = options.get("model");
    if (model instanceof String text && MODELS.contains(text)) {
      return text;
    }
    throw new InvalidDataException(
        file
            + ": the model is "
            + PickleFile.describe(model)
            + "; "
            + String.join(", ", MODELS)
            + " can be imported");
  }

  /** A size, if the options have it. */
  OptionalInt size(String name) {
    return options.containsKey(name) ? OptionalInt.of(whole(name, 0)) : OptionalInt.empty();
  }

  /** How it was trained. */
  TrainingSettings training() {
    try {
      return new TrainingSettings(
          whole("batch_size", 50),
          whole("seq_length", 50),
          whole("num_epochs", 50),
          (float) number("learning_rate", 0.002),
          (float) number("grad_clip", 5),
          number("decay_rate", 0.97),
          (float) number("output_keep_prob", 1),
          (float) number("input_keep_prob", 1),
          whole("save_every", 1000),
          Saver.DEFAULT_MAX_TO_KEEP,
          0,
          0,
          LastTarget.NEXT_CHARACTER,
          0);
    } catch (InvalidDataException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(file + ": " + e.getMessage(), e);
    }
  }

  private int whole(String name, int otherwise) {
    Object value = options.getOrDefault(name, otherwise);
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() == ((Number) value).intValue()) {
      return ((Number) value).intValue();
    }
    throw new InvalidDataException(
        file + ": expected " + name + " to be a whole number, found " + PickleFile.describe(value));
  }

  private double number(String name, double otherwise) {
    Object value = options.getOrDefault(name, otherwise);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new InvalidDataException(
        file + ": expected " + name + " to be a number, found " + PickleFile.describe(value));
  }
}
