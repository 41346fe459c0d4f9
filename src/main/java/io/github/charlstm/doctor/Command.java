package io.github.charlstm.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What another program said.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Command(int code, String out, String err) {

  /** Empty if the program cannot be started, or does not end in time. */
  static Optional<Command> run(List<String> words, Map<String, String> variables, int seconds) {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(variables);
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return Optional.empty();
    }
    // Both at once: a program waits as long as nobody reads one of them.
    var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return Optional.of(new Command(process.exitValue(), out.join(), err.join()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return Optional.empty();
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
