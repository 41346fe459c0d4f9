package io.github.charlstm.bench;

import io.github.charlstm.train.MetricsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The time from the command to the end of the first training step: until {@code scripts/charlstm
 * train} has written the step's line to {@code metrics.jsonl}. Cold means that TensorFlow's native
 * libraries are not unpacked yet, as in the first run on a machine; files are in the system's file
 * cache in both cases.
 */
final class StartUp {
  private static final int CHARACTERS = 1_985_223; // as long as Anna Karenina
  private static final long PATIENCE_SECONDS = 600;

  /**
   * The start-up times of a recipe.
   *
   * @param recipe its name
   * @param cold whether each start unpacked the native libraries
   * @param seconds of each start
   * @param failure why a start failed; empty if none did
   */
  record Result(String recipe, boolean cold, List<Double> seconds, Optional<String> failure) {
    Result {
      seconds = List.copyOf(seconds);
    }
  }

  private final Path launcher;
  private final int rounds;
  private final Consumer<String> log;

  StartUp(Path root, int rounds, Consumer<String> log) {
    this.launcher = root.resolve("scripts/charlstm");
    this.rounds = rounds;
    this.log = log;
  }

  /** Starts each recipe once per round, cold and warm. */
  List<Result> measure() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("charlstm-bench");
    try {
      Path text = Files.writeString(folder.resolve("text.txt"), randomText());
      List<Case> cases =
          List.of(
              new Case("demo", true, List.of()),
              new Case("demo", false, List.of()),
              new Case("anna", true, List.of("--data", text.toString())),
              new Case("anna", false, List.of("--data", text.toString())));
      new ProcessBuilder(launcher.toString(), "--help") // builds, if need be
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start()
          .waitFor();
      for (int round = 0; round < rounds; round++) {
        log.accept("  round " + (round + 1) + " of " + rounds);
        for (Case each : cases) {
          each.start(launcher, folder.resolve("round"));
          delete(folder.resolve("round"));
        }
      }
      return cases.stream().map(Case::result).toList();
    } finally {
      delete(folder);
    }
  }

  private static String randomText() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder(CHARACTERS);
    for (int k = 0; k < CHARACTERS; k++) {
      text.append((char) (' ' + random.nextInt(Workloads.ANNA.inputs())));
    }
    return text.toString();
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static final class Case {
    private final String recipe;
    private final boolean cold;
    private final List<String> data;
    private final List<Double> seconds = new ArrayList<>();
    private Optional<String> failure = Optional.empty();

    Case(String recipe, boolean cold, List<String> data) {
      this.recipe = recipe;
      this.cold = cold;
      this.data = data;
    }

    Result result() {
      return new Result(recipe, cold, seconds, failure);
    }

    void start(Path launcher, Path folder) throws IOException, InterruptedException {
      if (failure.isPresent()) {
        return;
      }
      Path run = Files.createDirectories(folder).resolve("run");
      List<String> command =
          new ArrayList<>(
              List.of(launcher.toString(), "train", "--recipe", recipe, "--steps", "1"));
      command.addAll(List.of("--run", run.toString()));
      command.addAll(data);
      Path said = folder.resolve("said.txt");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
      if (cold) {
        String before = System.getenv().getOrDefault("CHARLSTM_JAVA_OPTS", "");
        String natives = "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("natives");
        builder.environment().put("CHARLSTM_JAVA_OPTS", (before + " " + natives).strip());
      }
      long begun = System.nanoTime();
      Process process = builder.start();
      try {
        Optional<Double> found = firstStep(process, run.resolve(MetricsWriter.FILE_NAME), begun);
        found.ifPresent(seconds::add);
        if (found.isEmpty()) {
          failure = Optional.of("no step was trained: " + lastLine(said));
        }
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // Java, of the launcher
        process.destroyForcibly().waitFor();
      }
    }

    private static Optional<Double> firstStep(Process process, Path metrics, long begun)
        throws IOException, InterruptedException {
      while (System.nanoTime() - begun < PATIENCE_SECONDS * 1e9) {
        boolean alive = process.isAlive();
        if (Files.exists(metrics) && Files.size(metrics) > 0) {
          return Optional.of((System.nanoTime() - begun) / 1e9);
        }
        if (!alive) {
          return Optional.empty();
        }
        Thread.sleep(2);
      }
      return Optional.empty();
    }

    private static String lastLine(Path file) throws IOException {
      return Files.readString(file).lines().reduce("it said nothing", (before, line) -> line);
    }
  }
}
