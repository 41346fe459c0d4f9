package io.github.charlstm.cli;

import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Options;

/** One command of the program. */
interface Command {
  /** What the user types. */
  String name();

  /** One line for the list of commands. */
  String summary();

  /** Its words besides flags, for the usage line; empty if there are none. */
  default String arguments() {
    return "";
  }

  /** Its flags, without {@code --help} and {@code --verbose}, which all have. */
  Options options();

  /** Command lines that work, without the program's name. */
  List<String> examples();

  /**
   * Runs it.
   *
   * @throws IllegalArgumentException if a flag or an input is wrong; the message is for the user
   */
  void run(Flags flags, Console console) throws IOException;
}
