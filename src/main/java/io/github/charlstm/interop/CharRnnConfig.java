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
 * The options of a run of char-rnn-tensorflow, from its {@code config.pkl}. Options that the
 * program's version did not have yet default to what it did then.
 *
 * @param options by the names of the program's command line
 */
record CharRnnConfig(Path file, Map<String, Object> options) {
  private static final List<String> MODELS = List.of("rnn", "gru", "lstm");

  static CharRnnConfig read(Path file) {
    PickleFile pickle = PickleFile.read(file);
    if (pickle.value() instanceof PickleFile.Namespace namespace) {
      return new CharRnnConfig(file, namespace.attributes());
    }
    // some programs pickle vars(args)
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
    throw InvalidDataException.of(
        "%s: the model is %s; %s can be imported",
        file, PickleFile.describe(model), String.join(", ", MODELS));
  }

  /** A size, if the options have it. */
  OptionalInt size(String name) {
    return options.containsKey(name) ? OptionalInt.of(whole(name, 0)) : OptionalInt.empty();
  }

  /** The settings of the training. */
  TrainingSettings training() {
    try {
      return TrainingSettings.builder()
          .batchSize(whole("batch_size", 50))
          .numSteps(whole("seq_length", 50))
          .epochs(whole("num_epochs", 50))
          .learningRate((float) number("learning_rate", 0.002))
          .gradClip((float) number("grad_clip", 5))
          .decayRate(number("decay_rate", 0.97))
          .keepProb((float) number("output_keep_prob", 1))
          .inputKeepProb((float) number("input_keep_prob", 1))
          .saveEvery(whole("save_every", 1000))
          .maxToKeep(Saver.DEFAULT_MAX_TO_KEEP)
          .lastTarget(LastTarget.NEXT_CHARACTER)
          .build();
    } catch (InvalidDataException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(file + ": " + e.getMessage(), e);
    }
  }

  private int whole(String name, int byDefault) {
    Object value = options.getOrDefault(name, byDefault);
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() == ((Number) value).intValue()) {
      return ((Number) value).intValue();
    }
    throw notA("a whole number", name, value);
  }

  private double number(String name, double byDefault) {
    Object value = options.getOrDefault(name, byDefault);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw notA("a number", name, value);
  }

  private InvalidDataException notA(String expected, String name, Object value) {
    return InvalidDataException.of(
        "%s: expected %s to be %s, found %s", file, name, expected, PickleFile.describe(value));
  }
}
