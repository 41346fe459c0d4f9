package io.github.charlstm.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.UUID;

/**
 * A file of the cache while it comes in: written aside, digested on the way, and moved to its place
 * in one step once it is whole. Closed before that, it leaves nothing behind.
 */
final class PartFile implements AutoCloseable {

  private final Path target;
  private final Path aside;
  private final FileChannel channel;
  private final MessageDigest digest = Digests.sha256();

  private PartFile(Path target, Path aside, FileChannel channel) {
    this.target = target;
    this.aside = aside;
    this.channel = channel;
  }

  static PartFile open(Path target) {
    // Beside the target, because only a move inside one file system is atomic.
    Path aside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(target.getParent());
      FileChannel channel =
          FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new PartFile(target, aside, channel);
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  void write(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  /** The digest of all that was written; to be asked for once. */
  String digest() {
    return Digests.hexadecimal(digest.digest());
  }

  void moveIntoPlace() {
    try {
      channel.force(true);
      channel.close();
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(aside);
    } catch (IOException failure) {
      throw cannotWrite(target, failure);
    }
  }

  private static InvalidDataException cannotWrite(Path target, IOException failure) {
    return new InvalidDataException(
        "cannot write "
            + target
            + ": "
            + FileFailures.reason(failure)
            + "; set CHARLSTM_CACHE to a folder that can be written",
        failure);
  }
}
