package io.github.charlstm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that a test starts. Its standard input is empty, and what it prints, as UTF-8, is read
 * while it runs: a full pipe would stop it. Closing kills it and its child processes.
 */
public final class ChildProcess implements AutoCloseable {
  /**
   * Limit of each wait: far longer than any process needs, so that no test fails because the
   * machine is busy, and shorter than the limit of a test in junit-platform.properties.
   */
  public static final Duration HANG = Duration.ofMinutes(30);

  /**
   * The results of a process that has ended.
   *
   * @param code its exit code
   * @param out lines of its standard output
   * @param err its standard error
   */
  public record Ended(int code, List<String> out, String err) {}

  /** Receives each line of standard output as it is printed. */
  @FunctionalInterface
  public interface LineListener {
    void onLine(String line, ChildProcess process) throws Exception;
  }

  private interface Reading {
    void run() throws Exception;
  }

  private final Process process;
  private final LineListener listener;
  private final List<String> out = new ArrayList<>();
  private final StringBuilder err = new StringBuilder();
  private final List<Thread> readers;
  private volatile Throwable failure;

  private ChildProcess(Process process, LineListener listener) {
    this.process = process;
    this.listener = listener;
    readers = List.of(thread(this::readOut), thread(this::readErr));
    readers.forEach(Thread::start);
  }

  /** Starts a process. */
  public static ChildProcess start(ProcessBuilder builder, LineListener listener)
      throws IOException {
    Process process = builder.start();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The process has ended and does not read its input.
    }
    return new ChildProcess(process, listener);
  }

  /** Starts a process and waits for its end. */
  public static Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
    return run(builder, (line, process) -> {});
  }

  /** Starts a process and waits for its end. */
  public static Ended run(ProcessBuilder builder, LineListener listener)
      throws IOException, InterruptedException {
    try (ChildProcess process = start(builder, listener)) {
      return process.await();
    }
  }

  /**
   * A command for this Java, with the class path of this process and, so that a newer JDK does not
   * warn, its options of native access.
   */
  public static List<String> java(List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.matches("--(enable-native|sun-misc-unsafe-memory)-access=.*"))
        .forEach(command::add);
    command.addAll(options);
    command.add(main);
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Waits until the process has ended.
   *
   * @throws IOException if it does not end within {@link #HANG}, or the listener failed
   */
  public Ended await() throws IOException, InterruptedException {
    if (!process.waitFor(HANG.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("a process does not end: " + process.info() + said());
    }
    for (Thread reader : readers) {
      reader.join(HANG.toMillis()); // its child processes may keep the streams open
    }
    if (failure != null) {
      throw new IOException("a listener failed" + said(), failure);
    }
    synchronized (this) {
      return new Ended(process.exitValue(), List.copyOf(out), err.toString());
    }
  }

  /** Completed when the process has ended. */
  public CompletableFuture<?> onExit() {
    return process.onExit();
  }

  public long pid() {
    return process.pid();
  }

  /** Kills the process, as {@code kill -9}. */
  public void kill() {
    // Process.destroyForcibly would close the streams before all output is read.
    process.toHandle().destroyForcibly();
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    while (all.stream().anyMatch(ChildProcess::runs)) {
      Thread.onSpinWait();
    }
  }

  /** False also for a zombie, which its new parent in a container may never wait for. */
  static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private Thread thread(Reading reading) {
    Thread thread =
        new Thread(
            () -> {
              try {
                reading.run();
              } catch (Exception e) {
                failure = e;
              }
            },
            "output of " + process.pid());
    thread.setDaemon(true);
    return thread;
  }

  private void readOut() throws Exception {
    try (BufferedReader lines = reader(process.getInputStream())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (this) {
          out.add(line);
        }
        if (failure == null) {
          hear(line);
        }
      }
    }
  }

  private void hear(String line) {
    try {
      listener.onLine(line, this);
    } catch (Throwable e) {
      failure = e;
      kill(); // it may wait for what the listener did not do
    }
  }

  private void readErr() throws IOException {
    try (BufferedReader characters = reader(process.getErrorStream())) {
      for (int c = characters.read(); c >= 0; c = characters.read()) {
        synchronized (this) {
          err.append((char) c);
        }
      }
    }
  }

  private static BufferedReader reader(InputStream stream) {
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  private synchronized String said() {
    return "; it printed\n" + String.join("\n", out) + "\n" + err;
  }
}
