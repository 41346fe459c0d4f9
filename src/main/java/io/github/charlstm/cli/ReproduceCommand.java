package io.github.charlstm.cli;

import io.github.charlstm.recipe.Experiment;
import io.github.charlstm.recipe.Experiments;
import io.github.charlstm.recipe.HostInfo;
import io.github.charlstm.recipe.ResultsPage;
import io.github.charlstm.recipe.RunProvenance;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code charlstm reproduce}: runs every recipe and writes a page of their results. */
final class ReproduceCommand implements Command {
  interface Runner {
    void run(List<String> words) throws IOException;
  }

  private static final Flag<Boolean> QUICK =
      Flag.toggle("quick", "a few hundred steps of each: about ten minutes");
  private static final Flag<Path> OUT =
      Flag.path(PlotCommand.OUT.name(), "the page's folder (default: docs/results)");
  private static final Flag<Path> RUNS =
      Flag.path("runs", "folder of the runs (default: checkpoints/reproduce)");
  private static final Flag<String> ONLY =
      Flag.text("only", "names of runs, separated by commas (default: all)")
          .suggest(Experiments.all().stream().map(Experiment::name).toList());
  private static final Flag<Long> STEPS = TrainFlags.STEPS.help("at most so many steps of each");
  private static final Flag<Path> ANNA =
      Flag.path("anna", "Anna Karenina's text file (default: fetched)");
  private static final Flag<Path> SHAKESPEARE =
      Flag.path("shakespeare", "Gutenberg's pg100.txt (default: fetched)");
  private static final Flag<Path> MNIST =
      Flag.path("mnist", "folder with MNIST's gz files (default: fetched)");
  private static final Flag<Integer> HOLDOUT =
      TrainFlags.HOLDOUT.help("MNIST: use the test images only; test on the last so many");
  private static final Map<Experiment.Data, Flag<Path>> PLACES =
      Map.of(
          Experiment.Data.ANNA, ANNA,
          Experiment.Data.SHAKESPEARE, SHAKESPEARE,
          Experiment.Data.MNIST, MNIST);

  private final List<Experiment> experiments;
  private final Runner runner;

  ReproduceCommand(List<Experiment> experiments, Runner runner) {
    this.experiments = List.copyOf(experiments);
    this.runner = runner;
  }

  @Override
  public Usage usage() {
    return Usage.of(
            "reproduce",
            "run every recipe on the real data and write a page of results beside the books'")
        .flags(QUICK, OUT, RUNS, ONLY, STEPS, ANNA, SHAKESPEARE, MNIST, HOLDOUT)
        .examples(
            "reproduce --quick --out quick-results",
            "reproduce",
            "reproduce --only anna,anna-as-printed --anna anna.txt",
            "reproduce --mnist mnist --holdout 1000");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    List<Experiment> chosen = chosen(flags);
    Path runs = flags.find(RUNS).orElseGet(() -> RunFolders.root().resolve("reproduce"));
    Path page = flags.find(OUT).orElseGet(() -> RunFolders.inHome("docs/results"));
    // Known only once all are trained, hours later, if it is not looked at before.
    if (Files.exists(page) && !Files.isDirectory(page)) {
      throw new UsageException("%s: expected a folder for the page, found the file %s", OUT, page);
    }
    for (Experiment experiment : chosen) {
      long end =
          Math.min(
              flags.has(QUICK) ? experiment.quickSteps() : experiment.steps(),
              flags.get(STEPS, Long.MAX_VALUE));
      Path run = runs.resolve(experiment.name());
      int number = chosen.indexOf(experiment) + 1;
      console.note("\nrun %s of %s: %s", number, chosen.size(), experiment.name());
      if (steps(run) < end && !train(experiment, run, end, flags, console)) {
        console.note(
            "stopped in %s; the same command goes on from there\nno page written yet",
            experiment.name());
        return;
      }
    }
    console.note("writing the page");
    console.during(
        "writing the page",
        () -> {
          ResultsPage.write(
              chosen, runs, commandOfPage(flags), ReproduceCommand::commandOfRun, page);
          return page;
        });
    Path html = page.resolve(ResultsPage.HTML);
    console.note("written: " + html);
    console.result(() -> Json.object().put("event", "page").put("page", html));
  }

  private boolean train(Experiment experiment, Path run, long end, Flags flags, Console console)
      throws IOException {
    boolean resume = RunFolders.hasCheckpoint(run);
    Command command = command(experiment);
    List<String> words = new ArrayList<>(List.of(command.name()));
    words.addAll(
        resume
            ? TrainFlags.RESUME.words("true")
            : Flag.words(experiment.settings(), command.flags()));
    flags
        .find(PLACES.get(experiment.data()))
        .ifPresent(place -> words.addAll(TextFlags.DATA.words(place)));
    words.addAll(TrainFlags.RUN.words(run));
    words.addAll(TrainFlags.STEPS.words(end));
    if (!resume && experiment.data() == Experiment.Data.MNIST) {
      flags.find(HOLDOUT).ifPresent(images -> words.addAll(HOLDOUT.words(images)));
    }
    words.addAll(Flags.QUIET.words(console.quiet()));
    words.addAll(Flags.JSON.words(console.json()));
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

  // The saved steps: the metrics of a killed run may be ahead of its checkpoints.
  private static long steps(Path run) {
    return RunFolders.hasCheckpoint(run) ? TrainingCheckpoint.open(run).progress().step() : 0;
  }

  private List<Experiment> chosen(Flags flags) {
    if (!flags.has(ONLY)) {
      return experiments;
    }
    List<String> names = List.of(flags.get(ONLY).split(",", -1));
    List<String> known = experiments.stream().map(Experiment::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new UsageException(
            "%s: there is no run '%s'; there are %s", ONLY, name, String.join(", ", known));
      }
    }
    return experiments.stream().filter(run -> names.contains(run.name())).toList();
  }

  // The command that trains an experiment.
  private static Command command(Experiment experiment) {
    return experiment.data() == Experiment.Data.MNIST ? new ClassifyCommand() : new TrainCommand();
  }

  // Without the flags that name places of this machine's files.
  private static String commandOfPage(Flags flags) {
    List<String> words = new ArrayList<>();
    for (Flag<?> flag : List.of(QUICK, STEPS, ONLY, HOLDOUT)) {
      flags.find(flag).ifPresent(value -> words.addAll(flag.words(value)));
    }
    return line("reproduce", words);
  }

  private static String commandOfRun(Experiment experiment, Map<String, String> settings) {
    Command command = command(experiment);
    return line(command.name(), Flag.words(settings, command.flags()));
  }

  private static String line(String command, List<String> words) {
    return ("scripts/charlstm " + command + " " + String.join(" ", words)).strip();
  }
}
