package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill -INT is a Unix command")
class InterruptTest {
  @TempDir Path root;

  @Test
  void ctrlCFinishesTheStepWritesACheckpointSaysHowToResumeAndExits130() throws Exception {
    Path run = root.resolve("run");
    Path errors = root.resolve("errors");
    List<String> command = new ArrayList<>(withSignals());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "train",
            "--data",
            "macbeth",
            "--run",
            run.toString(),
            "--lstm-size",
            "12",
            "--log-every",
            "1",
            "--save-every",
            "100000"));
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    long lastPrinted = interruptAfter(process, 5);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isEqualTo(130);
    assertThat(Files.readString(errors))
        .contains("stopped at step " + lastPrinted)
        .contains("charlstm train --resume --run " + run);
    assertThat(run.resolve("i" + lastPrinted + "_l12/saved_model.pb")).isNotEmptyFile();
    Tool.Output resumed =
        Tool.run("train", "--resume", "--run", run.toString(), "--steps", "" + (lastPrinted + 1));
    assertThat(resumed.code()).as(resumed.err()).isZero();
  }

  // A shell ignores SIGINT in what it runs in the background, and all that is started there
  // inherits
  // it; Java too then never hears of Ctrl-C. GNU's env puts that right, others do not know the
  // word.
  private static List<String> withSignals() throws Exception {
    List<String> env = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(env);
    trial.add("true");
    Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0 ? env : List.of();
  }

  private static long interruptAfter(Process process, int steps) throws IOException {
    long last = 0;
    boolean sent = false;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("Epoch number")) {
          last = Long.parseLong(line.replaceAll(".*Step: (\\d+)\\.\\.\\..*", "$1"));
        }
        if (last >= steps && !sent) {
          new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start();
          sent = true;
        }
      }
    }
    return last;
  }
}
