package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an unfinished neighbour of a target: {@code .tmp-<target>-<process id>} while it is
 * written, {@code .old-<target>-<process id>} for what is being replaced.
 */
record TemporaryName(Kind kind, String target, long processId) {
  private static final Pattern PATTERN = Pattern.compile("\\.(tmp|old)-(.+)-(\\d{1,18})");

  enum Kind {
    TMP,
    OLD
  }

  static TemporaryName ofThisProcess(Kind kind, Path target) {
    return new TemporaryName(kind, target.getFileName().toString(), ProcessHandle.current().pid());
  }

  static Optional<TemporaryName> parse(Path path) {
    Matcher matcher = PATTERN.matcher(path.getFileName().toString());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Kind kind = matcher.group(1).equals("tmp") ? Kind.TMP : Kind.OLD;
    return Optional.of(new TemporaryName(kind, matcher.group(2), Long.parseLong(matcher.group(3))));
  }

  Path in(Path folder) {
    String prefix = kind == Kind.TMP ? ".tmp-" : ".old-";
    return folder.resolve(prefix + target + "-" + processId);
  }

  /**
   * Whether the process that made this path is gone. A process id is used again, in containers
   * almost always; so a live process owns the path only if it started before the path was touched.
   */
  boolean isAbandoned(Path path) throws IOException {
    Optional<ProcessHandle> process = ProcessHandle.of(processId).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return true;
    }
    Optional<Instant> started = process.get().info().startInstant();
    try {
      Instant touched = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
      return started.isPresent() && touched.isBefore(started.get());
    } catch (NoSuchFileException e) {
      return false; // its owner has just finished with it
    }
  }
}
