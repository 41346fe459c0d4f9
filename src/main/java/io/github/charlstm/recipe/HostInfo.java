package io.github.charlstm.recipe;

import io.github.charlstm.machine.Memory;
import io.github.charlstm.machine.Processor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a run ran on, in words. */
public final class HostInfo {
  private HostInfo() {}

  /** {@return this machine's processor, memory, system and Java} */
  public static String machine() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %.0f GB, %s %s, Java %s",
        Processor.here().name(),
        Runtime.getRuntime().availableProcessors(),
        Memory.here().total() / Math.pow(1024, 3),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version().feature());
  }

  /**
   * The commit of a checkout, with {@code -dirty} behind it if files were changed since.
   *
   * @param folder in the checkout
   * @return empty if it is none, or there is no git
   */
  public static Optional<String> commit(Path folder) {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*")
              .directory(folder.toAbsolutePath().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = git.waitFor(10, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 && !answer.isBlank()
          ? Optional.of(answer.strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
