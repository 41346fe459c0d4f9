package io.github.charlstm.cli;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.recipe.Experiment;
import io.github.charlstm.recipe.Experiments;
import io.github.charlstm.recipe.HostInfo;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.recipe.ResultsPage;
import io.github.charlstm.recipe.RunProvenance;
import io.github.charlstm.recipe.Trial;
import io.github.charlstm.recipe.Trial.Program;
import io.github.charlstm.report.MetricsFile;
import io.github.charlstm.train.MetricsWriter;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code charlstm reproduce}: runs every recipe and writes a page of their results. */
final class ReproduceCommand implements Command {
  interface Runner {
    void run(List<String> words) throws IOException;
  }

  private static final String PYTHON_PROGRAM = "scripts/python/book_recipes.py";
  private static final int MOST_SEEDS =
      Experiments.all().stream().mapToInt(Experiment::seeds).max().orElseThrow();

  private static final Flag<Boolean> QUICK =
      Flag.toggle("quick", "one seed and a few hundred steps of each: less than ten minutes");
  private static final Flag<Path> OUT =
      Flag.path(PlotCommand.OUT.name(), "the page's folder (default: docs/results)");
  private static final Flag<Path> RUNS =
      Flag.path("runs", "folder of the runs (default: checkpoints/reproduce)");
  private static final Flag<String> ONLY =
      Flag.text("only", "names of recipes, separated by commas (default: all)")
          .suggest(Experiments.all().stream().map(Experiment::name).toList());
  private static final Flag<Long> STEPS = TrainFlags.STEPS.help("at most so many steps of each");
  private static final Flag<Integer> SEEDS =
      Flag.integer(
          "seeds",
          1,
          MOST_SEEDS,
          "at most so many seeds of the recipes that the books print figures of (default: 3, of"
              + " digits 5)");
  private static final Flag<Path> PYTHON =
      Flag.path(
          "python",
          "a Python that has scripts/python/requirements.txt: trains these recipes in Python too");
  private static final Flag<Boolean> PAGE_ONLY =
      Flag.toggle("page-only", "write the page of the runs as they are, without training");
  private static final Flag<Path> ANNA =
      Flag.path("anna", "Anna Karenina's text file (default: fetched)");
  private static final Flag<Path> SHAKESPEARE =
      Flag.path("shakespeare", "Gutenberg's pg100.txt (default: fetched)");
  private static final Flag<Path> MNIST =
      Flag.path("mnist", "folder with MNIST's gz files (default: fetched)");
  private static final Flag<Integer> HOLDOUT =
      TrainFlags.HOLDOUT.help("MNIST: use the test images only; test on the last so many");

  // Where the data are: the flag, and the data set that is fetched without it.
  private record Place(Flag<Path> flag, DataSet dataSet) {}

