package io.github.charlstm.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    try {
      Path out = Files.createTempFile("charlstm-doctor", ".out");
      Path err = Files.createTempFile("charlstm-doctor", ".err");
      try {
        return run(words, variables, seconds, out, err);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<Command> run(
      List<String> words, Map<String, String> variables, int seconds, Path out, Path err)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(variables);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return Optional.empty();
    }
    return Optional.of(new Command(process.exitValue(), text(out), text(err)));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
