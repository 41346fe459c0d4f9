package io.github.charlstm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are a Unix shell's")
class ChildProcessTest {
  private static ProcessBuilder shell(String script) {
    return new ProcessBuilder("sh", "-c", script);
  }

  @Test
  void bothStreamsAreReadHoweverMuchThereIs() throws Exception {
    String much =
        "i=0; while [ $i -lt 20000 ]; do echo line $i; echo error $i >&2; i=$((i+1)); done";
    ChildProcess.Ended ended = ChildProcess.run(shell(much + "; exit 3"));
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.out()).hasSize(20_000).endsWith("line 19999");
    assertThat(ended.err().lines()).hasSize(20_000).endsWith("error 19999");
  }

  @Test
  void standardInputIsEmpty() throws Exception {
    assertThat(ChildProcess.run(shell("cat; echo end")).out()).containsExactly("end");
  }

  @Test
  void linesAreHeardOfWhileItRuns() throws Exception {
    List<String> heard = new ArrayList<>();
    ChildProcess.Ended ended =
        ChildProcess.run(
            shell("echo ready; exec sleep 3600"),
            (line, process) -> {
              heard.add(line);
              process.kill();
            });
    assertThat(heard).containsExactly("ready");
    assertThat(ended.code()).isEqualTo(128 + 9);
  }

  @Test
  void aListenerThatFailsFailsTheTest() {
    assertThatThrownBy(
            () ->
                ChildProcess.run(
                    shell("echo one; exec sleep 3600"),
                    (line, process) -> {
                      throw new IllegalStateException("not " + line);
                    }))
        .hasMessageContaining("one")
        .hasRootCauseMessage("not one");
  }

  @Test
  void closingKillsChildProcessesToo() throws Exception {
    CompletableFuture<Long> grandchild = new CompletableFuture<>();
    List<ProcessHandle> family;
    try (ChildProcess process =
        ChildProcess.start(
            shell("sh -c 'echo $$; exec sleep 3600'; echo end"),
            (line, child) -> grandchild.complete(Long.valueOf(line)))) {
      family =
          Stream.of(process.pid(), grandchild.get(ChildProcess.HANG.toSeconds(), TimeUnit.SECONDS))
              .map(id -> ProcessHandle.of(id).orElseThrow())
              .toList();
      assertThat(family).allMatch(ChildProcess::runs);
    }
    assertThat(family).noneMatch(ChildProcess::runs);
  }
}
