package io.github.charlstm.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file while it is received: written under a temporary name beside its target and renamed in one
 * step when it is complete. What an earlier process has received is taken over; the validator (an
 * ETag or a date) of the server's file, which a server must know to go on with it, is a part of the
 * temporary name. If a part file is closed before, it remains if it has a validator and bytes.
 *
 * <p>Its process locks it as long as it is open, so a file without a lock was left behind. Only who
 * holds the lock renames or deletes it.
 */
final class PartFile implements AutoCloseable {
  /** What a header may have; longer ones do not fit into a file's name of at most 255 bytes. */
  private static final Pattern VALIDATOR = Pattern.compile("[\\x21-\\x7e][\\x20-\\x7e]{0,95}");

  private final Path target;
  private final FileChannel channel;
  private Path temporary;
  private String validator;

  private PartFile(Path target, Path temporary, FileChannel channel, String validator) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.validator = validator;
  }

  /** Opens what was received before, or else an empty file; deletes what is of no use. */
  static PartFile open(Path target) {
    try {
      Files.createDirectories(target.getParent());
      PartFile resumed = null;
      for (Path left : leftBehind(target)) {
        PartFile part = claim(target, left);
        if (part == null) {
          continue;
        }
        if (resumed == null && !part.validator.isEmpty() && part.size() > 0) {
          resumed = part;
        } else {
          part.validator = "";
          part.close();
        }
      }
      return resumed == null ? create(target) : resumed;
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  /** Opens an empty file. */
  static PartFile create(Path target) {
    try {
      Files.createDirectories(target.getParent());
      while (true) {
        Path temporary = temporary(target, "");
        FileChannel channel =
            FileChannel.open(
                temporary,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        // Before it was locked, another process could take it for one that was left behind.
        if (isLocked(channel) && Files.exists(temporary)) {
          return new PartFile(target, temporary, channel, "");
        }
        channel.close();
      }
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  private static boolean isLocked(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException noLocksHere) {
      return true; // then no process takes over a file
    }
  }

  /** The validator of the server's file, empty if there is none. */
  String validator() {
    return validator;
  }

  long size() {
    try {
      return channel.size();
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  /** Drops all bytes, to receive a file with this validator, empty if it has none. */
  void restart(String newValidator) {
    try {
      channel.truncate(0);
      validator = usable(newValidator);
      Path renamed = temporary(target, validator);
      Files.move(temporary, renamed, StandardCopyOption.ATOMIC_MOVE);
      temporary = renamed;
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  /** Appends bytes. */
  void write(byte[] bytes, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    try {
      channel.position(channel.size());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  /** {@return all bytes, those that an earlier process has written too} */
  byte[] read() {
    try {
      ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      channel.position(0);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until all are read
      }
      return buffer.array();
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  void moveIntoPlace() {
    try {
      channel.force(true);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      validator = "";
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (validator.isEmpty() || temporary.toFile().length() == 0) { // 0 too if it is gone
        Files.deleteIfExists(temporary);
      }
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  // The largest first.
  private static List<Path> leftBehind(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target.getParent())) {
      return files
          .filter(file -> name(target, file).matches())
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
          .toList();
    }
  }

  /** Takes over a file; null if a process still writes it, or another one was faster. */
  private static PartFile claim(Path target, Path left) throws IOException {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(left, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        String validator = validator(target, left);
        Path temporary = temporary(target, validator);
        Files.move(left, temporary, StandardCopyOption.ATOMIC_MOVE);
        return new PartFile(target, temporary, channel, validator);
      }
    } catch (OverlappingFileLockException | IOException heldOrGone) {
      // A thread of this process has it, or it was renamed when it was complete.
    }
    if (channel != null) {
      channel.close();
    }
    return null;
  }

  // In the same folder, because only a rename within one file system is atomic.
  private static Path temporary(Path target, String validator) {
    byte[] bytes = validator.getBytes(StandardCharsets.UTF_8);
    String end = bytes.length == 0 ? "" : "." + Base64.getUrlEncoder().encodeToString(bytes);
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + end);
  }

  private static Matcher name(Path target, Path temporary) {
    return Pattern.compile(
            Pattern.quote("." + target.getFileName()) + "\\.[0-9a-f-]{36}(?:\\.([A-Za-z0-9_=-]+))?")
        .matcher(temporary.getFileName().toString());
  }

  private static String validator(Path target, Path temporary) {
    Matcher name = name(target, temporary);
    if (!name.matches() || name.group(1) == null) {
      return "";
    }
    try {
      return usable(
          new String(Base64.getUrlDecoder().decode(name.group(1)), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return ""; // no name that temporary() gives
    }
  }

  private static String usable(String validator) {
    return VALIDATOR.matcher(validator).matches() ? validator : "";
  }

  private static RuntimeException cannotWrite(Path target, IOException failure) {
    if (failure instanceof ClosedByInterruptException) {
      return new UncheckedIOException(
          new InterruptedIOException("writing " + target + " was interrupted"));
    }
    return new InvalidDataException(
        "cannot write %s: %s; set CHARLSTM_CACHE to a folder that can be written"
            .formatted(target, FileFailures.reason(failure)),
        failure);
  }
}
