package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A checkpoint of a run, opened: {@code <run>/i<step>_l<size>/}.
 *
 * @param folder the SavedModel's folder
 * @param settings of the run that wrote it
 * @param progress where that run was
 * @param vocabulary which number stands for which character
 */
public record TrainingCheckpoint(
    Path folder, RunSettings settings, TrainingProgress progress, Vocabulary vocabulary) {

  private static final String EXTRA = "assets.extra";
  private static final String SETTINGS = "settings.json";
  private static final String PROGRESS = "progress.json";
  private static final String VOCABULARY = "vocabulary.json";
  private static final String STATE = "lstm_state";
  private static final String VOCABULARY_SHA256 = "vocabulary_sha256";
  private static final String SETTINGS_FORMAT = "charlstm-settings";
  private static final String PROGRESS_FORMAT = "charlstm-progress";

  /** Name of a checkpoint's folder, as in the book: {@code i<step>_l<size>}. */
  static String folderName(long step, int lstmSize) {
    return "i" + step + "_l" + lstmSize;
  }

  /**
   * Opens a checkpoint, or the newest one of a run.
   *
   * @param folder of a checkpoint or of a run
   * @return it, its tensors not read yet
   * @throws CheckpointException if there is none or it is damaged; the message names the file
   */
  public static TrainingCheckpoint open(Path folder) {
    requireFolder(folder);
    return openOne(looksLikeOne(folder) ? folder : newestOf(folder));
  }

  /**
   * Opens a checkpoint, or the newest one of a run that is whole.
   *
   * @param folder of a checkpoint or of a run
   * @param notices hears in one line of each checkpoint of the run that is damaged and passed over
   * @return it; of a run, the newest whose files are all whole
   * @throws CheckpointException if there is none, all are damaged, or the newest was written by a
   *     newer version of this program
   */
  public static TrainingCheckpoint openWhole(Path folder, Consumer<String> notices) {
    requireFolder(folder);
    if (looksLikeOne(folder)) {
      return openOne(folder);
    }
    requireText(folder);
    return RunCheckpoints.newestWhole(folder, notices);
  }

  private static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          "checkpoint "
              + folder
              + (Files.exists(folder) ? " is not a folder" : " does not exist")
              + "; give a run's folder or one of its i<step>_l<size> folders");
    }
  }

  /** Opens what is a checkpoint's folder. */
  static TrainingCheckpoint openOne(Path checkpoint) {
    requireWhole(checkpoint);
    Path extra = checkpoint.resolve(EXTRA);
    TrainingCheckpoint opened =
        new TrainingCheckpoint(
            checkpoint,
            JsonFiles.read(
                extra.resolve(SETTINGS), SETTINGS_FORMAT, RunSettings.class, VOCABULARY_SHA256),
            JsonFiles.read(extra.resolve(PROGRESS), PROGRESS_FORMAT, TrainingProgress.class),
            Vocabulary.readJson(extra.resolve(VOCABULARY)));
    opened.requireOneVocabulary();
    Checksums.change(checkpoint, extra.resolve(Checksums.FILE_NAME))
        .ifPresent(
            change -> {
              throw new CheckpointException("checkpoint " + checkpoint + " is damaged: " + change);
            });
    return opened;
  }

  /** Reads every tensor of a checkpoint that has no list of checksums. */
  void requireTensors() {
    if (!Files.exists(folder.resolve(EXTRA).resolve(Checksums.FILE_NAME))) {
      TensorBundle.read(variables());
      lstmState();
    }
  }

  /** Whether every file is as it was written, as far as the checkpoint says how. */
  static boolean isAsWritten(Path checkpoint) {
    Path list = checkpoint.resolve(EXTRA).resolve(Checksums.FILE_NAME);
    return Files.exists(list) && Checksums.change(checkpoint, list).isEmpty();
  }

  /** Whether a folder is a checkpoint, or what is left of one. */
  static boolean looksLikeOne(Path folder) {
    return Files.exists(folder.resolve(EXTRA))
        || Files.exists(folder.resolve(SavedModelWriter.GRAPH_FILE))
        || Files.exists(folder.resolve("variables"));
  }

  private static void requireWhole(Path checkpoint) {
    for (String part :
        List.of(
            SavedModelWriter.GRAPH_FILE,
            "variables/variables.index",
            EXTRA + "/" + SETTINGS,
            EXTRA + "/" + PROGRESS,
            EXTRA + "/" + VOCABULARY)) {
      if (!Files.isRegularFile(checkpoint.resolve(part))) {
        throw new CheckpointException(
            "checkpoint " + checkpoint + " is not whole: it has no file " + part);
      }
    }
  }

  private void requireOneVocabulary() {
    if (vocabulary.size() != settings.model().vocabularySize()) {
      throw new CheckpointException(
          "checkpoint "
              + folder
              + " does not agree with itself: "
              + VOCABULARY
              + " has "
              + vocabulary.size()
              + " characters, "
              + SETTINGS
              + " says "
              + settings.model().vocabularySize());
    }
    JsonFiles.note(folder.resolve(EXTRA).resolve(SETTINGS), SETTINGS_FORMAT, VOCABULARY_SHA256)
        .filter(sha256 -> !sha256.equals(vocabulary.sha256()))
        .ifPresent(
            sha256 -> {
              throw new CheckpointException(
                  folder.resolve(EXTRA).resolve(VOCABULARY)
                      + " is damaged: it is not the vocabulary that the run was trained with, whose"
                      + " checksum is in "
                      + SETTINGS);
            });
  }

  /**
   * Everything about the checkpoint that is no tensor, as it stands in its files.
   *
   * @return settings, then progress, in JSON
   * @throws IOException if a file cannot be read
   */
  public List<String> descriptions() throws IOException {
    Path extra = folder.resolve(EXTRA);
    return List.of(
        Files.readString(extra.resolve(SETTINGS)), Files.readString(extra.resolve(PROGRESS)));
  }

  /** {@return the prefix of the variables' files} */
  public Path variables() {
    return SavedModelWriter.variablesOf(folder);
  }

  /**
   * {@return the network's state after the last step: its tensors, each {@code [N, L]} row-major}
   * Empty if the checkpoint came from a program that does not keep it.
   *
   * @throws CheckpointException if it is damaged
   */
  public Optional<List<float[]>> lstmState() {
    if (!settings.text().isKnown()) {
      return Optional.empty();
    }
    CheckpointReader reader = TensorBundle.read(folder.resolve(EXTRA).resolve(STATE));
    List<float[]> leaves = new ArrayList<>();
    settings.model().stateNames().forEach(name -> leaves.add(reader.readFloats(name)));
    return Optional.of(leaves);
  }

  /** Where the run was; what another program began is placed by its number of steps. */
  TrainingProgress progressIn(TrainingText text) {
    return settings.text().isKnown()
        ? progress
        : TrainingProgress.after(progress.step(), text.batches().size());
  }

  /**
   * Writes the vocabulary where a SavedModel keeps what its loaders pass over.
   *
   * @param savedModel folder of a SavedModel
   * @throws IOException if the disk refuses
   */
  public void writeVocabulary(Path savedModel) throws IOException {
    vocabulary.writeJson(Files.createDirectories(savedModel.resolve(EXTRA)).resolve(VOCABULARY));
  }

  /** Writes a whole checkpoint into an empty folder. */
  static void write(
      Path folder,
      SavedModelWriter savedModel,
      LanguageModelSession session,
      RunSettings settings,
      TrainingProgress progress,
      Vocabulary vocabulary)
      throws IOException {
    session.write(savedModel, folder);
    Path extra = Files.createDirectories(folder.resolve(EXTRA));
    JsonFiles.write(
        extra.resolve(SETTINGS),
        SETTINGS_FORMAT,
        settings,
        Map.of(VOCABULARY_SHA256, vocabulary.sha256()));
    JsonFiles.write(extra.resolve(PROGRESS), PROGRESS_FORMAT, progress);
    vocabulary.writeJson(extra.resolve(VOCABULARY));
    TensorBundle.write(extra.resolve(STATE), session.state());
    Checksums.write(folder, extra.resolve(Checksums.FILE_NAME));
  }

  private static void requireText(Path run) {
    if (Files.exists(run.resolve(ClassifierRun.SETTINGS))) {
      throw new CheckpointException(
          run + " is a run of the image classifier, not of a text; see charlstm classify --help");
    }
  }

  private static Path newestOf(Path run) {
    requireText(run);
    CheckpointState state =
        CheckpointState.read(run)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        run
                            + " holds no checkpoint: it has neither a SavedModel nor a file named "
                            + CheckpointState.FILE_NAME));
    // "i100_l512/variables/variables" -> "i100_l512"
    Path variables = run.resolve(state.modelCheckpointPath());
    Path checkpoint = variables.getParent() == null ? null : variables.getParent().getParent();
    if (checkpoint == null || !Files.isDirectory(checkpoint)) {
      throw new CheckpointException(
          run.resolve(CheckpointState.FILE_NAME)
              + " names the checkpoint "
              + state.modelCheckpointPath()
              + ", which does not exist");
    }
    return checkpoint;
  }
}
