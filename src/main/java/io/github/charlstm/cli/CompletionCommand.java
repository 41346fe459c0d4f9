package io.github.charlstm.cli;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code charlstm completion}: fills in the scripts completion.bash and completion.zsh. */
record CompletionCommand(Supplier<List<Command>> commands) implements Command {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  @Override
  public Usage usage() {
    return Usage.of(
            "completion",
            "print a script by which bash or zsh completes commands, flags and their values")
        .arguments(String.join(" | ", SHELLS))
        .subcommands(SHELLS)
        .examples(
            "completion bash >~/.local/share/bash-completion/completions/charlstm",
            "completion zsh >~/.zfunc/_charlstm    # with fpath+=~/.zfunc before compinit in"
                + " ~/.zshrc");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    if (flags.words().size() != 1 || !SHELLS.contains(flags.words().get(0))) {
      throw flags.unexpectedWords("'bash' or 'zsh'");
    }
    String shell = flags.words().get(0);
    String script = shell.equals("bash") ? bash() : zsh();
    console.result(
        () -> Json.object().put("shell", shell).put("script", script),
        () -> console.out().print(script));
  }

  private static String script(String name) throws IOException {
    try (InputStream file = CompletionCommand.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String texts() {
    return joined(DataSets.all().stream().filter(DataSet::isText).toList(), DataSet::name);
  }

  private static <T> String joined(List<T> all, Function<T, String> word) {
    return all.stream().map(word).collect(Collectors.joining(" "));
  }

  // Runs in bash 3.2 and newer.
  private String bash() throws IOException {
    StringBuilder values = new StringBuilder();
    StringBuilder flags = new StringBuilder();
    String names = joined(commands.get(), Command::name);
    flags.append(
        answer("", "_charlstm_words", names + " " + Flags.HELP + " " + CommandLineTool.VERSION));
    for (Command command : commands.get()) {
      values.append(bashValues(command));
      String words =
          command.usage().arguments().isEmpty()
              ? "none"
              : String.join(" ", command.usage().subcommands());
      flags.append(
          "    %s) flags='%s' words='%s' ;;\n"
              .formatted(command.name(), joined(Flags.of(command), Flag::toString), words));
    }
    values.append(answer("data fetch", "_charlstm_words", joined(DataSets.all(), DataSet::name)));
    String repeatable =
        commands.get().stream()
            .flatMap(command -> command.flags().stream())
            .filter(Flag::isRepeatable)
            .map(Flag::toString)
            .distinct()
            .sorted()
            .collect(Collectors.joining(" | "));
    return script("completion.bash")
        .replace("@VALUES@", values)
        .replace("@COMMANDS@", flags)
        .replace("@REPEATABLE@", repeatable);
  }

  private static String bashValues(Command command) {
    StringBuilder values = new StringBuilder();
    List<String> others = new ArrayList<>();
    for (Flag<?> flag : Flags.of(command)) {
      String place = command.name() + " " + flag;
      if (flag.completion() == Flag.Completion.DATA_SETS_AND_FILES) {
        values.append(answer(place, "_charlstm_words_and_files", texts()));
      } else if (!flag.choices().isEmpty()) {
        values.append(answer(place, "_charlstm_words", String.join(" ", flag.choices())));
      } else if (!flag.isSwitch()) {
        others.add("'" + place + "'");
      }
    }
    if (!others.isEmpty()) {
      values.append("    " + String.join(" | ", others) + ") return ;;\n");
    }
    return values.toString();
  }

  private static String answer(String place, String function, String words) {
    return "    '%s') %s '%s' \"$cur\"; return ;;\n".formatted(place, function, words);
  }

  private String zsh() throws IOException {
    StringBuilder summaries = new StringBuilder();
    StringBuilder flags = new StringBuilder();
    for (Command command : commands.get()) {
      summaries.append("    " + quoted(command.name() + ":" + command.usage().summary()) + "\n");
      flags.append("    " + command.name() + ")\n      _arguments -S");
      for (Flag<?> flag : Flags.of(command)) {
        flags.append(" \\\n        " + quoted(zshFlag(flag)));
      }
      zshWords(command).forEach(word -> flags.append(" \\\n        " + quoted(word)));
      flags.append("\n      ;;\n");
    }
    return script("completion.zsh")
        .replace("@TEXTS@", texts())
        .replace("@DATA_SETS@", joined(DataSets.all(), DataSet::name))
        .replace("@SUMMARIES@", summaries)
        .replace("@COMMANDS@", flags);
  }

  private static String zshFlag(Flag<?> flag) {
    String start = (flag.isRepeatable() ? "*" : "") + flag;
    // What zsh would take for the end of a description is escaped.
    String description = "[" + flag.help().replaceAll("([\\\\\\[\\]:])", "\\\\$1") + "]";
    if (flag.isSwitch()) {
      return start + description;
    }
    String values =
        switch (flag.completion()) {
          case DATA_SETS_AND_FILES -> "_charlstm_texts";
          case FILES -> "_files";
          case NOTHING ->
              flag.choices().isEmpty() ? " " : "(" + String.join(" ", flag.choices()) + ")";
        };
    return start + "=" + description + ":" + flag.name() + ":" + values;
  }

  private static List<String> zshWords(Command command) {
    if (command.usage().arguments().isEmpty()) {
      return List.of();
    } else if (command.usage().subcommands().isEmpty()) {
      return List.of("*: :_files");
    }
    String first = "1: :(" + String.join(" ", command.usage().subcommands()) + ")";
    return command.name().equals("data") ? List.of(first, "2: :_charlstm_data") : List.of(first);
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
