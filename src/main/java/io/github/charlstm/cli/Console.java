package io.github.charlstm.cli;

import java.io.PrintStream;

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

  /** A line for the person, not part of the result. */
  void note(String line) {
    err.println(line);
  }
}
