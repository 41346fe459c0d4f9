package io.github.charlstm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Where a command prints: results to standard output; progress, notes and errors to standard error,
 * both in UTF-8.
 *
 * <p>With {@code --quiet} there are no notes and no progress. With {@code --json} each line of
 * either stream is a JSON object; what a command prints as text is kept back, and becomes an object
 * of its own if the command gives no result.
 */
final class Console {
  static final String CLEAR_LINE = "\r\u001b[K";

  /**
   * When a long task is shown.
   *
   * @param patience before a person sees anything of it
   * @param pause between lines where no person watches
   */
  record Timing(Duration patience, Duration pause) {
    static final Timing USUAL = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  /** Which streams a person watches: progress is drawn only there. */
  record Watched(boolean out, boolean err) {}

  private final PrintStream results;
  private final PrintStream err;
  private final Watched watched;
  private final Timing timing;
  private final boolean quiet;
  private final boolean json;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final PrintStream out;
  private volatile Progress shown = Progress.NONE;
  private boolean answered;

  Console(PrintStream out, PrintStream err, Watched watched) {
    this(out, err, watched, Timing.USUAL, false, false);
  }

  Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, new Watched(terminal, terminal));
  }

  Console(
      PrintStream results,
      PrintStream err,
      Watched watched,
      Timing timing,
      boolean quiet,
      boolean json) {
    this.results = results;
    this.err = err;
    this.watched = watched;
    this.timing = timing;
    this.quiet = quiet;
    this.json = json;
    out = json ? new PrintStream(text, true, StandardCharsets.UTF_8) : results;
  }

  /** The same place, for a command with other wishes. */
  Console with(boolean quietly, boolean asJson) {
    return new Console(results, err, watched, timing, quietly, asJson);
  }

  /** For results as text. A bar that stands in the way is wiped; it comes back by itself. */
  PrintStream out() {
    wipeForResults();
    return out;
  }

  PrintStream err() {
    return err;
  }

  boolean quiet() {
    return quiet;
  }

  /** Whether results are asked for as {@link #result JSON}. */
  boolean json() {
    return json;
  }

  Watched watched() {
    return watched;
  }

  Timing timing() {
    return timing;
  }

  /**
   * Prints a piece of a result at once.
   *
   * @throws UncheckedIOException if nobody can read it any more
   */
  void stream(String piece) {
    out().print(piece);
    if (out.checkError()) {
      throw new UncheckedIOException("standard output is closed", new IOException("cannot print"));
    }
  }

  /** A result, or a part of it, as a line of JSON. */
  void result(Json fields) {
    answered = true;
    wipeForResults();
    results.println(fields);
  }

  /** A line for the person, not part of the result. */
  void note(String line) {
    if (quiet) {
      return;
    }
    printAlone(json ? Json.object().put("note", line.strip()).toString() : line);
  }

  /** What went wrong; never silent. */
  void error(String message, int exitCode) {
    printAlone(
        json
            ? Json.object().put("error", message).put("exit_code", exitCode).toString()
            : "charlstm: " + message);
  }

  /** Tells of a task that may be long, until it is closed; of one at a time, the outermost. */
  Progress progress(String task) {
    if (quiet || shown != Progress.NONE) {
      return Progress.NONE;
    }
    Progress begun = new Progress(this, task);
    shown = begun;
    return begun;
  }

  /** Some work that may fail. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Does something that may be long and cannot say how far it is. */
  <T, E extends Exception> T during(String task, Work<T, E> work) throws E {
    Progress progress = progress(task);
    try {
      return work.run();
    } finally {
      progress.close();
    }
  }

  void ended(Progress progress) {
    if (shown == progress) {
      shown = Progress.NONE;
    }
  }

  /** The command is done: what it printed as text becomes JSON if it gave nothing else. */
  void finish(String command) {
    if (json && !answered) {
      out.flush();
      result(
          Json.object().put("command", command).put("text", text.toString(StandardCharsets.UTF_8)));
    }
  }

  /** Whether standard output has refused anything. */
  boolean isBroken() {
    return results.checkError();
  }

  // At once, so that no bar comes between.
  private void printAlone(String line) {
    err.println((shown.isDrawn() ? CLEAR_LINE : "") + line);
  }

  // Results that go to a file are in nobody's way.
  private void wipeForResults() {
    if (watched.out()) {
      wipe();
    }
  }

  private void wipe() {
    if (shown.isDrawn()) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
