package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.KerasFile;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.CharRnn;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.train.CheckpointWriter;
import io.github.charlstm.train.InvalidRunException;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;

/**
 * Imports checkpoints of Python programs as runs. An imported run is sampled, evaluated and trained
 * as any other; only its text is unknown until it is given.
 *
 * <p>Nothing is written unless the checkpoint has every tensor that the model needs, in its shape.
 */
public final class Importer {
  /** The program whose {@code save} folders are read. */
  public static final String CHAR_RNN = "char-rnn-tensorflow";

  /** The pickles of char-rnn-tensorflow: options, and vocabulary. */
  static final List<String> PICKLES = List.of("config.pkl", "chars_vocab.pkl");

  /** A checkpoint of the book's character model. */
  public static final String TF1_CHECKPOINT = "tf1-checkpoint";

  /**
   * How a run continues.
   *
   * @param changes to the settings of the source, or else to the defaults
   * @param restart whether steps and epochs are counted from 0 again, as char-rnn-tensorflow's
   *     {@code --init_from} does
   */
  public record Continuation(UnaryOperator<TrainingSettings> changes, boolean restart) {
    /** With the settings of the source, from its step. */
    public static final Continuation AS_IT_WAS = new Continuation(UnaryOperator.identity(), false);
  }

  /**
   * The result of an import.
   *
   * @param source prefix of the checkpoint that was read
   * @param names which versions of TensorFlow name variables as it does
   * @param checkpoint folder of the checkpoint that was written
   * @param vocabulary the model's symbols
   * @param used how many tensors of the source are in the run
   * @param notUsed names of its other tensors
   * @param atZero slots that it lacks; they start at zero
   * @param notes for the user, one sentence each
   */
  public record Report(
      Path source,
      String names,
      Path checkpoint,
      RunSettings.Text settings,
      Vocabulary vocabulary,
      long step,
      int used,
      List<String> notUsed,
      List<String> atZero,
      List<String> notes) {

    public Report {
      notUsed = List.copyOf(notUsed);
      atZero = List.copyOf(atZero);
      notes = List.copyOf(notes);
    }
  }

  /** Where the characters of a checkpoint come from, which does not hold them. */
  public sealed interface Symbols {
    /**
     * A vocabulary.
     *
     * @param vocabulary as many characters as the model has, in its order
     * @param mayBeShorter whether the model may have one class more than the vocabulary, as some
     *     programs have for unknown characters
     */
    record Known(Vocabulary vocabulary, boolean mayBeShorter) implements Symbols {}

    /**
     * The order of the characters is found from the text that the model was trained on, or one like
     * it, where the program kept no order (Python: numbers of {@code set(text)}).
     *
     * @param text at least 20,000 characters
     * @param format how the text is read
     */
    record Recovered(Path text, TextFormat format) implements Symbols {}
  }

  /**
   * A checkpoint of the book's model or one like it.
   *
   * @param path a prefix, such as {@code model.ckpt-100}, or a folder with such files
   * @param symbols the model's characters
   * @param names this library's names of variables or scopes by those in the file, for what is not
   *     found otherwise; slots have the names of their variables
   */
  public record Source(Path path, Symbols symbols, Map<String, String> names) {
    public Source {
      names = Map.copyOf(names);
    }
  }

  private Importer() {}

  /** {@return whether a run began as an import} */
  public static boolean isImported(RunSettings.Text settings) {
    return settings.recipe().equals(CHAR_RNN) || settings.recipe().equals(TF1_CHECKPOINT);
  }

