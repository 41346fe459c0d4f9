package io.github.charlstm.cli;

import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.cli.Options;

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
  public List<String> words() {
    return SHELLS;
  }

  @Override
  public Options options() {
    return new Options();
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
}
