package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFiles;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.RunProvenance;
import io.github.charlstm.report.Html.Entry;
import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.report.RunFacts;
import io.github.charlstm.report.RunPage;
import io.github.charlstm.report.RunReader;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.TextReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class ReportCommand implements Command {
  private static final Flag<Path> OUT =
      Flag.path(PlotCommand.OUT.name(), "the page (default: report.html in the run's folder)");
  private static final Flag<Integer> LENGTH =
      Flag.integer(
              SampleCommand.LENGTH.name(),
              0,
              100_000,
              "characters or words that each checkpoint writes, 0 for no samples")
          .orElse(400);

  @Override
  public Usage usage() {
    return Usage.of(
            "report",
            "write an HTML page of a run: curves, samples, speed, checkpoints, data, settings")
        .arguments("[RUN]")
        .flags(OUT, LENGTH)
        .examples(
            "report",
            "report checkpoints/anna",
            "report checkpoints/anna --out anna.html --length 1000",
            "report checkpoints/mnist");
  }

  @Override
  public void run(Flags flags, Console console) {
    if (flags.words().size() > 1) {
      throw new UsageException(
          "charlstm report: expected one run's folder, found %s", flags.words().size());
    }
    int length = flags.get(LENGTH);
    Path run =
        flags.words().isEmpty()
            ? RunFolders.newest(RunFolders.Kind.ANY, "charlstm report RUN")
            : Flag.parsePath(flags.words().get(0));
    Path page = flags.get(OUT, run.resolve("report.html"));
    RunFacts facts =
        console.during("reading the run", () -> new RunReader(new RunSources(), length).read(run));
    writePage(page, RunPage.html(facts));
    facts.problems().forEach(problem -> console.note("note: " + problem));
    console.note("written: " + page);
    console.result(
        () ->
            Json.object()
                .put("page", page)
                .put("run", run)
                .put("steps", facts.metrics().map(MetricsFile::lastStep).orElse(null))
                .put("checkpoints", facts.checkpoints().size())
                .put("problems", facts.problems()));
  }

  /** Writes an HTML page; an error names the flag for another place. */
  static void writePage(Path page, String html) {
    try {
      Files.writeString(page, html);
    } catch (IOException e) {
      throw new UsageException("%s: %s cannot be written (%s)", OUT, page, FileFailures.reason(e));
    }
  }

  private static final class RunSources implements RunReader.Sources {

    @Override
    public CharacterText text(RunSettings.Text run) {
      TextReference reference = run.text();
      if (reference.dataSet()) {
        return CharacterText.of(TrainingData.cache().text(DataSets.named(reference.source())));
      }
      CharacterText text = load(run, Newlines.UNIVERSAL);
      // An imported run whose model knows carriage returns was read with them.
      return text.sha256().equals(reference.sha256()) ? text : load(run, Newlines.KEPT);
    }

    private static CharacterText load(RunSettings.Text run, Newlines newlines) {
      List<Path> paths = run.text().sources().stream().map(Path::of).toList();
      return TextFiles.load(
          TextFiles.in(paths, run.text().read(), skipped -> {}),
          run.training().documents(),
          run.text().read(),
          newlines,
          read -> {});
    }

    @Override
    public String prime(RunSettings.Text settings, Vocabulary vocabulary) {
      return TrainingSamples.prime(settings, vocabulary);
    }

    @Override
    public List<Entry> provenance(Path run) throws IOException {
      return RunProvenance.read(run).stream()
          .map(
              origin ->
                  new Entry(
                      origin.afterStep() == 0
                          ? "from the beginning"
                          : "from step " + origin.afterStep() + " on",
                      origin.machine()
                          + (origin.commit().isEmpty() ? "" : "; commit " + origin.commit())))
          .toList();
    }
  }
}
