package io.github.charlstm.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that has ended, with its exit code. */
public record Subprocess(int code, String out, String err) {
  private static final Pattern JAVA_CRASH =
      Pattern.compile("(?m)^#\\s+(SIG[A-Z]+|EXCEPTION_\\w+) ");
  private static final Map<Integer, String> SIGNALS =
      Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

  /** Runs a program to its end, without input; empty if it cannot start, or takes longer. */
  public static Optional<Subprocess> run(ProcessBuilder builder, int seconds) {
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return Optional.empty();
    }
    // Both are read at the same time: the process blocks while a full pipe is not read.
    var out =
        CompletableFuture.supplyAsync(() -> text(process.getInputStream()), Subprocess::start);
    var err =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), Subprocess::start);
    if (!ends(process, seconds)) {
      process.destroyForcibly();
      return Optional.empty();
    }
    return Optional.of(new Subprocess(process.exitValue(), out.join(), err.join()));
  }

  /** {@return the signal that ended it, such as "SIGILL", also if Java caught and reported it} */
  public Optional<String> signal() {
    Matcher report = JAVA_CRASH.matcher(out + "\n" + err);
    if (report.find()) {
      return Optional.of(report.group(1));
    }
    int number = code - 128;
    return number > 0 && number < 65
        ? Optional.of(SIGNALS.getOrDefault(number, "signal " + number))
        : Optional.empty();
  }

  /** {@return the exception that ended a Java program, in one line} */
  public Optional<String> thrown() {
    return err.lines()
        .filter(line -> line.matches("(Exception in thread|Error:|Error occurred|Caused by:).*"))
        .findFirst()
        .map(line -> line.replaceFirst("^Exception in thread \"[^\"]*\" ", ""));
  }

  // An interrupted thread waits too, since other threads use the result; it stays interrupted.
  private static boolean ends(Process process, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // Not in the common pool: all its threads may be waiting for this process.
  private static void start(Runnable reading) {
    Thread thread = new Thread(reading, "output of a process");
    thread.setDaemon(true);
    thread.start();
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
