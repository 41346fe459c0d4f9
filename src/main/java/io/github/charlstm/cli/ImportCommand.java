package io.github.charlstm.cli;

import io.github.charlstm.data.TextFormat;
import io.github.charlstm.interop.Importer;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class ImportCommand implements Command {
  private static final int LONGEST_LIST = 4;
  static final Flag<String> FROM =
      Flag.oneOf(
          "from",
          List.of(Importer.CHAR_RNN, Importer.TF1_CHECKPOINT),
          "what PATH is, the save folder of char-rnn-tensorflow or a checkpoint in it, or a"
              + " checkpoint of the book's model (a prefix such as model.ckpt-100, or its folder)");
  private static final Flag<Path> TO = ExportCommand.TO.help("the new run's folder");
  private static final Flag<Map<String, String>> NAMES =
      Flag.repeatable(
          "map",
          ImportCommand::names,
          "with "
              + Importer.TF1_CHECKPOINT
              + ": old=new, a variable or scope of the file and its name here, such as"
              + " dense/kernel=softmax/Variable");
  private static final Flag<Path> RECOVER_VOCABULARY =
      Flag.path(
          "recover-vocabulary",
          "instead of "
              + ExternalModelOptions.VOCAB
              + ", if no file has it: find the order of the characters from this text, which the"
              + " model was trained on");
  private static final Flag<Boolean> RESTART =
      Flag.toggle("restart", "count steps and epochs from 0, for a new text");

  @Override
  public Usage usage() {
    return Usage.of("import", "make a run from a checkpoint of a Python program")
        .arguments("PATH")
        .flags(
            FROM,
            TO,
            ExternalModelOptions.VOCAB.help(
                "with "
                    + Importer.TF1_CHECKPOINT
                    + ": vocabulary.json, a .pkl, or the text whose sorted characters it is"),
            RECOVER_VOCABULARY,
            TextFlags.ENCODING,
            TextFlags.ON_MALFORMED,
            NAMES,
            RESTART)
        .flags(TrainFlags.ofTraining())
        .examples(
            "import --from char-rnn-tensorflow save --to checkpoints/sherlock",
            "import --from tf1-checkpoint checkpoints/i3960_l512.ckpt --vocab anna.txt --to"
                + " anna-py",
            "import --from tf1-checkpoint i3960_l512.ckpt --recover-vocabulary anna.txt --to"
                + " anna-py",
            "train --resume --run checkpoints/sherlock --data input.txt");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    String format = flags.get(FROM);
    Path to = flags.get(TO);
    if (flags.words().size() != 1 || flags.words().get(0).isEmpty()) {
      throw flags.unexpectedWords("one path to import");
    }
    Path from = Flag.parsePath(flags.words().get(0));
    Importer.Report report = console.during("importing", () -> imported(format, from, to, flags));
    console.result(() -> json(report), () -> print(report, flags.has(Flags.VERBOSE), console));
  }

  private static Importer.Report imported(String format, Path from, Path to, Flags flags)
      throws IOException {
    boolean needsVocabulary = format.equals(Importer.TF1_CHECKPOINT);
    boolean recovers = flags.has(RECOVER_VOCABULARY);
    if (recovers && flags.has(ExternalModelOptions.VOCAB)) {
      throw new UsageException(
          "%s does not go with %s", RECOVER_VOCABULARY, ExternalModelOptions.VOCAB);
    }
    if (!needsVocabulary) {
      for (Flag<?> flag : List.of(ExternalModelOptions.VOCAB, RECOVER_VOCABULARY, NAMES)) {
        if (flags.has(flag)) {
          throw new UsageException("%s goes with %s %s", flag, FROM, Importer.TF1_CHECKPOINT);
        }
      }
      TextFlags.requireNone(flags, ExternalModelOptions.VOCAB + " FILE, a text");
    } else if (!recovers && !flags.has(ExternalModelOptions.VOCAB)) {
      throw new UsageException(
          "%s: a checkpoint has no characters; name a vocabulary or the text it was trained on; if"
              + " its program kept no order of them (set(text)), name the text with %s",
          ExternalModelOptions.VOCAB, RECOVER_VOCABULARY);
    }
    Importer.Continuation continuation =
        new Importer.Continuation(
            settings -> TrainFlags.override(flags, settings), flags.has(RESTART));
    return needsVocabulary
        ? Importer.tf1Checkpoint(
            new Importer.Source(from, symbols(flags), flags.get(NAMES)),
            to,
            Recipes.ANNA.training(),
            continuation)
        : Importer.charRnn(from, to, continuation);
  }

  private static Importer.Symbols symbols(Flags flags) {
    return flags.has(RECOVER_VOCABULARY)
        ? new Importer.Symbols.Recovered(
            flags.get(RECOVER_VOCABULARY), TextFlags.format(flags, TextFormat.UTF_8))
        : new Importer.Symbols.Known(
            ExternalModelOptions.vocabulary(flags), ExternalModelOptions.isVocabularyList(flags));
  }

  private static Map<String, String> names(List<String> entries) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String entry : entries) {
      String[] parts = entry.split("=", -1);
      if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw Flag.expected("old=new, such as dense/kernel=softmax/Variable", entry);
      }
      if (names.put(parts[0], parts[1]) != null) {
        throw new IllegalArgumentException(parts[0] + " is given twice");
      }
    }
    return names;
  }

  private static Json json(Importer.Report report) {
    return Json.object()
        .put("imported", report.source())
        .put("names", report.names())
        .put("model", report.settings().model().describe())
        .put("vocabulary", report.settings().model().vocabularySize())
        .put("step", report.step())
        .put("checkpoint", report.checkpoint())
        .put("used", report.used())
        .put("not_used", report.notUsed())
        .put("missing", report.atZero())
        .put("notes", report.notes());
  }

  private static void print(Importer.Report report, boolean verbose, Console console) {
    ModelSettings model = report.settings().model();
    console.printPairs(
        Json.object()
            .put("imported", report.source() + " (names of " + report.names() + ")")
            .put(
                "model",
                "%s, %s %ss",
                model.describe(),
                model.vocabularySize(),
                report.vocabulary().unit())
            .put("step", report.step())
            .put("checkpoint", report.checkpoint())
            .put("used", report.used() + " tensors"));
    list("not used    %d tensors", report.notUsed(), verbose, console);
    list("missing     %d slots, which start at zero", report.atZero(), verbose, console);
    report.notes().forEach(note -> console.print("note: %s%n", note));
  }

  private static void list(String title, List<String> names, boolean verbose, Console console) {
    if (names.isEmpty()) {
      return;
    }
    boolean whole = verbose || names.size() <= LONGEST_LIST;
    String shown = String.join(", ", whole ? names : names.subList(0, LONGEST_LIST));
    String rest = whole ? "" : ", ... (" + Flags.VERBOSE + " names them all)";
    console.print(title + ": %s%n", names.size(), shown + rest);
  }
}
