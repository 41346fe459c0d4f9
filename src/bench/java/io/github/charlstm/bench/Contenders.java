package io.github.charlstm.bench;

import io.github.charlstm.model.RnnImplementation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** All contenders, as commands for this machine. */
final class Contenders {
  /** This library; ratios are relative to it. */
  static final String OURS = "charlstm";

  /** The product of large matrices, the reference for all speeds. */
  static final String PRODUCT = "product";

  /** The options of scripts/charlstm, so that charlstm is measured as users run it. */
  static final List<String> LAUNCHER_OPTIONS =
      List.of("-XX:MaxRAMPercentage=50", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmn16m");

  /** Variables that scripts/charlstm sets for the native libraries. */
  static final Map<String, String> LAUNCHER_VARIABLES = Map.of("MALLOC_ARENA_MAX", "2");

  private static final Set<Task.Kind> NETWORKS = EnumSet.of(Task.Kind.TRAIN, Task.Kind.SAMPLE);
  private static final Set<Task.Kind> TRAINING = EnumSet.of(Task.Kind.TRAIN);
  // By default OpenMP's idle threads spin. On a busy machine they then take processor time from the
  // threads that they wait for.
  private static final Map<String, String> SLEEPING = Map.of("OMP_WAIT_POLICY", "PASSIVE");
  private static final String HARNESS = "harness/classes";
  private static final String HOME = "io.github.charlstm.bench.";

  private final Path root;
  private final Path output;
  private final Optional<Path> python;

  /**
   * @param root of the checkout
   * @param python interpreter; if empty, those on the PATH are tried
   */
  Contenders(Path root, Optional<Path> python) {
    this.root = root;
    this.output = root.resolve("target/bench");
    this.python = python;
  }

  /** In the order in which results name them. */
  List<Contender> all() throws IOException {
    return List.of(
        ours(OURS, "charlstm", RnnImplementation.FUSED, NETWORKS),
        ours("dynamic", "charlstm, dynamic loop", RnnImplementation.DYNAMIC, TRAINING),
        ours("unrolled", "charlstm, unrolled", RnnImplementation.UNROLLED, TRAINING),
        pyTorch("pytorch", "PyTorch (DJL)", Map.of()),
        pyTorch("pytorch-passive", "PyTorch, sleeping threads", SLEEPING),
        new Contender(
            "dl4j",
            "Deeplearning4j",
            java(
                output.resolve("dl4j-javacpp") + "/*" + File.pathSeparator + benchClasses(),
                List.of(),
                "Dl4jContestant"),
            SLEEPING,
            compiled("Dl4jContestant"),
            NETWORKS),
        python(),
        product());
  }

  private Contender ours(String name, String title, RnnImplementation loop, Set<Task.Kind> kinds)
      throws IOException {
    String option = "-D" + CharlstmContestant.LOOP_PROPERTY + "=" + loop.text();
    return new Contender(
        name,
        title,
        java(productClasses(), List.of(option), "CharlstmContestant"),
        LAUNCHER_VARIABLES,
        Optional.empty(),
        kinds);
  }

  private Contender pyTorch(String name, String title, Map<String, String> threads)
      throws IOException {
    Map<String, String> environment = new HashMap<>(threads);
    environment.put("OPT_OUT_TRACKING", "true");
    environment.put("DJL_CACHE_DIR", output.resolve("djl").toString());
    return new Contender(
        name,
        title,
        java(benchClasses(), List.of("-Dai.djl.offline=true"), "PyTorchContestant"),
        environment,
        compiled("PyTorchContestant"),
        NETWORKS);
  }

  private Contender product() throws IOException {
    return new Contender(
        PRODUCT,
        "large product",
        java(productClasses(), List.of(), "CharlstmContestant"),
        Map.of(),
        Optional.empty(),
        EnumSet.of(Task.Kind.PRODUCT));
  }

  private Contender python() {
    Optional<String> found = findPython();
    String wanted = python.map(Path::toString).orElse("python3");
    return new Contender(
        "python",
        "Python dynamic_rnn",
        List.of(
            found.orElse(wanted), root.resolve("scripts/python/bench_dynamic_rnn.py").toString()),
        Map.of("TF_CPP_MIN_LOG_LEVEL", "3", "PYTHONDONTWRITEBYTECODE", "1"),
        found.isPresent()
            ? Optional.empty()
            : Optional.of("no tensorflow in " + wanted + "; name another with --python"),
        NETWORKS);
  }

  private Optional<String> findPython() {
    List<String> candidates =
        python.map(path -> List.of(path.toString())).orElse(List.of("python3", "python3.11"));
    return candidates.stream().filter(Contenders::hasTensorFlow).findFirst();
  }

  private static boolean hasTensorFlow(String python) {
    try {
      Process process =
          new ProcessBuilder(
                  python,
                  "-c",
                  "import importlib.util, sys; sys.exit(not"
                      + " importlib.util.find_spec('tensorflow'))")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(10, TimeUnit.MINUTES) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Optional<String> compiled(String program) {
    Path file = output.resolve(HARNESS + "/io/github/charlstm/bench/" + program + ".class");
    return Files.exists(file)
        ? Optional.empty()
        : Optional.of("not compiled; start it by scripts/bench");
  }

  private String productClasses() throws IOException {
    return classes("classpath.txt");
  }

  private String benchClasses() throws IOException {
    return classes("contestants-classpath.txt");
  }

  private String classes(String file) throws IOException {
    return String.join(
        File.pathSeparator,
        output.resolve("classes").toString(),
        output.resolve(HARNESS).toString(),
        Files.readString(output.resolve(file)).strip());
  }

  private static List<String> java(String classPath, List<String> options, String program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(LAUNCHER_OPTIONS);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, HOME + program));
    return command;
  }
}
