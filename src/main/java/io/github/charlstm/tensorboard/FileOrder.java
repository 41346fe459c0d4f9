package io.github.charlstm.tensorboard;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps event files of a folder in the order of their names. A name has the second in which it was
 * made; what follows, host and process, has no order.
 */
final class FileOrder {
  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");
  private static final long LONGEST_MILLISECONDS = 2_000;

  private FileOrder() {}

  /**
   * Waits, if need be, until a file made now comes after those that are there: until the second is
   * over. A file from a future further off, by another clock, is not waited for.
   */
  static void waitForALaterName(Path folder) throws IOException {
    long wait = newest(folder) * 1000 + 1000 - System.currentTimeMillis();
    if (wait <= 0 || wait > LONGEST_MILLISECONDS) {
      return;
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before the event file was made");
    }
  }

  private static long newest(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(FileOrder::second).max().orElse(0);
    }
  }

  private static long second(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }
}
