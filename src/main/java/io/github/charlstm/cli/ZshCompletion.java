package io.github.charlstm.cli;

import java.util.List;
import org.apache.commons.cli.Option;

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
        HEAD.replace("TEXTS", String.join(" ", Choices.texts()))
            .replace("DATA", String.join(" ", Choices.dataSets())));
    for (Command command : commands) {
      text.append("    " + quoted(command.name() + ":" + command.summary()) + "\n");
    }
    text.append(MIDDLE);
    for (Command command : commands) {
      text.append("    " + command.name() + ")\n      _arguments -S");
      for (Option option : CommandLineTool.withCommon(command).getOptions()) {
        text.append(" \\\n        " + quoted(flag(command, option)));
      }
      words(command).forEach(word -> text.append(" \\\n        " + quoted(word)));
      text.append("\n      ;;\n");
    }
    return text.append(TAIL).toString();
  }

  private static String flag(Command command, Option option) {
    String name = option.getLongOpt();
    String start = Flags.isRepeatable(name) ? "*--" : "--";
    String description = "[" + escaped(option.getDescription()) + "]";
    return option.hasArg()
        ? start + name + "=" + description + ":" + name + ":" + values(command.name(), name)
        : start + name + description;
  }

  private static String values(String command, String flag) {
    List<String> choices = Choices.of(command, flag);
    if (Choices.takesDataSet(command, flag)) {
      return "_charlstm_texts";
    }
    return choices.isEmpty() ? "_files" : "(" + String.join(" ", choices) + ")";
  }

  private static List<String> words(Command command) {
    if (command.arguments().isEmpty()) {
      return List.of();
    } else if (command.words().isEmpty()) {
      return List.of("*: :_files");
    }
    String first = "1: :(" + String.join(" ", command.words()) + ")";
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
