package io.github.charlstm.recipe;

import io.github.charlstm.machine.Memory;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** This machine and the program's commit, in words. */
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
   * {@return the commit of a git checkout, with {@code -dirty} if files were changed since; empty
   * if it is no checkout, or there is no git}
   */
  public static Optional<String> commit(Path folder) {
    ProcessBuilder git =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*");
    return Subprocess.run(git.directory(folder.toAbsolutePath().toFile()), 10)
        .filter(ended -> ended.code() == 0)
        .map(ended -> ended.out().strip())
        .filter(commit -> !commit.isEmpty());
  }
}
