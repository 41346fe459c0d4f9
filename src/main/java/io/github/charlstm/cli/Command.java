package io.github.charlstm.cli;

import java.io.IOException;
import java.util.List;

interface Command {
  /**
   * What help, parser and completion know of a command: {@code arguments} are the words besides
   * flags, {@code subcommands} those of them that are always the same, such as {@code list}; the
   * examples are without the program's name.
   */
  record Usage(
      String name,
      String summary,
      String arguments,
      List<String> subcommands,
      List<Flag<?>> flags,
      List<String> examples) {
    static Usage of(String name, String summary) {
      return new Usage(name, summary, "", List.of(), List.of(), List.of());
    }

    Usage arguments(String words) {
      return new Usage(name, summary, words, subcommands, flags, examples);
    }

    Usage subcommands(List<String> words) {
      return new Usage(name, summary, arguments, words, flags, examples);
    }

    Usage flags(Flag<?>... declared) {
      return flags(List.of(declared));
    }

    Usage flags(List<Flag<?>> declared) {
      return new Usage(
          name, summary, arguments, subcommands, Flags.join(flags, declared), examples);
    }

    Usage examples(String... lines) {
      return new Usage(name, summary, arguments, subcommands, flags, List.of(lines));
    }
  }

  Usage usage();

  default String name() {
    return usage().name();
  }

  default List<Flag<?>> flags() {
    return usage().flags();
  }

  /** Where values come from that neither the command line nor a config file gives. */
  default String defaultsNote(Flags flags) {
    return "by default: all others";
  }

  /** Runs it. An IllegalArgumentException's message about a flag or an input is for the user. */
  void run(Flags flags, Console console) throws IOException;
}