  /**
   * Imports a {@code save} folder of char-rnn-tensorflow: {@code config.pkl}, {@code
   * chars_vocab.pkl}, {@code model.ckpt-N} and {@code checkpoint}.
   *
   * @param save the {@code save} folder, for its newest checkpoint, or the prefix of one in it
   * @param run the new run's folder, which must hold no run
   * @throws IllegalArgumentException if the folder cannot be imported, with the reason
   * @throws IOException if writing fails
   */
  public static Report charRnn(Path save, Path run, Continuation continuation) throws IOException {
    requireEmpty(run);
    boolean isFolder = Files.isDirectory(save);
    if (!isFolder && !CheckpointReader.exists(CheckpointLocator.withoutIndex(save))) {
      throw InvalidDataException.of(
          "%s is no folder and no checkpoint: expected the save folder of %s, or the prefix of a"
              + " checkpoint in it, such as save/model.ckpt-100",
          save, CHAR_RNN);
    }
    Path folder = isFolder ? save : save.toAbsolutePath().getParent();
    CharRnnConfig config = CharRnnConfig.read(folder.resolve(PICKLES.get(0)));
    config.model();
    TrainingSettings training = continuation.changes().apply(config.training());
    PickleFile pickle = PickleFile.read(folder.resolve(PICKLES.get(1)));
    Vocabulary vocabulary = VocabularyFile.of(pickle);
    CheckpointLocator place = CheckpointLocator.find(save);
    FileTensors file = FileTensors.of(CheckpointReader.open(place.prefix()));
    CharRnn.Settings model = model(file, config, vocabulary);
    List<String> notes = notes(place, pickle, vocabulary);
    boolean shared = file.layers() < model.numLayers();
    if (shared) {
      notes.add(
          String.format(
              "the file has one cell for all %s layers (TensorFlow 1.2 shared it); each layer got a"
                  + " copy, which is trained separately",
              model.numLayers()));
    }
    long step = continuation.restart() ? 0 : StepCount.ofCharRnn(file, place.number(), notes);
    Plan plan = new Plan(CHAR_RNN, model, training, vocabulary, step, shared, notes);
    Report report = write(file, plan, run);
    ImportedNames.write(
        run, shared ? Map.of() : file.byName(), PICKLES.stream().map(folder::resolve).toList());
    return report;
  }

  private static List<String> notes(
      CheckpointLocator place, PickleFile pickle, Vocabulary vocabulary) {
    List<String> notes = new ArrayList<>(place.note().stream().toList());
    if (pickle.nonAsciiBytes()) {
      notes.add(
          vocabulary.unit().equals("byte")
              ? "the vocabulary is one of bytes (Python 2): texts are read and written in UTF-8,"
                  + " and losses and lengths are those of bytes"
              : "the vocabulary is one of bytes (Python 2), and not of UTF-8: each byte beyond"
                  + " ASCII became the character of the same number (ISO-8859-1)");
    }
    if (vocabulary.contains('\r')) {
      notes.add(
          "the vocabulary has a carriage return: texts are read for this model with the ends of"
              + " lines that they have");
    }
    return notes;
  }

  /**
   * Imports a checkpoint of the character model of Deep Learning by Example, chapter 10.
   *
   * @param checkpoint a prefix, such as {@code model.ckpt-100}, or a folder with such files
   * @param vocabulary as many characters as the model has, in its order
   * @param run the new run's folder, which must hold no run
   * @param defaults settings of the training, which a checkpoint does not hold
   * @throws IllegalArgumentException if the checkpoint cannot be imported, with the reason
   * @throws IOException if writing fails
   */
  public static Report tf1Checkpoint(
      Path checkpoint,
      Vocabulary vocabulary,
      Path run,
      TrainingSettings defaults,
      Continuation continuation)
      throws IOException {
    return tf1Checkpoint(
        new Source(checkpoint, new Symbols.Known(vocabulary, false), Map.of()),
        run,
        defaults,
        continuation);
  }

