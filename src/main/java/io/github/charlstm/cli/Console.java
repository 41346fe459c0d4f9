package io.github.charlstm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where a command prints: results to standard output; progress, notes and errors to standard error,
 * both in UTF-8.
 *
 * <p>With {@code --quiet} there are no notes and no progress. With {@code --json} each line of
 * either stream is a JSON object; the text that a command prints is collected, and printed as one
 * object if the command gives no result.
 */
final class Console {
  static final String CLEAR_LINE = "\r\u001b[K";

  /** On a terminal progress is drawn after {@code patience}, elsewhere each {@code pause}. */
  record Timing(Duration patience, Duration pause) {
    static final Timing USUAL = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  /** Which streams are terminals: progress is drawn only there. */
  record Watched(boolean out, boolean err) {}

  private final InputStream in;
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
    this(System.in, results, err, watched, timing, quiet, json);
  }

  private Console(
      InputStream in,
      PrintStream results,
      PrintStream err,
      Watched watched,
      Timing timing,
      boolean quiet,
      boolean json) {
    this.in = in;
    this.results = results;
    this.err = err;
    this.watched = watched;
    this.timing = timing;
    this.quiet = quiet;
    this.json = json;
    out = json ? new PrintStream(text, true, StandardCharsets.UTF_8) : results;
  }

  /** A copy with these {@code --quiet} and {@code --json} settings. */
  Console with(boolean quietly, boolean asJson) {
    return new Console(in, results, err, watched, timing, quietly, asJson);
  }

  /** A copy that reads another standard input. */
  Console reading(InputStream input) {
    return new Console(input, results, err, watched, timing, quiet, json);
  }

  InputStream in() {
    return in;
  }

  /** For results as text. Clears a progress line first; it is drawn again later. */
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

  boolean json() {
    return json;
  }

  Watched watched() {
    return watched;
  }

  Timing timing() {
    return timing;
  }

  /** Prints a piece of a result at once. */
  void stream(String piece) {
    out().print(piece);
    if (out.checkError()) {
      throw new UncheckedIOException("standard output is closed", new IOException("cannot print"));
    }
  }

  /** Prints text of a result, formatted as by {@link String#format} in no locale. */
  void print(String format, Object... arguments) {
    out().printf(Locale.ROOT, format, arguments);
  }

  /** Prints the names and the values of fields in two columns. */
  void printPairs(Json fields) {
    columns(fields.texts()).forEach(line -> print("%s%n", line));
  }

  /** Lines of names and values in two columns. */
  static List<String> columns(Map<String, String> values) {
    int width = values.keySet().stream().mapToInt(String::length).max().orElse(1);
    String format = "%-" + width + "s  %s";
    return values.entrySet().stream()
        .map(value -> String.format(Locale.ROOT, format, value.getKey(), value.getValue()))
        .toList();
  }

  /** Prints a result, or a part of it: with {@code --json} as a line of JSON, else as text. */
  void result(Supplier<Json> fields, Runnable text) {
    if (json) {
      result(fields.get());
    } else {
      text.run();
    }
  }

  /** Prints what is a result, or a part of it, only with {@code --json}. */
  void result(Supplier<Json> fields) {
    result(fields, () -> {});
  }

  void result(Json fields) {
    answered = true;
    wipeForResults();
    results.println(fields);
  }

  /** A line that is not part of the result; none with {@code --quiet}. */
  void note(String line) {
    if (quiet) {
      return;
    }
    printAlone(json ? Json.object().put("note", line.strip()).toString() : line);
  }

  /** A line that is not part of the result, formatted as by {@link String#format}. */
  void note(String format, Object... arguments) {
    note(String.format(Locale.ROOT, format, arguments));
  }

  /** What went wrong; with {@code --quiet} too. */
  void error(String message, int exitCode) {
    printAlone(
        json
            ? Json.object().put("error", message).put("exit_code", exitCode).toString()
            : "charlstm: " + message);
  }

  /** Shows a task that may be long until it is closed; of nested tasks only the outermost. */
  Progress progress(String task) {
    if (quiet || shown != Progress.NONE) {
      return Progress.NONE;
    }
    Progress begun = new Progress(this, task);
    shown = begun;
    return begun;
  }

  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Runs a task that may be long and does not report its progress. */
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

  /** Ends a command: with {@code --json} its text becomes its result if it gave none. */
  void finish(String command) {
    if (json && !answered) {
      out.flush();
      result(
          Json.object().put("command", command).put("text", text.toString(StandardCharsets.UTF_8)));
    }
  }

  /** Whether writing to standard output has failed. */
  boolean isBroken() {
    return results.checkError();
  }

  // In one call, so that no progress line is drawn in between.
  private void printAlone(String line) {
    err.println((shown.isDrawn() ? CLEAR_LINE : "") + line);
  }

  // Redirected output does not overwrite the progress line.
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
