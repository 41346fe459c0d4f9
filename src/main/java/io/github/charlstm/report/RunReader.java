package io.github.charlstm.report;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.ClassifierSettings;
import io.github.charlstm.train.InvalidRunException;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a run's folder, of a text or of images, and changes nothing in it. What is damaged or
 * missing is named in the facts; the rest is there all the same.
 */
public final class RunReader {
  private static final Pattern IMAGE_CHECKPOINT =
      Pattern.compile("model\\.ckpt-(\\d{1,18})\\.index");
  private static final Pattern IMAGE_PARTS =
      Pattern.compile("model\\.ckpt-(\\d{1,18})\\.(index|data-.*)");

  private final Help help;
  private final int sampleLength;

  /** What a run's folder does not hold. */
  public interface Help {
    /**
     * The text that a run learns, without fetching it.
     *
     * @param identity which text
     * @return its characters
     * @throws IllegalArgumentException if it is not here
     */
    CharacterText text(TextReference identity);

    /**
     * What a sample begins with.
     *
     * @param settings of the run
     * @param vocabulary of the run
     * @return a text that the vocabulary knows, of at least one symbol
     */
    String prime(RunSettings settings, Vocabulary vocabulary);

    /**
     * What the run ran on, if anybody wrote that down.
     *
     * @param run its folder
     * @return empty if nobody did
     * @throws IOException if it cannot be read
     */
    List<Entry> surroundings(Path run) throws IOException;
  }

  /**
   * A reader.
   *
   * @param help for what a run's folder does not hold
   * @param sampleLength symbols that each checkpoint writes; 0 for no samples
   */
  public RunReader(Help help, int sampleLength) {
    this.help = Objects.requireNonNull(help, "help");
    if (sampleLength < 0) {
      throw new IllegalArgumentException("a sample has 0 symbols or more, found " + sampleLength);
    }
    this.sampleLength = sampleLength;
  }

  /**
   * Reads a run.
   *
   * @param run its folder
   * @return what is known of it
   * @throws InvalidRunException if it is no folder, or nothing in it is a run's
   */
  public RunFacts read(Path run) {
    if (!Files.isDirectory(run)) {
      throw new InvalidRunException(
          run + (Files.exists(run) ? " is not a folder" : " does not exist") + "; name a run's");
    }
    RunFiles files = new RunFiles(run);
    boolean isOfImages =
        Files.exists(run.resolve(ClassifierRun.SETTINGS))
            || !files.checkpoints(IMAGE_CHECKPOINT, IMAGE_PARTS).isEmpty();
    RunFacts facts = isOfImages ? ofImages(files) : new TextRun(files, help, sampleLength).read();
    if (facts.metrics().isEmpty()
        && facts.checkpoints().isEmpty()
        && !Files.exists(run.resolve(MetricsWriter.FILE_NAME))
        && !isOfImages) {
      boolean isCheckpoint = Files.exists(run.resolve("saved_model.pb"));
      throw new InvalidRunException(
          isCheckpoint
              ? run + " is one checkpoint; give the run's folder, which holds it"
              : run + " is no run's folder: it has neither checkpoints nor metrics.jsonl");
    }
    return facts;
  }

  private RunFacts ofImages(RunFiles files) {
    Optional<ClassifierSettings> settings =
        files.attempt("the settings", () -> ClassifierRun.settings(files.run));
    List<Entry> entries =
        settings
            .flatMap(
                known ->
                    files.attempt(
                        "the settings",
                        () ->
                            RunFiles.settings(
                                Files.readString(files.run.resolve(ClassifierRun.SETTINGS)))))
            .orElse(List.of());
    List<RunFacts.Checkpoint> checkpoints = new ArrayList<>();
    for (RunFacts.Checkpoint found : files.checkpoints(IMAGE_CHECKPOINT, IMAGE_PARTS)) {
      checkpoints.add(checked(files, found));
    }
    if (checkpoints.isEmpty()) {
      files.problems.add("there is no checkpoint");
    }
    var metrics = files.metrics();
    return new RunFacts(
        name(files.run),
        settings.map(known -> "digits by rows, " + known.model().describe()).orElse(""),
        files.problems,
        entries.stream().filter(entry -> !entry.name().startsWith("data.")).toList(),
        settings.map(RunReader::data).orElse(List.of()),
        "",
        surroundings(files, help),
        "image",
        settings.map(ClassifierSettings::batchSize).orElse(0),
        metrics,
        Optional.empty(),
        checkpoints,
        List.of());
  }

  private static RunFacts.Checkpoint checked(RunFiles files, RunFacts.Checkpoint found) {
    Optional<Boolean> whole =
        files.attempt(
            "checkpoint " + found.name(),
            () -> {
              CheckpointReader.open(files.run.resolve(found.name())).verifyAll();
              return true;
            });
    return whole.isPresent() ? found : damaged(found);
  }

  /**
   * The same checkpoint as one that cannot be used, for the reason that is a problem of the run.
   */
  static RunFacts.Checkpoint damaged(RunFacts.Checkpoint found) {
    return new RunFacts.Checkpoint(
        found.name(), found.step(), found.bytes(), found.written(), Optional.of("damaged"));
  }

  private static List<Entry> data(ClassifierSettings settings) {
    String[] digests = settings.data().sha256().split(" ");
    int holdout = settings.data().holdout();
    List<Entry> entries = new ArrayList<>();
    entries.add(
        new Entry(
            "images", settings.data().folder().isEmpty() ? "MNIST" : settings.data().folder()));
    entries.add(
        new Entry(
            "tested on",
            holdout == 0
                ? "the test images"
                : "the last " + holdout + " test images; the others are trained on"));
    entries.add(new Entry("SHA-256, trained on", digests[0]));
    if (digests.length > 1) {
      entries.add(new Entry("SHA-256, tested on", digests[1]));
    }
    return entries;
  }

  static List<Entry> surroundings(RunFiles files, Help help) {
    return files.attempt("what it ran on", () -> help.surroundings(files.run)).orElse(List.of());
  }

  static String name(Path run) {
    Path name = run.toAbsolutePath().normalize().getFileName();
    return name == null ? run.toString() : name.toString();
  }
}