  /** As {@link #tf1Checkpoint(Path, Vocabulary, Path, TrainingSettings, Continuation)}. */
  public static Report tf1Checkpoint(
      Source source, Path run, TrainingSettings defaults, Continuation continuation)
      throws IOException {
    requireEmpty(run);
    CheckpointLocator place = CheckpointLocator.find(source.path());
    CheckpointReader reader = CheckpointReader.open(place.prefix());
    FileTensors file = FileTensors.of(reader, source.names());
    List<String> notes = new ArrayList<>(place.note().stream().toList());
    ModelSettings model;
    if (isOfCharRnn(file)) {
      model = embedded(file);
    } else if (isOfBook(file) || !source.names().isEmpty()) {
      model = model(file);
    } else {
      Optional<NamesByShape> byShape = NamesByShape.find(file);
      if (byShape.isPresent()) {
        file = FileTensors.of(reader, byShape.get().names());
        notes.add("found by their shapes: " + describe(byShape.get().names()));
      }
      model = isOfCharRnn(file) ? embedded(file) : model(file);
    }
    long step = continuation.restart() ? 0 : StepCount.of(file, place.number());
    TrainingSettings training = continuation.changes().apply(defaults);
    Vocabulary vocabulary =
        source.symbols() instanceof Symbols.Known known
            ? fitting(known, model, file, notes)
            : recovered((Symbols.Recovered) source.symbols(), model, file, notes);
    Plan plan = new Plan(TF1_CHECKPOINT, model, training, vocabulary, step, false, notes);
    Report report = write(file, plan, run);
    ImportedNames.write(run, file.byName(), List.of());
    return report;
  }

  private static Vocabulary fitting(
      Symbols.Known symbols, ModelSettings model, FileTensors file, List<String> notes) {
    Vocabulary vocabulary = symbols.vocabulary();
    if (symbols.mayBeShorter() && model.vocabularySize() == vocabulary.size() + 1) {
      vocabulary = vocabulary.withSpare();
      notes.add(
          String.format(
              "the model has one class more than the vocabulary has symbols; the last class, %s, is"
                  + " never written",
              vocabulary.symbol(vocabulary.size() - 1)));
    }
    if (model.vocabularySize() != vocabulary.size()) {
      throw file.unfit(
          "its vocabulary has %s characters, the one given (`vocab`) has %s",
          model.vocabularySize(), vocabulary.size());
    }
    return vocabulary;
  }

  private static Vocabulary recovered(
      Symbols.Recovered symbols, ModelSettings model, FileTensors file, List<String> notes)
      throws IOException {
    try (AssignmentMap variables = AssignmentMap.of(file, model, false, 0, 0)) {
      VocabularyRecovery.Recovered found =
          VocabularyRecovery.of(model, variables.tensors(), text(symbols, model));
      notes.add(found.note());
      return found.vocabulary();
    } catch (InvalidDataException e) {
      throw new InvalidDataException(symbols.text() + ": " + e.getMessage(), e);
    }
  }

  // Carriage returns are kept if the text has as many characters with them as the model.
  private static CharacterText text(Symbols.Recovered symbols, ModelSettings model) {
    CharacterText kept =
        TextFile.load(symbols.text(), symbols.format(), TextFile.Newlines.KEPT, read -> {});
    return kept.distinct().count() == model.vocabularySize()
        ? kept
        : TextFile.load(symbols.text(), symbols.format());
  }

  private record Plan(
      String recipe,
      ModelSettings model,
      TrainingSettings training,
      Vocabulary vocabulary,
      long step,
      boolean sharedLayers,
      List<String> notes) {}

  private static Report write(FileTensors file, Plan plan, Path run) throws IOException {
    RunSettings.Text settings =
        new RunSettings.Text(
            plan.recipe(),
            plan.model(),
            TextPreparation.CHARACTERS,
            plan.training(),
            TextReference.unknown());
    try (AssignmentMap map =
        AssignmentMap.of(
            file, plan.model(), plan.sharedLayers(), plan.step(), plan.training().learningRate())) {
      file.reader().verifyAll();
      Path written =
          CheckpointWriter.writeImported(
              run, settings, plan.step(), plan.vocabulary(), map.tensors());
      List<String> notes = new ArrayList<>(plan.notes());
      notes.addAll(map.notes());
      return new Report(
          file.reader().prefix(),
          file.versions(),
          written,
          settings,
          plan.vocabulary(),
          plan.step(),
          map.used(),
          map.notUsed(),
          map.atZero(),
          notes);
    }
  }

