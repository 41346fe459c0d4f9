package io.github.charlstm.cli;

import java.io.IOException;
import java.util.List;

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

  /** Its words that are always the same, such as {@code list}. */
  default List<String> subcommands() {
    return List.of();
  }

  /** Its flags in the order of its help, without those of every command. */
  List<Flag<?>> flags();

  /** Where values come from that neither the command line nor a config file gives. */
  default String defaultsNote(Flags flags) {
    return "by default: all others";
  }

  /** Command lines that work, without the program's name. */
  List<String> examples();

  /**
   * Runs it.
   *
   * @throws IllegalArgumentException if a flag or an input is wrong; the message is for the user
   */
  void run(Flags flags, Console console) throws IOException;
}
