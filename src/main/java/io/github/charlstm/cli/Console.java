package io.github.charlstm.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/**
 * Where a command prints.
 *
 * @param out results, in UTF-8
 * @param err progress, notes and errors, in UTF-8
 * @param terminal whether a person watches: progress bars are drawn only then
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {

  Console(PrintStream out, PrintStream err) {
    this(out, err, System.console() != null);
  }

  /**
   * Prints a piece of a result at once.
   *
   * @throws UncheckedIOException if nobody can read it any more
   */
  void stream(String piece) {
    out.print(piece);
    if (out.checkError()) {
      throw new UncheckedIOException("standard output is closed", new IOException("cannot print"));
    }
  }

  /** A line for the person, not part of the result. */
  void note(String line) {
    err.println(line);
  }
}