  // Checked here to fail before anything is read; CheckpointWriter checks again under the run's
  // lock.
  private static void requireEmpty(Path run) {
    if (Files.exists(run.resolve(CheckpointState.FILE_NAME))) {
      throw new InvalidRunException(
          "run folder " + run + " holds a run already; choose another with `to`");
    }
  }

  private static CharRnn.Settings model(
      FileTensors file, CharRnnConfig config, Vocabulary vocabulary) {
    Shape softmax = file.matrix("rnnlm/softmax_w", CHAR_RNN); // [L, V]
    int units = (int) softmax.get(0);
    int characters = (int) softmax.get(1);
    requireSame(file, "units", units, "config.pkl's rnn_size", config.size("rnn_size"));
    requireSame(
        file, "characters", characters, "config.pkl's vocab_size", config.size("vocab_size"));
    requireSame(
        file, "characters", characters, "chars_vocab.pkl", OptionalInt.of(vocabulary.size()));
    int layers = file.layers();
    int wanted = config.size("num_layers").orElse(layers);
    if (layers != 1 || wanted < 1) {
      requireSame(file, "layers", layers, "config.pkl's num_layers", OptionalInt.of(wanted));
    }
    if (!file.cellClass().contains(config.model())) {
      throw file.unfit(
          "its cells are %s, but config.pkl's model is %s", file.cellClass(), config.model());
    }
    return CharRnn.Settings.of(characters)
        .withRnnSize(units)
        .withNumLayers(wanted)
        .withCell(cell(file));
  }

  private static CharRnn.Cell cell(FileTensors file) {
    return switch (file.cellClass()) {
      case "basic_rnn_cell" -> CharRnn.Cell.BASIC_RNN_CELL;
      case "gru_cell" -> CharRnn.Cell.GRU_CELL;
      case "lstm_cell" -> CharRnn.Cell.LSTM_CELL;
      default -> CharRnn.Cell.BASIC_LSTM_CELL;
    };
  }

  private static void requireSame(
      FileTensors file, String what, int found, String other, OptionalInt otherSize) {
    if (otherSize.isPresent() && otherSize.getAsInt() != found) {
      throw file.unfit("it has %s %s, %s has %s", found, what, other, otherSize.getAsInt());
    }
  }

  private static CharLstm.Settings model(FileTensors file) {
    Shape softmax = file.matrix("softmax/Variable", "the book's character model"); // [L, V]
    if (!file.cellClass().equals("basic_lstm_cell")) {
      throw file.unfit("its cells are %s; the book's are basic_lstm_cell", file.cellClass());
    }
    int layers = file.layers();
    return CharLstm.Settings.of((int) softmax.get(1))
        .withLstmSize((int) softmax.get(0))
        .withNumLayers(Math.max(1, layers))
        .withAsPrinted(layers == 0);
  }

  private static boolean isOfBook(FileTensors file) {
    return file.find("softmax/Variable").isPresent() && file.hasCells("basic_lstm_cell");
  }

  private static boolean isOfCharRnn(FileTensors file) {
    return file.find("rnnlm/softmax_w").isPresent() && file.find("embedding").isPresent();
  }

  private static CharRnn.Settings embedded(FileTensors file) {
    Shape embedding = file.matrix("embedding", "a model with an embedding"); // [V, L]
    return CharRnn.Settings.of((int) embedding.get(0))
        .withRnnSize((int) embedding.get(1))
        .withNumLayers(file.layers())
        .withCell(cell(file));
  }

