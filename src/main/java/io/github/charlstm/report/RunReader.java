package io.github.charlstm.report;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.report.Html.Entry;
import io.github.charlstm.report.RunFacts.Checkpoint;
import io.github.charlstm.report.RunFacts.Sample;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.train.InvalidRunException;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextParts;
import io.github.charlstm.train.TextParts.Part;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TextReference.HeldOut;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads a run's folder, of a text or of images, without changing it. Damaged and missing files
 * become {@link RunFacts#problems}; the others are read all the same.
 */
public final class RunReader {
  private static final int MOST_SYMBOLS = 400;
  private static final int MOST_LISTINGS = 5;

  private final Sources sources;
  private final int sampleLength;

  /** Facts that are not in a run's folder. */
  public interface Sources {
    /**
     * {@return the characters of the training text, without downloading it}
     *
     * @throws IllegalArgumentException if it is not on this machine
     */
    CharacterText text(RunSettings.Text settings);

    /** {@return the text that a sample begins with: at least one symbol, all in the vocabulary} */
    String prime(RunSettings.Text settings, Vocabulary vocabulary);

    /** {@return machine and commit of the run; empty if they were not recorded} */
    List<Entry> provenance(Path run) throws IOException;
  }

  /** A reader; each checkpoint generates a sample of so many symbols, 0 for none. */
  public RunReader(Sources sources, int sampleLength) {
    this.sources = sources;
    if (sampleLength < 0) {
      throw new IllegalArgumentException(
          "expected a sample length of at least 0, found " + sampleLength);
    }
    this.sampleLength = sampleLength;
  }

  /** {@return what can be read of a run; an InvalidRunException if nothing of one is there} */
  public RunFacts read(Path run) {
    if (!Files.isDirectory(run)) {
      String reason = Files.exists(run) ? " is not a folder" : " does not exist";
      throw new InvalidRunException(run + reason + "; give a run's folder");
    }
    return new Reading(new RunFiles(run)).read();
  }

  private final class Reading {
    private final RunFiles files;
    private final List<TrainingCheckpoint> whole = new ArrayList<>();

    Reading(RunFiles files) {
      this.files = files;
    }

    RunFacts read() {
      List<Checkpoint> checkpoints = checkpoints();
      Optional<MetricsFile> metrics = files.metrics();
      boolean isOfImages =
          TrainingCheckpoint.isOfImages(files.run)
              || checkpoints.stream().anyMatch(one -> one.name().startsWith("model.ckpt-"));
      if (checkpoints.isEmpty() && !isOfImages && !files.hasMetrics()) {
        throw new InvalidRunException(
            Files.exists(files.run.resolve("saved_model.pb"))
                ? files.run + " is one checkpoint; give the run's folder, which holds it"
                : files.run + " is no run's folder: it has neither checkpoints nor metrics.jsonl");
      }
      if (whole.isEmpty()) {
        files.problems.add(
            "there is no checkpoint that can be read, so settings, data and samples are not known");
      }
      Optional<TrainingCheckpoint> newest =
          whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(whole.size() - 1));
      Optional<RunSettings.Text> text =
          newest.flatMap(one -> settings(one, RunSettings.Text.class));
      Optional<RunSettings.Images> images =
          newest.flatMap(one -> settings(one, RunSettings.Images.class));
      return new RunFacts(
          files.name(),
          text.map(Reading::summary)
              .or(() -> images.map(known -> "digits by rows, " + known.model().describe()))
              .orElse(""),
          files.problems,
          newest.map(one -> files.settings(one.folder(), one::descriptions)).orElse(List.of()),
          text.map(known -> textData(known, newest.get().vocabulary()))
              .or(() -> images.map(Reading::imageData))
              .orElse(List.of()),
          text.map(known -> symbols(newest.get().vocabulary())).orElse(""),
          files.attempt("what it ran on", () -> sources.provenance(files.run)).orElse(List.of()),
          isOfImages
              ? "image"
              : text.map(known -> newest.get().vocabulary().unit()).orElse("character"),
          text.map(RunSettings.Text::training)
              .map(t -> (long) t.batchSize() * t.numSteps())
              .or(() -> images.map(known -> (long) known.training().batchSize()))
              .orElse(0L),
          metrics,
          metrics.flatMap(m -> m.measured("learning rate", MetricsFile.Row::learningRate)),
          checkpoints,
          text.isEmpty() || sampleLength == 0 ? List.of() : samples());
    }

    private static <T> Optional<T> settings(TrainingCheckpoint checkpoint, Class<T> kind) {
      return Optional.of(checkpoint.run()).filter(kind::isInstance).map(kind::cast);
    }

    // A run in progress removes old checkpoints, perhaps all that were listed: then list again.
    private List<Checkpoint> checkpoints() {
      for (int listing = 1; ; listing++) {
        files.problems.clear();
        whole.clear();
        boolean isAnyRemoved = false;
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (Checkpoint found : files.checkpoints()) {
          Path place = files.run.resolve(found.name());
          var opened =
              files.attempt(
                  place, "checkpoint " + found.name(), () -> TrainingCheckpoint.open(place));
          opened.ifPresent(whole::add);
          if (opened.isEmpty() && RunFiles.isGone(place)) {
            isAnyRemoved = true;
          } else {
            checkpoints.add(opened.isPresent() ? found : found.damaged());
          }
        }
        if (!whole.isEmpty() || !isAnyRemoved || listing == MOST_LISTINGS) {
          return checkpoints;
        }
      }
    }

    private static List<Entry> imageData(RunSettings.Images settings) {
      RunSettings.ImageReference data = settings.images();
      String[] digests = data.sha256().split(" ");
      List<Entry> entries = new ArrayList<>();
      entries.add(new Entry("images", data.folder().isEmpty() ? "MNIST" : data.folder()));
      entries.add(
          new Entry(
              "tested on",
              data.holdout() == 0
                  ? "the test images"
                  : "the last " + data.holdout() + " test images; the others are trained on"));
      entries.add(new Entry("SHA-256, trained on", digests[0]));
      if (digests.length > 1) {
        entries.add(new Entry("SHA-256, tested on", digests[1]));
      }
      return entries;
    }

    private static String summary(RunSettings.Text settings) {
      TextReference text = settings.text();
      String source = text.source().replace('\\', '/');
      String name = text.dataSet() ? source : source.substring(source.lastIndexOf('/') + 1);
      return settings.model().describe() + ", learning " + (text.isKnown() ? name : "a text");
    }

    private List<Entry> textData(RunSettings.Text settings, Vocabulary vocabulary) {
      TextReference text = settings.text();
      List<Entry> entries = new ArrayList<>();
      if (text.isKnown()) {
        entries.add(new Entry(text.dataSet() ? "data set" : "text file", text.source()));
        text.more().forEach(more -> entries.add(new Entry("text file", more)));
        addHeldOut(entries, "validated on", text.validation());
        addHeldOut(entries, "tested on", text.test());
        entries.add(new Entry("read as", text.read().encoding().name()));
        entries.add(new Entry("SHA-256 of the text", text.sha256()));
        files
            .attempt("the text", () -> sources.text(settings))
            .ifPresent(found -> addCounts(entries, found, settings));
      } else {
        files.problems.add("the run was imported and does not say which text it learned");
      }
      String unknown =
          vocabulary.unknown().isPresent() ? ", one of which stands for all others" : "";
      String kind = " " + vocabulary.unit() + "s";
      entries.add(new Entry("vocabulary", RunFiles.count(vocabulary.size()) + kind + unknown));
      entries.add(new Entry("SHA-256 of the vocabulary", vocabulary.sha256()));
      return entries;
    }

    private static void addHeldOut(List<Entry> entries, String what, HeldOut text) {
      if (text.isKnown()) {
        entries.add(new Entry(what, text.source()));
        entries.add(new Entry("SHA-256 of what is " + what, text.sha256()));
      }
    }

    private void addCounts(List<Entry> entries, CharacterText text, RunSettings.Text settings) {
      if (!text.sha256().equals(settings.text().sha256())) {
        files.problems.add(
            "the text has changed since the run began: its SHA-256 is " + text.sha256());
        return;
      }
      long lines = text.codePoints().filter(c -> c == '\n').count() + 1;
      entries.add(new Entry("characters", RunFiles.count(text.length())));
      entries.add(new Entry("distinct characters", RunFiles.count(text.distinct().count())));
      entries.add(new Entry("lines", RunFiles.count(lines)));
      TextParts parts = TextParts.of(settings, TextCorpus.of(settings.preparation().clean(text)));
      boolean held = parts.has(Part.VALIDATION) || parts.has(Part.TEST);
      if (held || settings.training().documents() != Division.NONE) {
        entries.add(new Entry("trained on", size(parts, Part.TRAIN)));
      }
      if (parts.has(Part.VALIDATION)) {
        entries.add(new Entry("validated on", size(parts, Part.VALIDATION)));
      }
      if (parts.has(Part.TEST)) {
        entries.add(new Entry("tested on", size(parts, Part.TEST)));
      }
    }

    private static String size(TextParts parts, Part part) {
      return parts
          .documents(part)
          .map(documents -> RunFiles.count(documents.size()) + " documents")
          .orElseGet(() -> RunFiles.count(parts.text(part).length()) + " characters");
    }

    private static String symbols(Vocabulary vocabulary) {
      String between = vocabulary.separator().isEmpty() ? " " : ", ";
      String listed =
          IntStream.range(0, Math.min(vocabulary.size(), MOST_SYMBOLS))
              .mapToObj(k -> Html.label(vocabulary.symbol(k)).replaceAll("^(\\S) .*", "$1"))
              .collect(Collectors.joining(between));
      int more = vocabulary.size() - MOST_SYMBOLS;
      return more <= 0 ? listed : listed + between + "... and " + RunFiles.count(more) + " more";
    }

    // All checkpoints of a run fit the same graph.
    private List<Sample> samples() {
      List<Sample> samples = new ArrayList<>();
      files
          .attempt(
              "the samples",
              () -> LanguageModelSession.inference(whole.get(0).settings().model(), 1, 1))
          .ifPresent(
              session -> {
                try (session) {
                  for (TrainingCheckpoint checkpoint : whole) {
                    Path folder = checkpoint.folder();
                    String what = "the sample of " + folder.getFileName();
                    files
                        .attempt(folder, what, () -> sample(session, checkpoint))
                        .ifPresent(samples::add);
                  }
                }
              });
      return samples;
    }

    private Sample sample(LanguageModelSession session, TrainingCheckpoint checkpoint) {
      session.restore(checkpoint.variables());
      Vocabulary vocabulary = checkpoint.vocabulary();
      String prime = sources.prime(checkpoint.settings(), vocabulary);
      Random random = new Random(checkpoint.settings().training().seed());
      NextSymbolPolicy policy = Except.unknown(vocabulary, new TopN());
      String text =
          new TextGenerator(session, vocabulary).continued(prime, sampleLength, policy, random);
      return new Sample(checkpoint.progress().step(), text);
    }
  }
}
