/**
 * The command line: parses flags, prints, and turns errors into exit codes.
 *
 * <p>The only package that prints or exits. Exit codes: 0 done, 2 bad usage or bad input, 1 failed,
 * 130 stopped by Ctrl-C. Results go to standard output; progress, notes and errors to standard
 * error. One class a command; each says in {@link io.github.charlstm.cli.Command} what it takes.
 */
package io.github.charlstm.cli;