  private static String describe(Map<String, String> names) {
    return names.entrySet().stream()
        .filter(entry -> !VariableNaming.current(entry.getKey()).equals(entry.getValue()))
        .map(entry -> entry.getKey() + " is " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * Finds the checkpoint to import.
   *
   * @param note for the user, if the choice needs one
   */
  record CheckpointLocator(Path prefix, Optional<String> note) {
    // model.ckpt-30, model.ckpt-30-?????-of-00002, or the book's i3960_l512.ckpt
    private static final Pattern NUMBER =
        Pattern.compile(
            ".*?-(?<number>\\d{1,18})(-\\?{5}-of-\\d{5})?|i(?<step>\\d{1,18})_l\\d+\\.ckpt");
    // model.ckpt-30.index, model.ckpt-30-00000-of-00002, model.ckpt-30
    private static final Pattern FILE =
        Pattern.compile(
            "(?<index>.+)\\.index|(?<shard>.+\\.ckpt.*)-\\d{5}-of-\\d{5}|(?<file>.+\\.ckpt(-\\d+)?)");

    /** The number at the end of the prefix, such as 30 of {@code model.ckpt-30}. */
    OptionalLong number() {
      return number(prefix);
    }

    /**
     * @param given a checkpoint's prefix, or a folder: its newest checkpoint by the state file, or,
     *     if that is missing or names none that exists, the one with the highest number
     * @throws CheckpointException if there is none
     */
    static CheckpointLocator find(Path given) {
      if (Files.isDirectory(given)) {
        return inFolder(given);
      }
      KerasFile.remedy(given)
          .ifPresent(
              remedy -> {
                throw new CheckpointException(remedy);
              });
      Path prefix = withoutIndex(given);
      if (!CheckpointReader.exists(prefix)) {
        throw new CheckpointException(
            String.format(
                "there is no checkpoint %s: expected a folder, or a prefix with %s.index beside its"
                    + " data files",
                given, prefix));
      }
      return new CheckpointLocator(prefix, Optional.empty());
    }

    static Path withoutIndex(Path given) {
      return given.resolveSibling(
          String.valueOf(given.getFileName()).replaceAll("\\.(index|meta)$", ""));
    }

    private static CheckpointLocator inFolder(Path folder) {
      Optional<Path> named = CheckpointState.latestCheckpoint(folder);
      if (named.isPresent()) {
        Optional<String> elsewhere =
            named
                .filter(prefix -> !prefix.startsWith(folder))
                .map(prefix -> "the file " + CheckpointState.FILE_NAME + " names " + prefix);
        return new CheckpointLocator(named.get(), elsewhere);
      }
      Path newest =
          prefixes(folder).stream()
              .max(Comparator.comparingLong((Path path) -> number(path).orElse(-1)))
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          folder + " holds no checkpoint: no file such as model.ckpt-100.index"));
      String reason =
          CheckpointState.read(folder)
              .map(found -> "names " + found.modelCheckpointPath() + ", which does not exist")
              .orElse("is missing");
      String note =
          String.format(
              "the file %s %s; took the highest number, %s",
              CheckpointState.FILE_NAME, reason, newest.getFileName());
      return new CheckpointLocator(newest, Optional.of(note));
    }

    private static OptionalLong number(Path prefix) {
      Matcher matcher = NUMBER.matcher(prefix.getFileName().toString());
      if (!matcher.matches()) {
        return OptionalLong.empty();
      }
      String number = matcher.group("number");
      return OptionalLong.of(Long.parseLong(number == null ? matcher.group("step") : number));
    }

    private static List<Path> prefixes(Path folder) {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> FILE.matcher(file.getFileName().toString()))
            .filter(Matcher::matches)
            .map(found -> Stream.of("index", "shard", "file").map(found::group))
            .map(groups -> groups.filter(Objects::nonNull).findFirst().orElseThrow())
            .filter(name -> !name.endsWith(".data"))
            .map(folder::resolve)
            .toList();
      } catch (IOException e) {
        throw new CheckpointException(
            "cannot read folder " + folder + ": " + FileFailures.reason(e), e);
      }
    }
  }
}
