package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * A model's probabilities and cells over a text, computed step by step.
 *
 * @param vocabulary the model's
 * @param symbols the encoded text
 * @param predicted {@code [position][symbol]}: probabilities of the next symbol; empty at 0
 * @param cells {@code [position][unit]}: c of layer 1 after a symbol
 */
record ReferencePredictions(
    Vocabulary vocabulary, int[] symbols, float[][] predicted, float[][] cells) {

  static ReferencePredictions of(Path run, String text) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    int[] symbols = checkpoint.vocabulary().encode(text);
    float[][] predicted = new float[symbols.length + 1][];
    float[][] cells = new float[symbols.length][checkpoint.settings().model().units()];
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1)) {
      session.restore(checkpoint.variables());
      for (int k = 0; k < symbols.length; k++) {
        predicted[k + 1] = session.predictNext(symbols[k]);
        ((TFloat32) session.state().get("c_1")).copyTo(DataBuffers.of(cells[k]));
      }
    }
    return new ReferencePredictions(checkpoint.vocabulary(), symbols, predicted, cells);
  }

  double bits(int position) {
    return -Math.log(predicted[position][symbols[position]]) / Math.log(2);
  }
}
