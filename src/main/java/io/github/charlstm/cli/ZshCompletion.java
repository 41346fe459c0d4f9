package io.github.charlstm.cli;

import java.util.List;

/** The script of {@code charlstm completion zsh}: a file {@code _charlstm}, or to be sourced. */
final class ZshCompletion {
  private static final String HEAD =
      """
      #compdef charlstm
      # Completes charlstm in zsh; printed by: charlstm completion zsh
      _charlstm_texts() {
        _alternative 'sets:data set:(TEXTS)' 'files:file:_files'
      }

      _charlstm_data() {
        _alternative 'sets:data set:(DATA)' 'files:file:_files'
      }

      _charlstm() {
        local curcontext="$curcontext" state line
        typeset -A opt_args
        local -a commands
        commands=(
      """;
  private static final String MIDDLE =
      """
        )
        _arguments -C '1: :->command' '*:: :->rest'
        case $state in
          command)
            _describe command commands
            return
            ;;
        esac
        case $line[1] in
      """;
  private static final String TAIL =
      """
        esac
      }

      if [ "$funcstack[1]" = _charlstm ]; then
        _charlstm "$@"
      else
        compdef _charlstm charlstm
      fi
      """;

  private final List<Command> commands;

  ZshCompletion(List<Command> commands) {
    this.commands = commands;
  }

  String script() {
    StringBuilder text = new StringBuilder();
    text.append(
        HEAD.replace("TEXTS", String.join(" ", CompletionCommand.texts()))
            .replace("DATA", String.join(" ", CompletionCommand.dataSets())));
    for (Command command : commands) {
      text.append("    " + quoted(command.name() + ":" + command.summary()) + "\n");
    }
    text.append(MIDDLE);
    for (Command command : commands) {
      text.append("    " + command.name() + ")\n      _arguments -S");
      for (Flag<?> flag : Flags.of(command)) {
        text.append(" \\\n        " + quoted(flag(flag)));
      }
      words(command).forEach(word -> text.append(" \\\n        " + quoted(word)));
      text.append("\n      ;;\n");
    }
    return text.append(TAIL).toString();
  }

  private static String flag(Flag<?> flag) {
    String start = (flag.isRepeatable() ? "*" : "") + flag;
    String description = "[" + escaped(flag.help()) + "]";
    return flag.isSwitch()
        ? start + description
        : start + "=" + description + ":" + flag.name() + ":" + values(flag);
  }

  private static String values(Flag<?> flag) {
    return switch (flag.completion()) {
      case DATA_SETS_AND_FILES -> "_charlstm_texts";
      case FILES -> "_files";
      case NOTHING -> flag.choices().isEmpty() ? " " : "(" + String.join(" ", flag.choices()) + ")";
    };
  }

  private static List<String> words(Command command) {
    if (command.arguments().isEmpty()) {
      return List.of();
    } else if (command.subcommands().isEmpty()) {
      return List.of("*: :_files");
    }
    String first = "1: :(" + String.join(" ", command.subcommands()) + ")";
    return command.name().equals("data") ? List.of(first, "2: :_charlstm_data") : List.of(first);
  }

  // What zsh would take for the end of a description, or for its own quotation mark.
  private static String escaped(String description) {
    return description.replaceAll("([\\\\\\[\\]:])", "\\\\$1");
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
