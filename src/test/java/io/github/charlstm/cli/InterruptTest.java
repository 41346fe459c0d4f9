package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Tag("machine")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill -INT is a Unix command")
class InterruptTest {
  @TempDir Path root;

  @Test
  void ctrlCFinishesTheStepWritesACheckpointSaysHowToResumeAndExits130() throws Exception {
    Path run = root.resolve("run");
    List<String> command = new ArrayList<>(withSignals());
    command.addAll(ChildProcess.java(List.of(), Main.class.getName(), "train", "--recipe", "demo"));
    command.addAll(List.of("--run", run.toString(), "--lstm-size", "12"));
    command.addAll(List.of("--log-every", "1", "--save-every", "100000"));
    AtomicLong last = new AtomicLong();
    AtomicBoolean sent = new AtomicBoolean();
    ChildProcess.Ended ended =
        ChildProcess.run(
            new ProcessBuilder(command),
            (line, process) -> {
              if (line.startsWith("Epoch number")) {
                last.set(Long.parseLong(line.replaceAll(".*Step: (\\d+)\\.\\.\\..*", "$1")));
              }
              if (last.get() >= 5 && !sent.getAndSet(true)) {
                interrupt(process);
              }
            });
    long lastPrinted = last.get();
    assertThat(ended.code()).as(ended.err()).isEqualTo(130);
    assertThat(ended.err())
        .contains("stopped at step " + lastPrinted)
        .contains("charlstm train --resume --run " + run);
    assertThat(run.resolve("i" + lastPrinted + "_l12/saved_model.pb")).isNotEmptyFile();
    Tool.Output resumed =
        Tool.run("train", "--resume", "--run", run.toString(), "--steps", "" + (lastPrinted + 1));
    assertThat(resumed.code()).as(resumed.err()).isZero();
  }

  // A shell ignores SIGINT in its background processes, and their children inherit that, Java too.
  // GNU's env restores the default; others have no such option.
  private static List<String> withSignals() throws Exception {
    List<String> env = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(env);
    trial.add("true");
    return ChildProcess.run(new ProcessBuilder(trial)).code() == 0 ? env : List.of();
  }

  // The shell's built-in kill: small systems lack the program.
  private static void interrupt(ChildProcess process) throws Exception {
    ChildProcess.Ended ended =
        ChildProcess.run(new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()));
    assertThat(ended.code()).as(ended.err()).isZero();
  }
}
