package io.github.charlstm.cli;

import io.github.charlstm.recipe.Experiment;
import io.github.charlstm.recipe.HostInfo;
import io.github.charlstm.recipe.ResultsPage;
import io.github.charlstm.recipe.RunProvenance;
import io.github.charlstm.train.ClassifierRun;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.commons.cli.Options;

/** {@code charlstm reproduce}: runs every recipe and writes one page about them. */
final class ReproduceCommand implements Command {
  /** Runs another command line of this program. */
  interface Runner {
    void run(List<String> words) throws IOException;
  }

  private final List<Experiment> experiments;
  private final Runner runner;

  ReproduceCommand(List<Experiment> experiments, Runner runner) {
    this.experiments = List.copyOf(experiments);
    this.runner = runner;
  }

  @Override
  public String name() {
    return "reproduce";
  }

  @Override
  public String summary() {
    return "run every recipe on the real data and write one page of results beside the books'";
  }

  @Override
  public Options options() {
    Options options = new Options();
    options.addOption(null, "quick", false, "a few hundred steps of each: about ten minutes");
    options.addOption(null, "out", true, "the page's folder (default: docs/results)");
    options.addOption(null, "runs", true, "folder of the runs (default: checkpoints/reproduce)");
    options.addOption(null, "only", true, "names of runs, with commas between (default: all)");
    options.addOption(null, "steps", true, "at most so many steps of each");
    options.addOption(null, "anna", true, "Anna Karenina's text file (default: fetched)");
    options.addOption(null, "shakespeare", true, "Gutenberg's pg100.txt (default: fetched)");
    options.addOption(null, "mnist", true, "folder with MNIST's gz files (default: fetched)");
    options.addOption(
        null, "holdout", true, "MNIST: use the test images only; test on the last so many");
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "reproduce --quick --out quick-results",
        "reproduce",
        "reproduce --only anna,anna-as-printed --anna anna.txt",
        "reproduce --mnist mnist --holdout 1000");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    OptionalLong most = flags.longInteger("steps", 1, Long.MAX_VALUE);
    OptionalInt holdout = flags.integer("holdout", 1, 9_999);
    List<Experiment> chosen = chosen(flags);
    Path runs = flags.path("runs").orElseGet(() -> RunFolders.root().resolve("reproduce"));
    Path page = flags.path("out").orElseGet(() -> RunFolders.inHome("docs/results"));
    for (Experiment experiment : chosen) {
      long end =
          Math.min(
              flags.has("quick") ? experiment.quickSteps() : experiment.steps(),
              most.orElse(Long.MAX_VALUE));
      Path run = runs.resolve(experiment.name());
      String place = chosen.indexOf(experiment) + 1 + " of " + chosen.size();
      console.note("\nrun " + place + ": " + experiment.name());
      if (steps(run) < end && !train(experiment, run, end, flags, holdout, console)) {
        console.note(
            "stopped in "
                + experiment.name()
                + "; the same command goes on from there\nno page written yet");
        return;
      }
    }
    console.note("writing the page");
    console.during(
        "writing the page",
        () -> {
          ResultsPage.write(chosen, runs, commandLine(flags), page);
          return page;
        });
    console.note("written: " + page.resolve(ResultsPage.HTML));
    if (console.json()) {
      console.result(
          Json.object().put("event", "page").put("page", page.resolve(ResultsPage.HTML)));
    }
  }

  private boolean train(
      Experiment experiment, Path run, long end, Flags flags, OptionalInt holdout, Console console)
      throws IOException {
    boolean resume = RunFolders.hasCheckpoint(run);
    Optional<Path> place = flags.path(experiment.data().flag());
    List<String> words = new ArrayList<>(experiment.command(run, place, resume, end));
    if (!resume && experiment.data() == Experiment.Data.MNIST && holdout.isPresent()) {
      words.addAll(List.of("--holdout", String.valueOf(holdout.getAsInt())));
    }
    if (console.quiet()) {
      words.add("--quiet");
    }
    if (console.json()) {
      words.add("--json");
    }
    console.note("charlstm " + String.join(" ", words));
    RunProvenance.append(
        run,
        new RunProvenance.Origin(
            resume ? steps(run) : 0,
            HostInfo.commit(RunFolders.inHome("")).orElse(""),
            HostInfo.machine()));
    runner.run(words);
    return steps(run) >= end;
  }

  // Those that are saved: a killed run's metrics may be ahead of its checkpoints.
  private static long steps(Path run) {
    if (!RunFolders.hasCheckpoint(run)) {
      return 0;
    }
    return RunFolders.isClassifier(run)
        ? ClassifierRun.savedSteps(run)
        : TrainingCheckpoint.open(run).progress().step();
  }

  private List<Experiment> chosen(Flags flags) {
    Optional<String> only = flags.text("only");
    if (only.isEmpty()) {
      return experiments;
    }
    List<String> names = List.of(only.get().split(",", -1));
    List<String> known = experiments.stream().map(Experiment::name).toList();
    names.stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new UsageException(
                  "--only: there is no run '" + name + "'; there are " + String.join(", ", known));
            });
    return experiments.stream().filter(run -> names.contains(run.name())).toList();
  }

  // As a reader would type it: without the places of this machine's files.
  private static String commandLine(Flags flags) {
    StringBuilder line = new StringBuilder("scripts/charlstm reproduce");
    if (flags.has("quick")) {
      line.append(" --quick");
    }
    for (String flag : List.of("steps", "only", "holdout")) {
      flags.text(flag).ifPresent(value -> line.append(" --" + flag + " " + value));
    }
    return line.toString();
  }
}
