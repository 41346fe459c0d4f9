package io.github.charlstm.report;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.TextSplit;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.sample.TopN;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextReference;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run that learns a text. */
final class TextRun {
  private static final Pattern CHECKPOINT = Pattern.compile("i(\\d{1,18})_l\\d+");
  private static final int MOST_SYMBOLS = 400;
  private static final int MOST_LISTINGS = 5;

  private final RunFiles files;
  private final RunReader.Help help;
  private final int sampleLength;
  private final List<TrainingCheckpoint> whole = new ArrayList<>();

  TextRun(RunFiles files, RunReader.Help help, int sampleLength) {
    this.files = files;
    this.help = help;
    this.sampleLength = sampleLength;
  }

  RunFacts read() {
    List<RunFacts.Checkpoint> checkpoints = checkpoints();
    if (whole.isEmpty()) {
      files.problems.add(
          "there is no checkpoint that can be read, so settings, data and samples are not known");
    }
    Optional<TrainingCheckpoint> newest =
        whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(whole.size() - 1));
    Optional<RunSettings> settings = newest.map(TrainingCheckpoint::settings);
    List<Entry> entries = newest.map(this::entries).orElse(List.of());
    var metrics = files.metrics();
    List<Entry> data = newest.map(this::data).orElse(List.of());
    List<RunFacts.Sample> samples = sampleLength == 0 ? List.of() : samples();
    List<Entry> surroundings = RunReader.surroundings(files, help);
    return new RunFacts(
        RunReader.name(files.run),
        settings.map(TextRun::summary).orElse(""),
        files.problems,
        entries,
        data,
        newest.map(TrainingCheckpoint::vocabulary).map(TextRun::symbols).orElse(""),
        surroundings,
        settings.map(RunSettings::preparation).orElse(TextPreparation.CHARACTERS).unit(),
        settings
            .map(RunSettings::training)
            .map(t -> (long) t.batchSize() * t.numSteps())
            .orElse(0L),
        metrics,
        settings.flatMap(known -> metrics.flatMap(m -> rates(known.training(), m))),
        checkpoints,
        samples);
  }

  // A run that trains may remove all that were listed, and have newer ones.
  private List<RunFacts.Checkpoint> checkpoints() {
    int known = files.problems.size();
    for (int listing = 1; ; listing++) {
      files.problems.subList(known, files.problems.size()).clear();
      whole.clear();
      boolean removed = false;
      List<RunFacts.Checkpoint> checkpoints = new ArrayList<>();
      for (RunFacts.Checkpoint found : files.checkpoints(CHECKPOINT, CHECKPOINT)) {
        Path folder = files.run.resolve(found.name());
        var opened =
            files.attempt(
                folder, "checkpoint " + found.name(), () -> TrainingCheckpoint.open(folder));
        opened.ifPresent(whole::add);
        if (opened.isEmpty() && !Files.exists(folder)) {
          removed = true;
        } else {
          checkpoints.add(opened.isPresent() ? found : RunReader.damaged(found));
        }
      }
      if (!whole.isEmpty() || !removed || listing == MOST_LISTINGS) {
        return checkpoints;
      }
    }
  }

  private static String summary(RunSettings settings) {
    String learns = settings.text().isKnown() ? shortName(settings.text()) : "a text";
    return settings.model().describe() + ", learning " + learns;
  }

  private static String shortName(TextReference text) {
    String source = text.source().replace('\\', '/');
    return text.dataSet() ? source : source.substring(source.lastIndexOf('/') + 1);
  }

  private List<Entry> entries(TrainingCheckpoint newest) {
    return files
        .attempt(
            newest.folder(), "the settings", () -> RunFiles.settings(newest.descriptions().get(0)))
        .orElse(List.of())
        .stream()
        .filter(entry -> !entry.name().startsWith("text."))
        .toList();
  }

  private List<Entry> data(TrainingCheckpoint newest) {
    RunSettings settings = newest.settings();
    TextReference text = settings.text();
    List<Entry> entries = new ArrayList<>();
    if (text.isKnown()) {
      entries.add(new Entry(text.dataSet() ? "data set" : "text file", text.source()));
      entries.add(new Entry("read as", text.read().encoding().name()));
      entries.add(new Entry("SHA-256 of the text", text.sha256()));
      files
          .attempt("the text", () -> help.text(text))
          .ifPresent(found -> add(entries, found, settings));
    } else {
      files.problems.add("the run was imported and does not say which text it learned");
    }
    Vocabulary vocabulary = newest.vocabulary();
    entries.add(
        new Entry(
            "vocabulary",
            RunFiles.count(vocabulary.size())
                + (vocabulary.separator().isEmpty() ? " characters" : " words")
                + (vocabulary.unknown().isPresent()
                    ? ", one of which stands for all others"
                    : "")));
    entries.add(new Entry("SHA-256 of the vocabulary", vocabulary.sha256()));
    return entries;
  }

  private void add(List<Entry> entries, CharacterText text, RunSettings settings) {
    if (!text.sha256().equals(settings.text().sha256())) {
      files.problems.add(
          "the text has changed since the run began: its SHA-256 is " + text.sha256());
      return;
    }
    entries.add(new Entry("characters", RunFiles.count(text.length())));
    entries.add(new Entry("distinct characters", RunFiles.count(text.distinct().count())));
    entries.add(
        new Entry("lines", RunFiles.count(text.codePoints().filter(c -> c == '\n').count() + 1)));
    double share = settings.training().validation();
    if (share > 0) {
      CharacterText cleaned = settings.preparation().clean(text);
      TextSplit split = TextSplit.of(cleaned, share);
      entries.add(
          new Entry("trained on", RunFiles.count(split.training().length()) + " characters"));
      entries.add(
          new Entry("validated on", RunFiles.count(split.validation().length()) + " characters"));
    }
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

  private static Optional<LossSeries> rates(TrainingSettings training, MetricsFile metrics) {
    if (training.decayRate() == 1) {
      return Optional.empty();
    }
    double[] rates =
        metrics.rows().stream()
            .mapToDouble(
                row -> training.learningRate(Math.max(0, (int) Math.ceil(row.epoch()) - 1)))
            .toArray();
    return Optional.of(
        new LossSeries("learning rate", metrics.trainingLoss("loss").steps(), rates));
  }

  // Checkpoints of one run fit one graph.
  private List<RunFacts.Sample> samples() {
    List<RunFacts.Sample> samples = new ArrayList<>();
    if (whole.isEmpty()) {
      return samples;
    }
    var session =
        files.attempt(
            "the samples",
            () -> LanguageModelSession.inference(whole.get(0).settings().model(), 1, 1));
    session.ifPresent(
        open -> {
          try (open) {
            for (TrainingCheckpoint checkpoint : whole) {
              files
                  .attempt(
                      checkpoint.folder(),
                      "the sample of " + checkpoint.folder().getFileName(),
                      () -> sample(open, checkpoint))
                  .ifPresent(samples::add);
            }
          }
        });
    return samples;
  }

  private RunFacts.Sample sample(LanguageModelSession session, TrainingCheckpoint checkpoint) {
    session.restore(checkpoint.variables());
    Vocabulary vocabulary = checkpoint.vocabulary();
    String prime = help.prime(checkpoint.settings(), vocabulary);
    StringBuilder text = new StringBuilder(prime);
    Random random = new Random(checkpoint.settings().training().seed());
    new TextGenerator(session, vocabulary)
        .generate(prime, sampleLength, new TopN(), random, text::append);
    return new RunFacts.Sample(checkpoint.progress().step(), text.toString());
  }
}
