package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.interop.Importer;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RowClassifierSession;
import io.github.charlstm.train.Evaluation;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.Locale;

final class EvaluateCommand implements Command {

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
            TextFlags.ENCODING,
            TextFlags.ON_MALFORMED,
            TextFlags.ON_UNKNOWN,
            TrainFlags.BATCH_SIZE.help(
                "streams in parallel, each from a state of zeros; 1 reads the text in order"))
        .examples(
            "evaluate",
            "evaluate --checkpoint checkpoints/anna --data other.txt",
            "evaluate --checkpoint checkpoints/anna --data other.txt --json",
            "evaluate --checkpoint checkpoints/demo --data dickens --batch-size 1",
            "evaluate --checkpoint checkpoints/mnist",
            "evaluate --saved-model exported/anna --vocab anna.txt --data other.txt");
  }

  @Override
  public void run(Flags flags, Console console) {
    if (ExternalModelOptions.areGiven(flags, TrainFlags.BATCH_SIZE)) {
      scoreForeign(flags, console);
      return;
    }
    TrainingCheckpoint checkpoint = RunFolders.openCheckpoint(flags, console);
    if (checkpoint.run() instanceof RunSettings.Images run) {
      scoreImages(flags, checkpoint, run.images(), console);
      return;
    }
    Vocabulary vocabulary = checkpoint.vocabulary();
    TrainingData text =
        TrainingData.again(flags, checkpoint.settings().text(), vocabulary, console);
    EncodedText encoded =
        console.during(
            "encoding the text",
            () -> {
              CharacterText cleaned = checkpoint.settings().preparation().clean(text.characters());
              return text.encode(
                  TextFlags.known(flags, vocabulary, cleaned, console), vocabulary, "");
            });
    boolean imported = Importer.isImported(checkpoint.settings());
    int numSteps = checkpoint.settings().training().numSteps();
    // A stream shorter than a window would be mostly padding.
    int most = Math.max(1, (encoded.length() - 1) / numSteps);
    // The state of another program's model may matter: its text is read in order.
    int trained = imported ? 1 : checkpoint.settings().training().batchSize();
    int streams = flags.get(TrainFlags.BATCH_SIZE, Math.min(trained, most));
    EvaluationBatches batches = new EvaluationBatches(encoded, streams, numSteps);
    Evaluation evaluation = score(checkpoint, batches, streams, numSteps, console);
    String unit = vocabulary.unit();
    print(console, "checkpoint", checkpoint.folder(), text, streams, evaluation, unit);
  }

  private static Evaluation score(
      TrainingCheckpoint checkpoint,
      EvaluationBatches batches,
      int streams,
      int numSteps,
      Console console) {
    try (Progress progress = console.progress("evaluating").total(batches.size(), "windows");
        LanguageModelSession session = checkpoint.session(streams, numSteps)) {
      return Evaluation.of(session, batches, progress::update);
    }
  }

  private static void scoreImages(
      Flags flags, TrainingCheckpoint checkpoint, ImageReference before, Console console) {
    TextFlags.requireNone(flags, "a run on texts; this one is on images");
    if (flags.has(TrainFlags.BATCH_SIZE)) {
      throw new UsageException(TrainFlags.BATCH_SIZE + " is for runs on texts");
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
              flags, flags.get(TextFlags.DATA), TextFormat.UTF_8, Newlines.of(vocabulary), console);
      CharacterText known = TextFlags.known(flags, vocabulary, text.characters(), console);
      int[] encoded = text.encode(known, vocabulary, "").toArray();
      long predictions = encoded.length - 1L;
      try (Progress progress = console.progress("evaluating").total(predictions, unit + "s")) {
        evaluation = new Evaluation(model.crossEntropy(encoded, progress::update), predictions);
      }
    }
    print(console, "model", ExternalModelOptions.path(flags), text, 1, evaluation, unit);
  }

  private static void print(
      Console console,
      String kind,
      Path source,
      TrainingData text,
      int streams,
      Evaluation evaluation,
      String unit) {
    console.result(
        () ->
            Json.object()
                .put(kind, source)
                .put("text", text.identity().source())
                .put("predictions", evaluation.predictions())
                .put("streams", streams)
                .put("loss", evaluation.loss())
                .put("perplexity", evaluation.perplexity())
                .put("bits_per_character", evaluation.bitsPerCharacter()),
        () ->
            console.printPairs(
                Json.object()
                    .put(kind, source)
                    .put("text", text.identity().source())
                    .put("predictions", evaluation.predictions() + " in " + streams + " streams")
                    .put("loss", "%.4f nats per %s", evaluation.loss(), unit)
                    .put("perplexity", "%.4f", evaluation.perplexity())
                    .put("bits per " + unit, "%.4f", evaluation.bitsPerCharacter())));
  }
}
