/**
 * The command line: parses flags, prints, and turns errors into exit codes.
 *
 * <p>The only package that prints or exits. Exit codes: 0 done, 2 bad usage or bad input, 1 failed,
 * 130 stopped by Ctrl-C. Results go to standard output; progress, notes and errors to standard
 * error. One class a command, see {@link io.github.charlstm.cli.Command}.
 *
 * <p>A flag is declared once, as a constant {@link io.github.charlstm.cli.Flag}, which a command
 * lists in its {@code flags()} and reads by {@link io.github.charlstm.cli.Flags}. Other packages do
 * not know flags. Their messages name a setting between backticks, in TensorFlow's words: "lower
 * `batch_size` or `num_steps`". {@link io.github.charlstm.cli.CommandLineTool} prints the flag of
 * the command in its place.
 */
package io.github.charlstm.cli;
