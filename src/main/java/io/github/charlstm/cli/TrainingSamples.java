package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.recipe.Recipe;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.tensorboard.RunEvents;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Samples of a run: during training greedy ones from a few primes, as the cookbook shows them, and
 * at the end one that is drawn from the likeliest symbols with the run's seed. TensorBoard gets
 * both, the latter at each checkpoint.
 */
record TrainingSamples(
    Trainer<TextTask> run, Recipe.Progress progress, TrainingOutput output, RunEvents events)
    implements TrainingListener {
  private static final List<String> WITHOUT_RECIPE = List.of("The ", "the");
  private static final int LENGTH = 500;
  private static final int DOCUMENTS = 10; // of a model of documents

  @Override
  public void onStep(StepReport report) {
    if (progress.sampleEvery() == 0 || report.step() % progress.sampleEvery() != 0) {
      return;
    }
    NextSymbolModel model = run.task().snapshot(); // closed with the run
    Vocabulary vocabulary = run.task().symbols();
    List<String> samples = new ArrayList<>();
    for (String prime : progress.primes()) {
      if (vocabulary.knows(prime)) {
        String text =
            new TextGenerator(model, vocabulary)
                .continued(prime, progress.sampleLength(), new Greedy(), new Random(0));
        output.sample(report.step(), text);
        samples.add(text);
      }
    }
    if (!samples.isEmpty()) {
      events.texts("samples/greedy", report.step(), samples);
    }
  }

  @Override
  public void onCheckpoint(Path checkpoint, long step) {
    if (events.folder().isPresent()) {
      StringBuilder text = new StringBuilder();
      TextTask task = run.task();
      draw(task.snapshot(), task.settings(), task.symbols(), text::append);
      events.texts("samples/drawn", step, List.of(text.toString()));
    }
  }

  /** Prints the sample at the end of training; returns it if it goes into JSON. */
  static String print(Path run, Console console) {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.openBest(run, console::note);
    try (LanguageModelSession session = checkpoint.session(1, 1)) {
      StringBuilder sample = new StringBuilder();
      Consumer<String> sink = console.json() ? sample::append : console.out()::print;
      console.note("a sample, drawn from the 4 likeliest each time (more: charlstm sample):");
      console.out().println();
      draw(session, checkpoint.settings(), checkpoint.vocabulary(), sink);
      console.out().println();
      return sample.toString();
    }
  }

  private static void draw(
      NextSymbolModel model,
      RunSettings.Text settings,
      Vocabulary vocabulary,
      Consumer<String> text) {
    String prime = prime(settings, vocabulary);
    NextSymbolPolicy policy = Except.unknown(vocabulary, new TopN());
    Random random = new Random(settings.training().seed());
    TextGenerator generator = new TextGenerator(model, vocabulary);
    int texts = vocabulary.documentMark().isPresent() ? DOCUMENTS : 1;
    for (int k = 0; k < texts; k++) {
      if (k > 0) {
        text.accept(vocabulary.contains('\n') ? "\n\n" : "\n"); // as between such documents
      }
      text.accept(prime);
      generator.generate(prime, LENGTH, policy, random, text);
    }
  }

  /**
   * The first of the recipe's primes that the vocabulary has, or else its first symbol; nothing for
   * documents, which begin by themselves.
   */
  static String prime(RunSettings.Text settings, Vocabulary vocabulary) {
    return prime(Optional.of(settings), vocabulary);
  }

  /** The same; the models of other programs have no recipe, and begin with "The " or "the". */
  static String prime(Optional<RunSettings.Text> settings, Vocabulary vocabulary) {
    if (vocabulary.documentMark().isPresent()) {
      return "";
    }
    List<String> primes =
        settings
            .flatMap(run -> Recipes.find(run.recipe()))
            .map(recipe -> recipe.progress().primes())
            .orElse(WITHOUT_RECIPE);
    Set<Integer> special = vocabulary.special();
    int first =
        IntStream.range(0, vocabulary.size())
            .filter(k -> !special.contains(k) && vocabulary.contains(vocabulary.symbol(k)))
            .findFirst()
            .orElse(0);
    return primes.stream()
        .filter(vocabulary::knows)
        .findFirst()
        .orElseGet(() -> vocabulary.symbol(first));
  }
}
