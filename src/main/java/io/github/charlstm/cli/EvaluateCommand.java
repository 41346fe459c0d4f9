package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.interop.Importer;
import io.github.charlstm.model.AdaptiveSession;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RowClassifierSession;
import io.github.charlstm.train.DynamicEvaluation;
import io.github.charlstm.train.Evaluation;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.TextParts;
import io.github.charlstm.train.TextParts.Part;
import io.github.charlstm.train.TrainingCheckpoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

final class EvaluateCommand implements Command {
  private static final Flag<Part> SPLIT =
      Flag.oneOf(
          "split",
          List.of(Part.TRAIN, Part.VALIDATION, Part.TEST),
          part -> part.name().toLowerCase(Locale.ROOT),
          "score only this part of what the run was trained on");

  private static final Flag<Boolean> DYNAMIC =
      Flag.toggle(
          "dynamic",
          "adapt the weights to the text as it is scored (dynamic evaluation), in order");
  private static final Flag<Float> DYNAMIC_RATE =
      TrainFlags.positive("dynamic-rate", "its learning rate").orElse(0.001f);
  private static final Flag<Float> DYNAMIC_DECAY =
      TrainFlags.belowOne("dynamic-decay", "its share of the way back to the trained weights")
          .map(Double::floatValue)
          .orElse(0.02f);

  private static final Flag<Double> TEMPERATURE =
      Flag.number(
          "temperature",
          value -> value > 0,
          "a number above 0",
          "of the probabilities that are scored (default: 1)");

  private static final Flag<?>[] OF_RUNS_ON_TEXTS = {
    TrainFlags.BATCH_SIZE, SPLIT, DYNAMIC, DYNAMIC_RATE, DYNAMIC_DECAY, TEMPERATURE
  };

  @Override
  public Usage usage() {
    return Usage.of(
            "evaluate",
            "loss, perplexity and bits per character of a checkpoint, or of a model from Python, on"
                + " a text; accuracy of a classifier of images")
        .flags(RunFolders.CHECKPOINT)
        .flags(ExternalModelOptions.flags(true))
        .flags(
            TextFlags.DATA.help(
                "a text file or a data set's name (default: what it was trained on, whole)"),
            SPLIT,
            DYNAMIC,
            DYNAMIC_RATE,
            DYNAMIC_DECAY,
            TEMPERATURE,
            TextFlags.ENCODING,
            TextFlags.ON_MALFORMED,
            TextFlags.ON_UNKNOWN,
            TrainFlags.BATCH_SIZE.help(
                "streams in parallel, each from a state of zeros; 1 reads the text in order"))
        .examples(
            "evaluate",
            "evaluate --checkpoint checkpoints/anna --data other.txt",
            "evaluate --checkpoint checkpoints/own --split test",
            "evaluate --checkpoint checkpoints/own --split validation --dynamic",
            "evaluate --checkpoint checkpoints/anna --data other.txt --json",
            "evaluate --checkpoint checkpoints/demo --data dickens --batch-size 1",
            "evaluate --checkpoint checkpoints/mnist",
            "evaluate --saved-model exported/anna --vocab anna.txt --data other.txt");
  }

  @Override
  public void run(Flags flags, Console console) {
    if (ExternalModelOptions.areGiven(flags, OF_RUNS_ON_TEXTS)) {
      scoreForeign(flags, console);
      return;
    }
    TrainingCheckpoint checkpoint = RunFolders.openCheckpoint(flags, console);
    if (checkpoint.run() instanceof RunSettings.Images run) {
      scoreImages(flags, checkpoint, run.images(), console);
      return;
    }
    Vocabulary vocabulary = checkpoint.vocabulary();
    RunSettings.Text run = checkpoint.settings();
    checkDynamic(flags);
    TrainingData text = text(flags, run, vocabulary, console);
    if (flags.has(DYNAMIC)) {
      adapt(flags, checkpoint, text, console);
      return;
    }
    Part part = flags.get(SPLIT, Part.WHOLE);
    EvaluationWindows windows =
        console.during(
            "encoding the text", () -> windows(flags, run, vocabulary, text, part, console));
    int numSteps = run.training().numSteps();
    Evaluation evaluation =
        score(checkpoint, windows, flags.find(TEMPERATURE), windows.rows(), numSteps, console);
    print(console, what(flags, checkpoint, text), windows.rows(), evaluation, vocabulary.unit());
  }

