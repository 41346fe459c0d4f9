package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.data.VocabularyMapping;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.NamedTensors;
import io.github.charlstm.model.VocabularyAxes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * The weights of another run as the initial values of a run on a new text (char-rnn: {@code
 * -init_from}). Symbols that both vocabularies have keep their rows of the embedding, of the
 * softmax and of a kernel that reads one-hot symbols; other symbols have the new model's initial
 * values. The optimizer starts anew. Of a run with moving averages, these are taken.
 */
public final class InitialWeights {
  private final TrainingCheckpoint source;

  /** Takes the weights of a checkpoint of a run on a text. */
  public InitialWeights(TrainingCheckpoint source) {
    source.settings();
    this.source = source;
  }

  /** {@return the checkpoint's folder} */
  public Path folder() {
    return source.folder();
  }

  /** {@return name of the recipe of the checkpoint's run} */
  public String recipe() {
    return source.settings().recipe();
  }

  /** {@return the checkpoint's model, for another number of symbols} */
  public ModelSettings model(int vocabularySize) {
    return source.settings().model().withVocabularySize(vocabularySize);
  }

  /** {@return how many symbols of a vocabulary the checkpoint's has too} */
  public long known(Vocabulary vocabulary) {
    return Arrays.stream(VocabularyMapping.of(vocabulary, source.vocabulary()))
        .filter(number -> number != VocabularyMapping.NONE)
        .count();
  }

  /**
   * Gives an initialized session the weights.
   *
   * @throws InvalidRunException if the models differ in more than the number of symbols
   */
  void assignTo(LanguageModelSession session, Vocabulary vocabulary) {
    ModelSettings needed = session.model().settings();
    ModelSettings found = model(needed.vocabularySize());
    if (!needed.equals(found)) {
      throw new InvalidRunException(
          "weights of %s are for the model %s, and this run has %s; leave out what changes the"
                  .formatted(source.folder(), found.describe(), needed.describe())
              + " model");
    }
    int[] numbers = VocabularyMapping.of(vocabulary, source.vocabulary());
    Map<String, Integer> axes = VocabularyAxes.of(needed);
    CheckpointReader reader = CheckpointReader.open(source.variables());
    Map<String, Tensor> values = new HashMap<>();
    try (NamedTensors initial = session.trainableValues()) {
      initial
          .byName()
          .forEach(
              (name, value) -> {
                String average = GraphSession.averageName(name);
                float[] trained = reader.readFloats(reader.hasTensor(average) ? average : name);
                float[] all =
                    axes.containsKey(name)
                        ? moved(value, trained, numbers, axes.get(name), source.vocabulary().size())
                        : trained;
                values.put(
                    name, TFloat32.tensorOf(value.shape(), DataBuffers.of(all, true, false)));
              });
      session.assign(values);
    } finally {
      values.values().forEach(Tensor::close);
    }
  }

  // Of rank 1 or 2. Behind the symbols of the axis come the same further indices in both.
  private static float[] moved(
      TFloat32 initial, float[] trained, int[] numbers, int axis, int trainedSymbols) {
    float[] all = new float[Math.toIntExact(initial.size())];
    initial.asRawTensor().data().asFloats().read(all);
    int length = Math.toIntExact(initial.shape().get(axis));
    int inner = axis == 0 ? all.length / length : 1; // numbers from one index to the next
    int outer = all.length / (length * inner);
    int trainedLength = trained.length / (inner * outer);
    for (int index = 0; index < length; index++) {
      int from = index < numbers.length ? numbers[index] : index - numbers.length + trainedSymbols;
      for (int k = 0; from != VocabularyMapping.NONE && k < outer; k++) {
        System.arraycopy(
            trained, (k * trainedLength + from) * inner, all, (k * length + index) * inner, inner);
      }
    }
    return all;
  }
}
