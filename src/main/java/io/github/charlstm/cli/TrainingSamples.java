package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the model writes on the way, as the cookbook shows it: greedily, from a few primes. */
final class TrainingSamples implements TrainingListener {
  private final Trainer<TextTask> run;
  private final Recipe.Progress progress;
  private final TrainingOutput output;
  private final RunEvents events;

  TrainingSamples(
      Trainer<TextTask> run, Recipe.Progress progress, TrainingOutput output, RunEvents events) {
    this.run = run;
    this.progress = progress;
    this.output = output;
    this.events = events;
  }

  @Override
  public void onStep(StepReport report) {
    if (progress.sampleEvery() == 0 || report.step() % progress.sampleEvery() != 0) {
      return;
    }
    NextSymbolModel model = run.task().snapshot(); // the run's, not ours to close
    Vocabulary vocabulary = run.task().symbols();
    List<String> samples = new ArrayList<>();
    for (String prime : progress.primes()) {
      if (vocabulary.knows(prime)) {
        StringBuilder text = new StringBuilder(prime);
        new TextGenerator(model, vocabulary)
            .generate(prime, progress.sampleLength(), new Greedy(), new Random(0), text::append);
        output.sample(report.step(), text.toString());
        samples.add(text.toString());
      }
    }
    if (!samples.isEmpty()) {
      events.texts("samples/greedy", report.step(), samples);
    }
  }
}
