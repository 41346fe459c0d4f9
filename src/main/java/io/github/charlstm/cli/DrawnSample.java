package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** The sample that a training ends with: drawn from the likeliest, with the run's seed. */
final class DrawnSample {
  private static final int LENGTH = 500;

  private DrawnSample() {}

  /** Writes it to a receiver, piece by piece, the prime first. */
  static void write(
      NextSymbolModel model,
      RunSettings.Text settings,
      Vocabulary vocabulary,
      Consumer<String> text) {
    String prime = Primes.first(settings, vocabulary);
    text.accept(prime);
    new TextGenerator(model, vocabulary)
        .generate(prime, LENGTH, new TopN(), new Random(settings.training().seed()), text);
  }

  /** One at each checkpoint, if somebody wants to see it in TensorBoard. */
  static TrainingListener atCheckpoints(Trainer<TextTask> run, RunEvents events) {
    return new TrainingListener() {
      @Override
      public void onCheckpoint(Path checkpoint, long step) {
        if (events.folder().isPresent()) {
          StringBuilder text = new StringBuilder();
          write(run.task().snapshot(), run.task().settings(), run.task().symbols(), text::append);
          events.texts("samples/drawn", step, List.of(text.toString()));
        }
      }
    };
  }
}
