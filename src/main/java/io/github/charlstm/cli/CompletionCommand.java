package io.github.charlstm.cli;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import java.util.List;
import java.util.function.Supplier;

/** {@code charlstm completion}. */
final class CompletionCommand implements Command {
  private static final List<String> SHELLS = List.of("bash", "zsh");
  private final Supplier<List<Command>> commands;

  CompletionCommand(Supplier<List<Command>> commands) {
    this.commands = commands;
  }

  @Override
  public String name() {
    return "completion";
  }

  @Override
  public String summary() {
    return "print a script by which bash or zsh completes commands, flags and their values";
  }

  @Override
  public String arguments() {
    return String.join(" | ", SHELLS);
  }

  @Override
  public List<String> subcommands() {
    return SHELLS;
  }

  @Override
  public List<Flag<?>> flags() {
    return List.of();
  }

  @Override
  public List<String> examples() {
    return List.of(
        "completion bash >~/.local/share/bash-completion/completions/charlstm",
        "completion zsh >~/.zfunc/_charlstm    # with fpath+=~/.zfunc before compinit in ~/.zshrc");
  }

  @Override
  public void run(Flags flags, Console console) {
    if (flags.words().size() != 1 || !SHELLS.contains(flags.words().get(0))) {
      throw new UsageException(
          "charlstm completion: expected 'bash' or 'zsh', found '"
              + String.join(" ", flags.words())
              + "'");
    }
    String shell = flags.words().get(0);
    String script =
        shell.equals("bash")
            ? new BashCompletion(commands.get()).script()
            : new ZshCompletion(commands.get()).script();
    if (console.json()) {
      console.result(Json.object().put("shell", shell).put("script", script));
    } else {
      console.out().print(script);
    }
  }

  /** Names of the data sets that are texts. */
  static List<String> texts() {
    return DataSets.all().stream().filter(DataSet::isText).map(DataSet::name).toList();
  }

  static List<String> dataSets() {
    return DataSets.all().stream().map(DataSet::name).toList();
  }
}
