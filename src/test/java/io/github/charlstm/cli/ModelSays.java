package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * What a model says of a text, asked directly.
 *
 * @param vocabulary the model's
 * @param symbols the text in its numbers
 * @param foretold {@code [position][symbol]}: probabilities before a symbol; nothing at 0
 * @param cells {@code [position][unit]}: c of layer 1 after a symbol
 */
record ModelSays(Vocabulary vocabulary, int[] symbols, float[][] foretold, float[][] cells) {

  static ModelSays of(Path run, String text) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    int[] symbols = checkpoint.vocabulary().encode(text);
    float[][] foretold = new float[symbols.length + 1][];
    float[][] cells = new float[symbols.length][checkpoint.settings().model().units()];
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1)) {
      session.restore(checkpoint.variables());
      for (int k = 0; k < symbols.length; k++) {
        foretold[k + 1] = session.predictNext(symbols[k]);
        ((TFloat32) session.state().get("c_1")).copyTo(DataBuffers.of(cells[k]));
      }
    }
    return new ModelSays(checkpoint.vocabulary(), symbols, foretold, cells);
  }

  double bits(int position) {
    return -Math.log(foretold[position][symbols[position]]) / Math.log(2);
  }
}