  private static void checkDynamic(Flags flags) {
    if (!flags.has(DYNAMIC)) {
      for (Flag<?> flag : List.of(DYNAMIC_RATE, DYNAMIC_DECAY)) {
        if (flags.has(flag)) {
          throw new UsageException("%s needs %s", flag, DYNAMIC);
        }
      }
      return;
    }
    if (!flags.has(SPLIT) || flags.has(TrainFlags.BATCH_SIZE)) {
      throw new UsageException(
          "%s needs %s, a part of the run's own text, and reads it in order, without %s",
          DYNAMIC, SPLIT, TrainFlags.BATCH_SIZE);
    }
    if (flags.has(TEMPERATURE)) {
      throw new UsageException("%s does not go with %s", TEMPERATURE, DYNAMIC);
    }
  }

  private static void adapt(
      Flags flags, TrainingCheckpoint checkpoint, TrainingData text, Console console) {
    RunSettings.Text run = checkpoint.settings();
    Vocabulary vocabulary = checkpoint.vocabulary();
    TextParts parts = TextParts.of(run, cleaned(flags, run, vocabulary, text, console));
    Function<CharacterText, EncodedText> encoder = one -> text.encode(one, vocabulary, "");
    EvaluationWindows training = parts.windows(Part.TRAIN, vocabulary, encoder, 1);
    EvaluationWindows windows = parts.windows(flags.get(SPLIT), vocabulary, encoder, 1);
    AdaptiveSession.Settings settings =
        new AdaptiveSession.Settings(flags.get(DYNAMIC_RATE), flags.get(DYNAMIC_DECAY));
    Evaluation evaluation;
    try (Progress progress =
            console
                .progress("evaluating")
                .total(DynamicEvaluation.windows(training, windows), "windows");
        AdaptiveSession session =
            AdaptiveSession.of(
                run.model(), 1, run.training().numSteps(), settings, checkpoint.variables())) {
      evaluation = DynamicEvaluation.of(session, training, windows, progress::update);
    }
    print(console, what(flags, checkpoint, text), 1, evaluation, vocabulary.unit());
  }

  private static TrainingData text(
      Flags flags, RunSettings.Text run, Vocabulary vocabulary, Console console) {
    TrainingData text = TrainingData.again(flags, run, vocabulary, console);
    if (!flags.has(SPLIT)) {
      return text;
    }
    TrainingData all = TrainingConfig.heldOutAgain(flags, run.text(), text, console);
    run.requireSameTexts(all.identity());
    return all;
  }

  private static TextCorpus cleaned(
      Flags flags,
      RunSettings.Text run,
      Vocabulary vocabulary,
      TrainingData text,
      Console console) {
    return text.corpus()
        .map(run.preparation()::clean)
        .map(one -> TextFlags.known(flags, vocabulary, one, console));
  }

  private static EvaluationWindows windows(
      Flags flags,
      RunSettings.Text run,
      Vocabulary vocabulary,
      TrainingData text,
      Part part,
      Console console) {
    TextCorpus cleaned = cleaned(flags, run, vocabulary, text, console);
    TextParts parts =
        part == Part.WHOLE ? TextParts.whole(run, cleaned.text()) : TextParts.of(run, cleaned);
    Function<CharacterText, EncodedText> encoder = one -> text.encode(one, vocabulary, "");
    if (flags.has(TrainFlags.BATCH_SIZE)) {
      return parts.windows(part, vocabulary, encoder, flags.get(TrainFlags.BATCH_SIZE));
    }
    // The state of another program's model may matter: its text is read in order.
    int trained = Importer.isImported(run) ? 1 : run.training().batchSize();
    return parts.windowsOfAtMost(part, vocabulary, encoder, trained);
  }

  private static Evaluation score(
      TrainingCheckpoint checkpoint,
      EvaluationWindows batches,
      Optional<Double> temperature,
      int streams,
      int numSteps,
      Console console) {
    try (Progress progress = console.progress("evaluating").total(batches.size(), "windows");
        LanguageModelSession session = checkpoint.session(streams, numSteps)) {
      return temperature.isPresent()
          ? Evaluation.of(session, batches, temperature.get(), progress::update)
          : Evaluation.of(session, batches, progress::update);
    }
  }

