package io.github.charlstm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The script of {@code charlstm completion bash}, which runs in bash 3.2 and newer. */
final class BashCompletion {
  private static final String HEAD =
      """
      # Completes charlstm in bash; printed by: charlstm completion bash
      _charlstm_words() { # words, what is typed
        COMPREPLY=($(compgen -W "$1" -- "$2"))
      }

      _charlstm_words_and_files() {
        _charlstm_words "$1" "$2"
        local file
        while IFS= read -r file; do
          [ -z "$file" ] || COMPREPLY[${#COMPREPLY[@]}]="$file"
        done <<<"$(compgen -f -- "$2")"
        compopt -o filenames 2>/dev/null
      }

      _charlstm() {
        local cur="${COMP_WORDS[COMP_CWORD]}" prev="" command="" flags="" words="" left="" word i
        [ "$COMP_CWORD" -eq 0 ] || prev="${COMP_WORDS[COMP_CWORD - 1]}"
        # Bash makes a word of the = in --flag=value.
        if [ "$cur" = = ]; then
          cur=""
        elif [ "$prev" = = ]; then
          prev="${COMP_WORDS[COMP_CWORD - 2]}"
        fi
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          case "${COMP_WORDS[i]}" in
            -*) ;;
            *)
              command="${COMP_WORDS[i]}"
              break
              ;;
          esac
        done
        # Where nothing is found below, bash looks for files.
        case "$command $prev" in
      """;
  private static final String MIDDLE =
      """
        esac
        case "$command" in
      """;
  private static final String TAIL =
      """
          *) return ;;
        esac
        case "$cur" in
          -*) ;;
          *)
            if [ "$words" != none ]; then
              [ "$prev" != "$command" ] || _charlstm_words "$words" "$cur"
              return
            fi
            ;;
        esac
        for word in $flags; do
          case "$word" in
            REPEATABLE)
              left="$left $word"
              continue
              ;;
          esac
          for ((i = 1; i < ${#COMP_WORDS[@]}; i++)); do
            if [ "$i" -ne "$COMP_CWORD" ] && [ "${COMP_WORDS[i]}" = "$word" ]; then
              word=""
              break
            fi
          done
          left="$left $word"
        done
        _charlstm_words "$left" "$cur"
      }

      complete -o bashdefault -o default -F _charlstm charlstm
      """;

  private final List<Command> commands;

  BashCompletion(List<Command> commands) {
    this.commands = commands;
  }

  String script() {
    StringBuilder text = new StringBuilder(HEAD);
    commands.forEach(command -> appendValues(command, text));
    answer("data fetch", wordList(CompletionCommand.dataSets()), text);
    text.append(MIDDLE);
    String names = commands.stream().map(Command::name).collect(Collectors.joining(" "));
    text.append("    '') _charlstm_words '" + names + " --help --version' \"$cur\"; return ;;\n");
    for (Command command : commands) {
      String flags =
          Flags.of(command).stream().map(Flag::toString).collect(Collectors.joining(" "));
      String words =
          command.arguments().isEmpty() ? "none" : String.join(" ", command.subcommands());
      text.append(
          String.format("    %s) flags='%s' words='%s' ;;%n", command.name(), flags, words));
    }
    return text.append(TAIL.replace("REPEATABLE", repeatable())).toString();
  }

  private String repeatable() {
    return commands.stream()
        .flatMap(command -> command.flags().stream())
        .filter(Flag::isRepeatable)
        .map(Flag::toString)
        .distinct()
        .sorted()
        .collect(Collectors.joining(" | "));
  }

  private static void appendValues(Command command, StringBuilder text) {
    List<String> others = new ArrayList<>();
    for (Flag<?> flag : Flags.of(command)) {
      String place = command.name() + " " + flag;
      if (flag.completion() == Flag.Completion.DATA_SETS_AND_FILES) {
        String texts = String.join(" ", CompletionCommand.texts());
        answer(place, "_charlstm_words_and_files '" + texts + "'", text);
      } else if (!flag.choices().isEmpty()) {
        answer(place, wordList(flag.choices()), text);
      } else if (!flag.isSwitch()) {
        others.add("'" + place + "'");
      }
    }
    if (!others.isEmpty()) {
      text.append("    " + String.join(" | ", others) + ") return ;;\n");
    }
  }

  private static String wordList(List<String> words) {
    return "_charlstm_words '" + String.join(" ", words) + "'";
  }

  private static void answer(String place, String how, StringBuilder text) {
    text.append("    '" + place + "') " + how + " \"$cur\"; return ;;\n");
  }
}
