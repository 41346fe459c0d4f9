package io.github.charlstm.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Processes of charlstm, as a user starts them, with the class path of this process. */
final class Charlstm {
  /** How long a process that is not killed may take. */
  private static final int PATIENCE = 10;

  /**
   * What a process left.
   *
   * @param code its exit code
   * @param out lines of its standard output
   * @param err its standard error
   */
  record Ended(int code, List<String> out, String err) {}

  /** Hears of each line that is printed. */
  @FunctionalInterface
  interface Reader {
    void onLine(String line, Process process) throws IOException, InterruptedException;
  }

  private Charlstm() {}

  static Ended run(List<String> javaOptions, List<String> arguments)
      throws IOException, InterruptedException {
    return run(javaOptions, arguments, process -> {}, (line, process) -> {});
  }

  static Ended run(
      List<String> javaOptions, List<String> arguments, Consumer<Process> onStart, Reader reader)
      throws IOException, InterruptedException {
    return run(List.of(), javaOptions, arguments, onStart, reader);
  }

  /**
   * @param before a command that runs Java, such as {@code taskset 1}; may be empty
   */
  static Ended run(
      List<String> before,
      List<String> javaOptions,
      List<String> arguments,
      Consumer<Process> onStart,
      Reader reader)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("charlstm-crash", ".log");
    try {
      List<String> command = new ArrayList<>(before);
      command.addAll(java(javaOptions));
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(Map.of("TF_CPP_MIN_LOG_LEVEL", "3", "MALLOC_ARENA_MAX", "2"));
      Process process = builder.start();
      onStart.accept(process);
      List<String> lines = new ArrayList<>();
      try (BufferedReader out = process.inputReader()) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          lines.add(line);
          reader.onLine(line, process);
        }
      }
      if (!process.waitFor(PATIENCE, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("a process does not end: " + arguments);
      }
      return new Ended(process.exitValue(), List.copyOf(lines), Files.readString(errors));
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static List<String> java(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(options);
    command.add("io.github.charlstm.cli.Main");
    return command;
  }
}