  private static void scoreImages(
      Flags flags, TrainingCheckpoint checkpoint, ImageReference before, Console console) {
    TextFlags.requireNone(flags, "a run on texts; this one is on images");
    for (Flag<?> flag : OF_RUNS_ON_TEXTS) {
      if (flags.has(flag)) {
        throw new UsageException(flag + " is for runs on texts");
      }
    }
    MnistImages images = TrainingData.images(TrainingConfig.place(flags, before), console).test();
    RowClassifierSession.Measure measure =
        console.during(
            "evaluating",
            () -> {
              try (RowClassifierSession session = checkpoint.imageSession()) {
                return session.measure(images);
              }
            });
    String form = checkpoint.images().model().crossEntropy().name().toLowerCase(Locale.ROOT);
    console.result(
        () ->
            Json.object()
                .put("checkpoint", checkpoint.folder())
                .put("images", images.size())
                .put("loss", measure.loss())
                .put("accuracy", measure.accuracy()),
        () ->
            console.printPairs(
                Json.object()
                    .put("checkpoint", checkpoint.folder())
                    .put("test images", images.size())
                    .put("loss", "%.4f (%s cross-entropy)", measure.loss(), form)
                    .put("accuracy", "%.4f", measure.accuracy())));
  }

  private static void scoreForeign(Flags flags, Console console) {
    if (!flags.has(TextFlags.DATA)) {
      throw new UsageException(
          TextFlags.DATA
              + " is missing: a model from Python does not name the text it was trained on");
    }
    ExternalModelOptions.Opened opened = ExternalModelOptions.open(flags, console);
    String unit = opened.vocabulary().unit();
    TrainingData text;
    Evaluation evaluation;
    try (ForeignModel model = opened.model()) {
      Vocabulary vocabulary = opened.vocabulary();
      text =
          TrainingData.find(
              flags,
              flags.get(TextFlags.DATA),
              TextFormat.UTF_8,
              Newlines.of(vocabulary),
              Division.NONE,
              console);
      CharacterText known = TextFlags.known(flags, vocabulary, text.characters(), console);
      int[] encoded = text.encode(known, vocabulary, "").toArray();
      long predictions = encoded.length - 1L;
      try (Progress progress = console.progress("evaluating").total(predictions, unit + "s")) {
        evaluation = new Evaluation(model.crossEntropy(encoded, progress::update), predictions);
      }
    }
    Json what =
        Json.object()
            .put("model", ExternalModelOptions.path(flags))
            .put("text", text.identity().describe());
    print(console, what, 1, evaluation, unit);
  }

  private static Json what(Flags flags, TrainingCheckpoint checkpoint, TrainingData text) {
    Json what =
        Json.object()
            .put("checkpoint", checkpoint.folder())
            .put("text", text.identity().describe());
    flags.find(SPLIT).ifPresent(part -> what.put("split", part.name().toLowerCase(Locale.ROOT)));
    if (flags.has(DYNAMIC)) {
      what.put("dynamic", true)
          .put("dynamic_rate", flags.get(DYNAMIC_RATE))
          .put("dynamic_decay", flags.get(DYNAMIC_DECAY));
    }
    flags.find(TEMPERATURE).ifPresent(temperature -> what.put("temperature", temperature));
    return what;
  }

  private static void print(
      Console console, Json what, int streams, Evaluation evaluation, String unit) {
    console.result(
        () ->
            what.put("predictions", evaluation.predictions())
                .put("streams", streams)
                .put("loss", evaluation.loss())
                .put("perplexity", evaluation.perplexity())
                .put("bits_per_character", evaluation.bitsPerCharacter()),
        () ->
            console.printPairs(
                what.put("predictions", evaluation.predictions() + " in " + streams + " streams")
                    .put("loss", "%.4f nats per %s", evaluation.loss(), unit)
                    .put("perplexity", "%.4f", evaluation.perplexity())
                    .put("bits per " + unit, "%.4f", evaluation.bitsPerCharacter())));
  }
}
