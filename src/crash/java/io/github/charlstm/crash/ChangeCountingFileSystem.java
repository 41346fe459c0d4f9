package io.github.charlstm.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.spi.FileSystemProvider;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.tests.mockfile.FilterFileChannel;
import org.apache.lucene.tests.mockfile.FilterFileSystem;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;

/**
 * A file system that reports each change of a file or folder to a listener before doing it.
 *
 * <p>It wraps the real one for paths of {@link #wrap}, or for all paths of a process that is
 * started with {@code -Djava.nio.file.spi.DefaultFileSystemProvider} and this class's name.
 * TensorFlow's own writes in C++ do not pass through it.
 */
public class ChangeCountingFileSystem extends FilterFileSystemProvider {
  /** Called before a change; may throw or end the process. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * @param change what is about to be done
     * @param path to what, absolute
     * @param half does the first half of a write; nothing for other changes
     */
    void before(String change, Path path, Half half) throws IOException;
  }

  /** The first half of a change. */
  @FunctionalInterface
  public interface Half {
    void run() throws IOException;
  }

  private static final Half NOTHING = () -> {};
  private final Watcher watcher;

  /** The default file system of a process that {@link EndAtChange} ends. */
  public ChangeCountingFileSystem(FileSystemProvider real) {
    this(real, real.getFileSystem(URI.create("file:///")), EndAtChange.fromProperties());
  }

  private ChangeCountingFileSystem(
      FileSystemProvider real, FileSystem realFileSystem, Watcher watcher) {
    super("file", real);
    this.watcher = watcher;
    fileSystem = new FilterFileSystem(this, realFileSystem);
  }

  /** The same path on this file system. */
  public static Path wrap(Path real, Watcher watcher) {
    return new ChangeCountingFileSystem(
            real.getFileSystem().provider(), real.getFileSystem(), watcher)
        .wrapPath(real);
  }

  private void tell(String change, Path path) throws IOException {
    tell(change, path, NOTHING);
  }

  private void tell(String change, Path path, Half half) throws IOException {
    watcher.before(change, toDelegate(path).toAbsolutePath().normalize(), half);
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    tell("make folder", folder);
    super.createDirectory(folder, attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    tell("delete", path);
    super.delete(path);
  }

  @Override
  public boolean deleteIfExists(Path path) throws IOException {
    tell("delete", path);
    return super.deleteIfExists(path);
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    tell("rename", to);
    super.move(from, to, options);
  }

  @Override
  public OutputStream newOutputStream(Path file, OpenOption... options) throws IOException {
    Set<OpenOption> all =
        options.length == 0
            ? Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)
            : withWrite(Set.of(options));
    return Channels.newOutputStream(newFileChannel(file, all));
  }

  private static Set<OpenOption> withWrite(Set<OpenOption> options) {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(StandardOpenOption.WRITE);
    return all;
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return changes(options)
        ? newFileChannel(file, options, attributes)
        : super.newByteChannel(file, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (changes(options)) {
      tell("open", file);
    }
    return new Channel(super.newFileChannel(file, options, attributes), file);
  }

  private static boolean changes(Set<? extends OpenOption> options) {
    return options.stream()
        .anyMatch(
            EnumSet.of(
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DELETE_ON_CLOSE)
                ::contains);
  }

  private final class Channel extends FilterFileChannel {
    private final Path file;

    Channel(FileChannel real, Path file) {
      super(real);
      this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      tell(
          "write",
          file,
          () -> {
            ByteBuffer half = bytes.duplicate();
            half.limit(bytes.position() + bytes.remaining() / 2);
            delegate.write(half);
          });
      return super.write(bytes);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      tell("truncate", file);
      super.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
      tell("sync", file);
      super.force(metadata);
    }
  }
}
