package io.github.charlstm.cli;

import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.Evaluation;
import io.github.charlstm.train.TrainingCheckpoint;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;

/** {@code charlstm evaluate}. */
final class EvaluateCommand implements Command {

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String summary() {
    return "loss, perplexity and bits per character of a checkpoint on a text";
  }

  @Override
  public Options options() {
    Options options = CheckpointFlag.options();
    options.addOption(
        null,
        "data",
        true,
        "a text file or a data set's name (default: what it was trained on, whole)");
    options.addOption(
        null,
        "batch-size",
        true,
        "streams side by side, each from a state of zeros; 1 reads in order");
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "evaluate",
        "evaluate --checkpoint checkpoints/anna --data other.txt",
        "evaluate --checkpoint checkpoints/demo --data dickens --batch-size 1");
  }

  private static int[] encode(Vocabulary vocabulary, LoadedText text) {
    try {
      return vocabulary.encode(text.characters());
    } catch (InvalidDataException e) {
      throw new InvalidDataException("text " + text.identity().source() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void run(Flags flags, Console console) {
    var streamsGiven = flags.integer("batch-size", 1, 1_000_000);
    TrainingCheckpoint checkpoint = CheckpointFlag.open(flags);
    LoadedText text = LoadedText.again(flags.text("data"), checkpoint.settings().text(), console);
    int[] encoded = encode(checkpoint.vocabulary(), text);
    int numSteps = checkpoint.settings().training().numSteps();
    // A stream shorter than a window would be mostly padding.
    int most = Math.max(1, (encoded.length - 1) / numSteps);
    int streams = streamsGiven.orElse(Math.min(checkpoint.settings().training().batchSize(), most));
    EvaluationBatches batches = new EvaluationBatches(encoded, streams, numSteps);
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), streams, numSteps)) {
      session.restore(checkpoint.variables());
      Evaluation evaluation = Evaluation.of(session, batches);
      console
          .out()
          .printf(
              Locale.ROOT,
              "checkpoint          %s%ntext                %s%npredictions         %d in %d"
                  + " streams%nloss                %.4f nats per character%nperplexity         "
                  + " %.4f%nbits per character  %.4f%n",
              checkpoint.folder(),
              text.identity().source(),
              evaluation.predictions(),
              streams,
              evaluation.loss(),
              evaluation.perplexity(),
              evaluation.bitsPerCharacter());
    }
  }
}
