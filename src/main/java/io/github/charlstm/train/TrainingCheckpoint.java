package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.KerasFile;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RowClassifierSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.tensorflow.Tensor;

/**
 * An opened checkpoint of a run: {@code <run>/i<step>_l<size>/}, a SavedModel with what TensorFlow
 * has no place for in {@code assets.extra/}. The vocabulary ({@code symbols}) is that of a text.
 */
public record TrainingCheckpoint(
    Path folder, RunSettings run, TrainingProgress progress, Optional<Vocabulary> symbols) {

  private static final String EXTRA = "assets.extra";
  private static final String SETTINGS = "settings.json";
  private static final String PROGRESS = "progress.json";
  private static final String VOCABULARY = "vocabulary.json";
  private static final String VALIDATION = "validation.json";
  private static final String STATE = "lstm_state";
  private static final String SETTINGS_FORMAT = "charlstm-settings";
  private static final String PROGRESS_FORMAT = "charlstm-progress";
  private static final String VALIDATION_FORMAT = "charlstm-validation";

  /** Name of a checkpoint's folder, as in the book: {@code i<step>_l<size>}. */
  static String folderName(long step, int lstmSize) {
    return "i" + step + "_l" + lstmSize;
  }

  /**
   * Opens a checkpoint, or the newest one of a run, without reading its tensors.
   *
   * @throws CheckpointException if there is none or it is damaged; the message names the file
   */
  public static TrainingCheckpoint open(Path folder) {
    requireCheckpointOrRun(folder);
    return openOne(isCheckpoint(folder) ? folder : RunCheckpoints.newest(folder));
  }

  /**
   * As {@link #open}, but of a run the newest undamaged one; {@code notices} receives a line for
   * each newer one. A newer format is an error.
   */
  public static TrainingCheckpoint openWhole(Path folder, Consumer<String> notices) {
    requireCheckpointOrRun(folder);
    return isCheckpoint(folder) ? openOne(folder) : RunCheckpoints.newestWhole(folder, notices);
  }

  /**
   * As {@link #openWhole}, but of a run the undamaged one of the lowest validation loss, if there
   * is one.
   */
  public static TrainingCheckpoint openBest(Path folder, Consumer<String> notices) {
    requireCheckpointOrRun(folder);
    return isCheckpoint(folder)
        ? openOne(folder)
        : RunCheckpoints.best(folder, notices)
            .orElseGet(() -> RunCheckpoints.newestWhole(folder, notices));
  }

  /** {@return whether a run is one on images, as far as its newest checkpoint can be read} */
  public static boolean isOfImages(Path folder) {
    try {
      Path newest = RunCheckpoints.newest(folder);
      return EarlierImageRun.isCheckpoint(newest) || settings(newest) instanceof RunSettings.Images;
    } catch (CheckpointException e) {
      return EarlierImageRun.isRun(folder);
    }
  }

  private static void requireCheckpointOrRun(Path folder) {
    KerasFile.remedy(folder)
        .filter(remedy -> Files.isRegularFile(folder))
        .ifPresent(
            remedy -> {
              throw new CheckpointException(remedy);
            });
    if (isOfPython(folder)) {
      throw new CheckpointException(
          folder
              + " is no run but from a Python program: make a run of it with charlstm import, or"
              + " run its .meta file unchanged (`meta`)");
    }
    if (!Files.isDirectory(folder) && !EarlierImageRun.isCheckpoint(folder)) {
      throw new CheckpointException(
          "checkpoint "
              + folder
              + (Files.exists(folder) ? " is not a folder" : " does not exist")
              + "; give a run's folder or one of its i<step>_l<size> folders");
    }
  }

  // A checkpoint of TF1's Saver, or a folder whose newest lies in the folder itself.
  private static boolean isOfPython(Path path) {
    if (isCheckpoint(path) || EarlierImageRun.isRun(path)) {
      return false;
    }
    try {
      return CheckpointReader.exists(path) && !Files.isRegularFile(path)
          || CheckpointState.latestCheckpoint(path)
              .filter(prefix -> path.equals(prefix.getParent()))
              .isPresent();
    } catch (CheckpointException e) { // a damaged state file
      return false;
    }
  }

  private static TrainingCheckpoint openOne(Path checkpoint) {
    Optional<String> damage = damage(checkpoint);
    if (damage.isPresent()) {
      throw damaged(checkpoint, damage.get());
    }
    return read(checkpoint);
  }

  static CheckpointException damaged(Path checkpoint, String damage) {
    return new CheckpointException(
        "checkpoint " + checkpoint + " is damaged: " + damage + "; use another checkpoint");
  }

  /** What is damaged in a checkpoint, by its checksums. */
  static Optional<String> damage(Path checkpoint) {
    return EarlierImageRun.isCheckpoint(checkpoint)
        ? EarlierImageRun.damage(checkpoint)
        : Checksums.damage(checkpoint, checkpoint.resolve(EXTRA).resolve(Checksums.FILE_NAME));
  }

  /** Reads a checkpoint whose checksums hold. */
  static TrainingCheckpoint read(Path checkpoint) {
    if (EarlierImageRun.isCheckpoint(checkpoint)) {
      return EarlierImageRun.open(checkpoint);
    }
    Path extra = checkpoint.resolve(EXTRA);
    Path vocabulary = extra.resolve(VOCABULARY);
    return new TrainingCheckpoint(
        checkpoint,
        settings(checkpoint),
        JsonFiles.read(extra.resolve(PROGRESS), PROGRESS_FORMAT, TrainingProgress.class),
        Files.exists(vocabulary) ? Optional.of(Vocabulary.readJson(vocabulary)) : Optional.empty());
  }

  private static RunSettings settings(Path checkpoint) {
    Path file = checkpoint.resolve(EXTRA).resolve(SETTINGS);
    return JsonFiles.read(file, SETTINGS_FORMAT, RunSettings.class);
  }

  /** Whether a path is a checkpoint, or what is left of one. */
  static boolean isCheckpoint(Path folder) {
    return Files.exists(folder.resolve(EXTRA))
        || Files.exists(folder.resolve(SavedModelWriter.GRAPH_FILE))
        || Files.exists(folder.resolve("variables"))
        || EarlierImageRun.isCheckpoint(folder);
  }

  /** Whether a folder, or the prefix of an earlier version, is a checkpoint of this program. */
  static boolean isOfRun(Path folder) {
    return Files.exists(folder.resolve(EXTRA).resolve(SETTINGS))
        || EarlierImageRun.isCheckpoint(folder);
  }

  /** {@return the settings of a run on a text; a CheckpointException if it is on images} */
  public RunSettings.Text settings() {
    if (run instanceof RunSettings.Text text) {
      return text;
    }
    throw new CheckpointException(
        folder + " is of a run on images, not on a text; see charlstm classify");
  }

  /** {@return the settings of a run on images; a CheckpointException if it is on a text} */
  public RunSettings.Images images() {
    if (run instanceof RunSettings.Images images) {
      return images;
    }
    throw new CheckpointException(
        folder + " is of a run on a text, not on images; see charlstm train");
  }

  /** {@return the vocabulary of a run on a text; a CheckpointException if it is on images} */
  public Vocabulary vocabulary() {
    settings();
    return symbols.orElseThrow(
        () -> damaged(folder, "it is not whole: it has no file " + EXTRA + "/" + VOCABULARY));
  }

  /** {@return the losses on the text held out, if they were measured} */
  public Optional<Validation> validation() {
    Path file = folder.resolve(EXTRA).resolve(VALIDATION);
    return Files.exists(file)
        ? Optional.of(JsonFiles.read(file, VALIDATION_FORMAT, Validation.class))
        : Optional.empty();
  }

  /** {@return the settings and the progress, in JSON as they stand in the checkpoint's files} */
  public List<String> descriptions() throws IOException {
    if (EarlierImageRun.isCheckpoint(folder)) {
      return List.of(Files.readString(EarlierImageRun.settingsOf(folder)));
    }
    Path extra = folder.resolve(EXTRA);
    return List.of(
        Files.readString(extra.resolve(SETTINGS)), Files.readString(extra.resolve(PROGRESS)));
  }

  /** {@return a session on the inference graph of a run on a text, its variables restored} */
  public LanguageModelSession session(int batchSize, int numSteps) {
    return restored(LanguageModelSession.inference(settings().model(), batchSize, numSteps));
  }

  /** {@return a session on the graph of a run on images, with the checkpoint's variables} */
  public RowClassifierSession imageSession() {
    TrainingSettings training = images().training();
    return restored(
        RowClassifierSession.of(
            images().model(), training.learningRate(), training.seed(), training.lanes()));
  }

  private <S extends GraphSession<?>> S restored(S session) {
    try {
      session.restoreAverages(variables());
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** {@return the prefix of the variables' files} */
  public Path variables() {
    return EarlierImageRun.isCheckpoint(folder) ? folder : SavedModelWriter.variablesOf(folder);
  }

  /**
   * {@return the network's state after the last step: its tensors, each {@code [N, L]} row-major;
   * empty if the model has none, or the run was imported}
   */
  public Optional<List<float[]>> lstmState() {
    if (!(run instanceof RunSettings.Text text) || !text.text().isKnown()) {
      return Optional.empty();
    }
    CheckpointReader reader = TensorBundle.read(folder.resolve(EXTRA).resolve(STATE));
    List<float[]> leaves = new ArrayList<>();
    text.model().stateNames().forEach(name -> leaves.add(reader.readFloats(name)));
    return Optional.of(leaves);
  }

  /** Writes the vocabulary into a SavedModel, to {@code assets.extra}, which loaders ignore. */
  public void writeVocabulary(Path savedModel) throws IOException {
    vocabulary().writeJson(Files.createDirectories(savedModel.resolve(EXTRA)).resolve(VOCABULARY));
  }

  /** Writes a checkpoint into an empty folder. */
  static void write(
      Path folder,
      SavedModelWriter savedModel,
      GraphSession<?> session,
      RunSettings settings,
      TrainingProgress progress,
      Optional<Validation> validation,
      Optional<Vocabulary> vocabulary)
      throws IOException {
    session.write(savedModel, folder);
    Path extra = Files.createDirectories(folder.resolve(EXTRA));
    JsonFiles.write(extra.resolve(SETTINGS), SETTINGS_FORMAT, settings);
    JsonFiles.write(extra.resolve(PROGRESS), PROGRESS_FORMAT, progress);
    if (validation.isPresent()) {
      JsonFiles.write(extra.resolve(VALIDATION), VALIDATION_FORMAT, validation.get());
    }
    if (vocabulary.isPresent()) {
      vocabulary.get().writeJson(extra.resolve(VOCABULARY));
    }
    Map<String, Tensor> state = session.state();
    if (!state.isEmpty()) {
      TensorBundle.write(extra.resolve(STATE), state);
    }
    Checksums.write(folder, extra.resolve(Checksums.FILE_NAME));
  }

  /**
   * The list of a checkpoint's files with their CRC-32C, written last, a line {@code <checksum>
   * <path>} for each and the checksum of those lines. It reveals every changed byte and missing
   * file: a settings file with a changed digit would still be valid JSON.
   */
  static final class Checksums {
    static final String FILE_NAME = "checksums.txt";
    private static final int BUFFER = 1 << 16;

    private Checksums() {}

    /** The folder is a checkpoint that is complete but for the list. */
    static void write(Path folder, Path list) throws IOException {
      StringBuilder text = new StringBuilder();
      for (Path file : filesOf(folder)) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        text.append(of(file)).append(' ').append(path).append('\n');
      }
      Files.writeString(list, text + of(text.toString()) + "\n");
    }

    /** {@return what differs from what was written, or cannot be read; empty if nothing does} */
    static Optional<String> damage(Path folder, Path list) {
      try {
        String text = Files.readString(list, StandardCharsets.ISO_8859_1);
        int last = text.lastIndexOf('\n', text.length() - 2) + 1;
        if (!text.substring(last).equals(of(text.substring(0, last)) + "\n")) {
          return Optional.of(list + " is damaged");
        }
        for (String line : text.substring(0, last).lines().toList()) {
          int space = line.indexOf(' ');
          Path file = folder.resolve(line.substring(space + 1));
          if (!Files.isRegularFile(file)) {
            return Optional.of("it is not whole: it has no file " + folder.relativize(file));
          }
          if (!of(file).equals(line.substring(0, space))) {
            return Optional.of(file + " was changed after it was written");
          }
        }
        return Optional.empty();
      } catch (NoSuchFileException e) {
        return Optional.of("it is not whole: it has no file " + folder.relativize(list));
      } catch (IOException e) {
        return Optional.of("it cannot be read (" + FileFailures.reason(e) + ")");
      }
    }

    private static List<Path> filesOf(Path folder) throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        return files.filter(Files::isRegularFile).sorted().toList();
      }
    }

    private static String of(String text) {
      CRC32C checksum = new CRC32C();
      checksum.update(text.getBytes(StandardCharsets.ISO_8859_1));
      return String.format("%08x", checksum.getValue());
    }

    private static String of(Path file) throws IOException {
      CRC32C checksum = new CRC32C();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      try (var channel = Files.newByteChannel(file)) {
        while (channel.read(buffer) >= 0) {
          checksum.update(buffer.flip());
          buffer.clear();
        }
      }
      return String.format("%08x", checksum.getValue());
    }
  }
}