  private static final Map<Experiment.Data, Place> PLACES =
      Map.of(
          Experiment.Data.ANNA, new Place(ANNA, DataSets.ANNA),
          Experiment.Data.SHAKESPEARE, new Place(SHAKESPEARE, DataSets.SHAKESPEARE),
          Experiment.Data.MNIST, new Place(MNIST, DataSets.MNIST_TRAIN_IMAGES));

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
        .flags(
            QUICK,
            OUT,
            RUNS,
            ONLY,
            STEPS,
            SEEDS,
            PYTHON,
            PAGE_ONLY,
            ANNA,
            SHAKESPEARE,
            MNIST,
            HOLDOUT)
        .examples(
            "reproduce --quick --out quick-results",
            "reproduce --seeds 1",
            "reproduce --python target/goldens-venv/bin/python",
            "reproduce --only anna,anna-as-printed --anna anna.txt",
            "reproduce --mnist mnist --holdout 1000");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    Path runs = flags.find(RUNS).orElseGet(() -> RunFolders.root().resolve("reproduce"));
    Path page = flags.find(OUT).orElseGet(() -> RunFolders.inHome("docs/results"));
    int seeds = flags.get(SEEDS, flags.has(QUICK) ? 1 : MOST_SEEDS);
    boolean withPython = flags.has(PYTHON);
    List<Trial> trials = Trial.plan(chosen(flags), runs, seeds, withPython);
    // Known only once all are trained, hours later, if it is not looked at before.
    if (Files.exists(page) && !Files.isDirectory(page)) {
      throw new UsageException("%s: expected a folder for the page, found the file %s", OUT, page);
    }
    if (!flags.has(PAGE_ONLY)) {
      if (withPython) {
        PythonProgram.requireTensorFlow(flags.get(PYTHON), PYTHON);
      }
      for (Trial trial : trials) {
        console.note("\nrun %s of %s: %s", trials.indexOf(trial) + 1, trials.size(), trial.name());
        if (!train(trial, flags, console)) {
          console.note(
              "stopped in %s; the same command goes on from there\n"
                  + "no page written; %s writes it of the runs as they are",
              trial.name(), PAGE_ONLY);
          return;
        }
      }
    }
    console.note("writing the page");
    console.during(
        "writing the page",
        () -> {
          ResultsPage.write(trials, commandOfPage(flags), ReproduceCommand::commandOfRun, page);
          return page;
        });
    Path html = page.resolve(ResultsPage.HTML);
    console.note("written: " + html);
    console.result(() -> Json.object().put("event", "page").put("page", html));
  }

  /** Trains to the end; false if it was stopped before. */
  private boolean train(Trial trial, Flags flags, Console console) throws IOException {
    Experiment experiment = trial.experiment();
    long end =
        Math.min(
            flags.has(QUICK) ? experiment.quickSteps() : experiment.steps(),
            flags.get(STEPS, Long.MAX_VALUE));
    if (trial.program() == Program.PYTHON) {
      if (stepsInPython(trial.folder()) < end) {
        trainInPython(trial, end, flags, console);
      }
      return stepsInPython(trial.folder()) >= end;
    }
    if (steps(trial.folder()) < end) {
      trainHere(trial, end, flags, console);
    }
    return steps(trial.folder()) >= end;
  }

  private void trainHere(Trial trial, long end, Flags flags, Console console) throws IOException {
    Experiment experiment = trial.experiment();
    boolean resume = RunFolders.hasCheckpoint(trial.folder());
    Command command = command(experiment);
    List<String> words = new ArrayList<>(List.of(command.name()));
    if (resume) {
      words.addAll(TrainFlags.RESUME.words("true"));
    } else {
      Map<String, String> settings = new LinkedHashMap<>(experiment.settings());
      if (trial.seedOffset() > 0) {
        settings.put("seed", String.valueOf(trial.seed()));
      }
      words.addAll(Flag.words(settings, command.flags()));
    }
    flags
        .find(PLACES.get(experiment.data()).flag())
        .ifPresent(place -> words.addAll(TextFlags.DATA.words(place)));
    words.addAll(TrainFlags.RUN.words(trial.folder()));
    words.addAll(TrainFlags.STEPS.words(end));
    if (!resume && experiment.data() == Experiment.Data.MNIST) {
      flags.find(HOLDOUT).ifPresent(images -> words.addAll(HOLDOUT.words(images)));
    }
    words.addAll(Flags.QUIET.words(console.quiet()));
    words.addAll(Flags.JSON.words(console.json()));
    console.note("charlstm " + String.join(" ", words));
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    RunProvenance.append(
        trial.folder(),
        new RunProvenance.Origin(
            resume ? steps(trial.folder()) : 0,
            commit(),
            HostInfo.machine(),
            load < 0 ? null : load));
    runner.run(words);
  }

  // The saved steps: the metrics of a killed run may be ahead of its checkpoints.
  private static long steps(Path run) {
    return RunFolders.hasCheckpoint(run) ? TrainingCheckpoint.open(run).progress().step() : 0;
  }

  private static long stepsInPython(Path run) throws IOException {
    Path metrics = run.resolve(MetricsWriter.FILE_NAME);
    return Files.isRegularFile(metrics) && Files.size(metrics) > 0
        ? MetricsFile.read(metrics).lastStep()
        : 0;
  }

  private static String commit() {
    return HostInfo.commit(RunFolders.inHome("")).orElse("");
  }

  private static void trainInPython(Trial trial, long end, Flags flags, Console console)
      throws IOException {
    Place place = PLACES.get(trial.experiment().data());
    Path fetched = TrainingData.cache().location(place.dataSet());
    boolean isFolder = trial.experiment().data() == Experiment.Data.MNIST;
    Path data = flags.find(place.flag()).orElse(isFolder ? fetched.getParent() : fetched);
    Map<String, String> settings = new LinkedHashMap<>(trial.experiment().settings());
    settings.put("seed", String.valueOf(trial.seed()));
    settings.put("steps", String.valueOf(end));
    if (isFolder) {
      flags.find(HOLDOUT).ifPresent(images -> settings.put("holdout", images.toString()));
    }
    List<String> words = pythonWords(settings);
    words.addAll(List.of("--data", data.toString(), "--out", trial.folder().toString()));
    words.addAll(List.of("--commit", commit()));
    new PythonProgram(flags.get(PYTHON), RunFolders.inHome(PYTHON_PROGRAM)).run(words, console);
  }

  // The Python program's flags have the settings' names.
  private static List<String> pythonWords(Map<String, String> settings) {
    List<String> words = new ArrayList<>();
    words.add(settings.getOrDefault("recipe", Recipes.MNIST.recipe()));
    settings.forEach(
        (name, value) -> {
          if (!name.equals("recipe")) {
            words.addAll(List.of("--" + name.replace('_', '-'), value));
          }
        });
    return words;
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
            "%s: there is no recipe '%s'; there are %s", ONLY, name, String.join(", ", known));
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
    for (Flag<?> flag : List.of(QUICK, STEPS, ONLY, SEEDS, HOLDOUT)) {
      flags.find(flag).ifPresent(value -> words.addAll(flag.words(value)));
    }
    if (flags.has(PYTHON)) {
      words.addAll(PYTHON.words("PYTHON"));
    }
    return line("scripts/charlstm reproduce", words);
  }

  private static String commandOfRun(Trial trial, Map<String, String> settings) {
    if (trial.program() == Program.PYTHON) {
      return line("PYTHON " + PYTHON_PROGRAM, pythonWords(settings));
    }
    Command command = command(trial.experiment());
    return line("scripts/charlstm " + command.name(), Flag.words(settings, command.flags()));
  }

  private static String line(String command, List<String> words) {
    return (command + " " + String.join(" ", words)).strip();
  }
}
