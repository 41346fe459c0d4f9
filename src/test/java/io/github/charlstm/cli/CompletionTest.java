package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.cli.Tool.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts of {@code charlstm completion}, in real shells. */
@Tag("machine")
@DisabledOnOs(OS.WINDOWS)
class CompletionTest {
  @TempDir Path root;

  private static List<Command> commands() {
    return new CommandLineTool(new Console(System.out, System.err, false)).commands();
  }

  // The completions of bash for the last word.
  private List<String> bash(String... words) throws IOException, InterruptedException {
    Path script = root.resolve("completion.bash");
    Files.writeString(script, Tool.run("completion", "bash").out());
    List<String> line = new ArrayList<>();
    line.add(
        "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _charlstm;"
            + " [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"");
    line.addAll(List.of("bash", script.toString(), "charlstm"));
    line.addAll(List.of(words));
    return run("bash", line);
  }

  private List<String> run(String shell, List<String> line)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(shell, "-c"));
    words.addAll(line);
    ChildProcess.Ended ended = ChildProcess.run(new ProcessBuilder(words).directory(root.toFile()));
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    return ended.out();
  }

  @Test
  void bashCompletesEveryCommand() throws Exception {
    assertThat(bash("")).containsAll(commands().stream().map(Command::name).toList());
    assertThat(bash("tra")).containsExactly("train");
    assertThat(bash("nothing", "")).isEmpty();
  }

  @Test
  void bashCompletesEveryFlagOfEveryCommand() throws Exception {
    for (Command command : commands()) {
      Set<String> flags = new TreeSet<>();
      Flags.of(command).forEach(flag -> flags.add(flag.toString()));
      assertThat(bash(command.name(), "--"))
          .as(command.name())
          .containsExactlyInAnyOrderElementsOf(flags);
    }
  }

  @Test
  void bashCompletesTheWordsOfAFlag() throws Exception {
    assertThat(bash("train", "--loop", "")).containsExactly("fused", "dynamic", "unrolled");
    assertThat(bash("train", "--loop", "=")).containsExactly("fused", "dynamic", "unrolled");
    assertThat(bash("train", "--loop", "=", "dy")).containsExactly("dynamic");
    assertThat(bash("train", "--recipe", "anna")).containsExactly("anna", "anna-as-printed");
    assertThat(bash("data", "show", "x", "--encoding", "GB1")).containsExactly("GB18030");
  }

  @Test
  void bashCompletesDataSetsAndFilesForData() throws Exception {
    Files.writeString(root.resolve("an old text.txt"), "");

    assertThat(bash("train", "--data", "an")).containsExactlyInAnyOrder("anna", "an old text.txt");
    assertThat(bash("data", "fetch", "mnist-te"))
        .containsExactly("mnist-test-images", "mnist-test-labels");
  }

  @Test
  void bashCompletesAFlagOnceUnlessItMayBeRepeated() throws Exception {
    assertThat(bash("train", "--resume", "--res")).containsExactly("--reset-probability");
    assertThat(bash("sample", "--map", "a=b", "--ma")).containsExactly("--map");
    assertThat(bash("visualize", "--cell", "0:1", "--ce")).containsExactly("--cell");
  }

  @Test
  void bashCompletesWordsAndThenFlags() throws Exception {
    assertThat(bash("data", "")).containsExactly("list", "fetch", "show");
    assertThat(bash("train", "")).contains("--recipe", "--json");
    assertThat(bash("plot", "")).as("bash itself looks for files").isEmpty();
  }

  @Test
  void bashCompletesFilesElsewhere() throws Exception {
    Path script = root.resolve("completion.bash");
    Files.writeString(script, Tool.run("completion", "bash").out());

    assertThat(run("bash", List.of("source \"$1\"; complete -p charlstm", "bash", script + "")))
        .containsExactly("complete -o bashdefault -o default -F _charlstm charlstm");
    assertThat(bash("train", "--run", "")).isEmpty();
  }

  /** The flags of each command that have words to complete. */
  static Stream<Arguments> flagsWithWords() {
    return commands().stream()
        .flatMap(
            command ->
                command.flags().stream()
                    .filter(flag -> !flag.choices().isEmpty())
                    .map(flag -> Arguments.of(command.name(), flag)));
  }

  @ParameterizedTest
  @MethodSource("flagsWithWords")
  void theWordsAreThoseThatTheFlagTakes(String command, Flag<?> flag) {
    for (String word : flag.choices()) {
      assertThat(flag.parse(List.of(word))).as(word).isNotNull();
    }
    Output output = Tool.run(command, flag.toString(), "no such word");

    assertThat(output.code()).as(output.err()).isEqualTo(2);
    if (flag == TextFlags.ENCODING) {
      assertThat(output.err()).contains("there is no encoding 'no such word'");
    } else {
      assertThat(output.err()).contains(flag.choices());
    }
  }

  @Test
  void zshCompletesCommandsFlagsAndWords() throws Exception {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    lines.put("charlstm tra", List.of("charlstm train"));
    lines.put("charlstm train --loop ", List.of("fused", "dynamic", "unrolled"));
    lines.put("charlstm train --loop=unr", List.of("--loop=unrolled"));
    lines.put("charlstm train --as", List.of("--as-printed"));
    lines.put("charlstm train --on-", List.of("--on-malformed"));
    lines.put("charlstm train --recipe sh", List.of("shakespeare-shared", "shakespeare-words"));
    lines.put("charlstm export --format g", List.of("--format graphdef"));
    lines.put("charlstm data f", List.of("charlstm data fetch"));
    lines.put("charlstm data fetch dick", List.of("fetch dickens"));
    lines.put("charlstm completion z", List.of("completion zsh"));
    assertZshCompletes(lines);
  }

  @Test
  void zshCompletesFiles() throws Exception {
    Files.writeString(root.resolve("novel-of-mine.txt"), "");

    Map<String, List<String>> lines = new LinkedHashMap<>();
    lines.put("charlstm train --data nov", List.of("--data novel-of-mine.txt"));
    lines.put("charlstm plot nov", List.of("plot novel-of-mine.txt"));
    lines.put("charlstm train --config nov", List.of("--config novel-of-mine.txt"));
    assertZshCompletes(lines);
  }

  @Test
  void zshCompletesEveryFlagOfEveryCommand() throws Exception {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (Command command : commands()) {
      lines.put(
          "charlstm " + command.name() + " --",
          Flags.of(command).stream().map(Flag::toString).toList());
    }
    assertZshCompletes(lines);
  }

  private static void assumeZsh() {
    boolean found =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "zsh")));
    assumeTrue(found, "zsh is not installed: its completion is not tested");
  }

  /** Types each line in one shell and presses Tab twice; the terminal shows the expected words. */
  private void assertZshCompletes(Map<String, List<String>> lines)
      throws IOException, InterruptedException {
    assumeZsh();
    Path script = root.resolve("_charlstm");
    Files.writeString(script, Tool.run("completion", "zsh").out());
    String program =
        """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PS2= RPS1= TERM=dumb; stty columns 200 rows 100 -echo; unsetopt zle_bracketed_paste beep'
zpty -w shell 'autoload -Uz compinit; compinit -u -D; source "'$1'"; LISTMAX=0'
zpty -w shell 'setopt no_auto_menu no_always_last_prompt; print REA""DY'
zpty -r -m shell text '*READY*'
shift
for line; do
  zpty -w -n shell $line$'\\t\\t'
  zpty -w -n shell $'\\C-A\\C-K'
  zpty -w -n shell $'print DO""NE\\n'
  zpty -r -m shell text '*DONE*'
  print -r -- $text
  print -r -- NEXT
done
zpty -d shell
""";
    List<String> words = new ArrayList<>(List.of(program, "zsh", script.toString()));
    words.addAll(lines.keySet());
    String[] shown = String.join("\n", run("zsh", words)).split("\nNEXT(\n|$)");
    assertThat(shown).hasSameSizeAs(lines.keySet());
    int k = 0;
    for (Map.Entry<String, List<String>> line : lines.entrySet()) {
      assertThat(shown[k++]).as(line.getKey()).contains(line.getValue());
    }
  }
}
