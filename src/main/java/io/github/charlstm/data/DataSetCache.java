package io.github.charlstm.data;

import io.github.charlstm.data.DataSet.Download;
import io.github.charlstm.data.DataSet.Embedded;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The folder of downloaded data sets, one file each. A file without an accepted SHA-256 digest is
 * an error. Several processes may use one folder.
 */
public final class DataSetCache {

  private final Path folder;
  private final DataSetDownload.Limits limits;

  /** Receives the progress of a download, in the thread that downloads. */
  @FunctionalInterface
  public interface Progress {
    /** Called at the start and after each piece; {@code total} is -1 if the server does not say. */
    void onBytes(long done, long total);
  }

  /** A cache in a folder, which need not exist yet. */
  public DataSetCache(Path folder) {
    this(folder, DataSetDownload.Limits.DEFAULT);
  }

  DataSetCache(Path folder, DataSetDownload.Limits limits) {
    this.folder = folder.toAbsolutePath().normalize();
    this.limits = limits;
  }

  /**
   * The default folder: {@code CHARLSTM_CACHE}, else {@code charlstm} in {@code XDG_CACHE_HOME},
   * else {@code .cache/charlstm} in the home folder. Blank variables count as unset, and so does a
   * relative {@code XDG_CACHE_HOME}, as its specification demands. For a user without a home folder
   * (Java calls it {@code ?}) it is {@code charlstm-<user>} in the folder of temporary files.
   */
  public static Path defaultFolder(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault("CHARLSTM_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!shared.isBlank() && Path.of(shared).isAbsolute()) {
      return Path.of(shared).resolve("charlstm");
    }
    return home.isAbsolute()
        ? home.resolve(".cache").resolve("charlstm")
        : Path.of(
            System.getProperty("java.io.tmpdir"), "charlstm-" + System.getProperty("user.name"));
  }

  /** {@return the absolute path of a data set's file, which need not exist} */
  public Path location(DataSet dataSet) {
    return folder.resolve(dataSet.fileName());
  }

  /**
   * {@return the file of a data set, its digest checked; empty if it is not in the cache}
   *
   * @throws InvalidDataException if the file is there but damaged or unreadable
   */
  public Optional<Path> find(DataSet dataSet) {
    return cachedBytes(dataSet).map(bytes -> location(dataSet));
  }

  /**
   * Downloads a data set unless the cache has it. A damaged file in the cache is replaced; if the
   * download fails, the cache is unchanged. An InvalidDataException if the data set is embedded,
   * the server fails, the digest is wrong, or the cache cannot be written.
   */
  public Path fetch(DataSet dataSet, Progress progress) {
    refuseEmbedded(dataSet);
    Path target = location(dataSet);
    if (!isCached(dataSet)) {
      Download source = (Download) dataSet.source();
      new DataSetDownload(dataSet, source.address(), target, limits).run(progress);
    }
    return target;
  }

  /**
   * Copies the user's own file of a data set into the cache. An InvalidDataException if the data
   * set is embedded, the file has a wrong digest, or one of both cannot be read or written.
   */
  public Path install(DataSet dataSet, Path file) {
    refuseEmbedded(dataSet);
    byte[] bytes = TextFile.readBytes(file);
    dataSet.requireDigest(
        Digests.of(bytes),
        mismatch ->
            new InvalidDataException(
                file + " is not the data set " + dataSet.name() + ": " + mismatch));
    try (DataSetDownload.PartFile part = DataSetDownload.PartFile.open(location(dataSet))) {
      part.write(bytes, bytes.length);
      part.moveIntoPlace();
    }
    return location(dataSet);
  }

  /**
   * {@return the text of a data set, embedded or cached, with newlines as {@code \n}} An
   * InvalidDataException says how to get one that is not in the cache.
   */
  public String text(DataSet dataSet) {
    if (!dataSet.isText()) {
      throw InvalidDataException.of(
          "data set %s is not a text, it has %s",
          dataSet.name(), dataSet.content().summary().strip());
    }
    if (dataSet.source() instanceof Embedded embedded) {
      return TextFile.decode(embeddedBytes(dataSet, embedded), embedded.resource());
    }
    byte[] bytes =
        cachedBytes(dataSet)
            .orElseThrow(
                () ->
                    InvalidDataException.of(
                        "data set %s is not in the cache (no %s); \"charlstm data fetch %s\""
                            + " fetches it, or takes your own copy of the file",
                        dataSet.name(), location(dataSet), dataSet.name()));
    return TextFile.decode(bytes, location(dataSet).toString());
  }

  private boolean isCached(DataSet dataSet) {
    Path file = location(dataSet);
    return Files.exists(file) && dataSet.digests().contains(Digests.of(TextFile.readBytes(file)));
  }

  // The digest is that of the bytes that are used: the file could change between two reads.
  private Optional<byte[]> cachedBytes(DataSet dataSet) {
    Path file = location(dataSet);
    if (dataSet.isEmbedded() || Files.notExists(file)) {
      return Optional.empty();
    }
    byte[] bytes = TextFile.readBytes(file);
    dataSet.requireDigest(
        Digests.of(bytes),
        mismatch ->
            InvalidDataException.of(
                "%s is damaged: %s; run \"charlstm data fetch %s\" to replace it",
                file, mismatch, dataSet.name()));
    return Optional.of(bytes);
  }

  private static byte[] embeddedBytes(DataSet dataSet, Embedded embedded) {
    try (InputStream stream = DataSetCache.class.getResourceAsStream("/" + embedded.resource())) {
      if (stream == null) {
        throw new IllegalStateException(
            embedded.resource() + " is not on the class path: " + dataSet.license());
      }
      byte[] bytes = stream.readAllBytes();
      dataSet.requireDigest(
          Digests.of(bytes),
          mismatch ->
              new IllegalStateException(
                  embedded.resource() + " on the class path is another file: " + mismatch));
      return bytes;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read the resource " + embedded.resource(), failure);
    }
  }

  private static void refuseEmbedded(DataSet dataSet) {
    if (dataSet.isEmbedded()) {
      throw new InvalidDataException(
          "data set " + dataSet.name() + " comes with the program: there is nothing to fetch");
    }
  }

  /** Downloads one data set to its file in the cache. */
  record DataSetDownload(DataSet dataSet, URI address, Path target, Limits limits) {

    private static final int CHUNK_BYTES = 1 << 16;

    /**
     * Timeouts: until connected (with {@code answer} at once), until the answer begins, and from
     * then until the whole file is received.
     */
    record Limits(Duration connection, Duration answer, Duration body) {
      static final Limits DEFAULT =
          new Limits(Duration.ofSeconds(20), Duration.ofMinutes(10), Duration.ofMinutes(10));

      Duration untilConnected() {
        return connection.compareTo(answer) < 0 ? connection : answer;
      }
    }

    void run(DataSetCache.Progress progress) {
      try (PartFile part = PartFile.open(target)) {
        receive(part, progress);
        dataSet.requireDigest(
            part.digest(),
            mismatch -> failed("the file is not the one published: " + mismatch, null));
        part.moveIntoPlace();
      }
    }

    private void receive(PartFile part, DataSetCache.Progress progress) {
      HttpClient client =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NORMAL)
              .connectTimeout(limits.untilConnected())
              .build();
      HttpRequest request = HttpRequest.newBuilder(address).timeout(limits.answer()).build();
      try {
        HttpResponse<InputStream> response =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          if (response.statusCode() != 200) {
            throw failed("the server answered HTTP " + response.statusCode(), null);
          }
          copy(
              body,
              response.headers().firstValueAsLong("Content-Length").orElse(-1),
              part,
              progress);
        }
      } catch (IOException failure) {
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted();
        }
        throw failed(reason(failure), failure);
      } catch (InterruptedException interruption) {
        Thread.currentThread().interrupt();
        throw interrupted();
      }
    }

    private void copy(InputStream body, long total, PartFile part, DataSetCache.Progress progress)
        throws IOException {
      // The client's timeout ends with the headers; closing the body ends a blocked read.
      AtomicBoolean late = new AtomicBoolean();
      CompletableFuture<Void> watch =
          CompletableFuture.runAsync(
              () -> {
                late.set(true);
                closeQuietly(body);
              },
              CompletableFuture.delayedExecutor(limits.body().toMillis(), TimeUnit.MILLISECONDS));
      try {
        byte[] chunk = new byte[CHUNK_BYTES];
        long done = 0;
        progress.onBytes(done, total);
        for (int length = body.read(chunk); length >= 0; length = body.read(chunk)) {
          part.write(chunk, length);
          done += length;
          progress.onBytes(done, total);
        }
      } catch (IOException failure) {
        if (!late.get()) {
          throw failure;
        }
      } finally {
        watch.cancel(false);
      }
      if (late.get()) {
        throw failed("not finished within " + limits.body().toSeconds() + " s", null);
      }
    }

    private static void closeQuietly(InputStream body) {
      try {
        body.close();
      } catch (IOException ignored) {
        // copy() reports the timeout, whether closing succeeds or not.
      }
    }

    private String reason(IOException failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
          return "host " + address.getHost() + " is unknown (no network?)";
        }
      }
      if (failure instanceof HttpConnectTimeoutException) {
        return "no connection within " + limits.untilConnected().toSeconds() + " s";
      }
      if (failure instanceof HttpTimeoutException) {
        return "no answer within " + limits.answer().toSeconds() + " s";
      }
      if (failure instanceof ConnectException) {
        return "cannot connect to " + address.getAuthority() + " (no network?)";
      }
      return FileFailures.reason(failure);
    }

    private InvalidDataException failed(String reason, Throwable cause) {
      return new InvalidDataException(
          "cannot download %s from %s: %s; fetch it by other means and put it at %s"
              .formatted(dataSet.name(), address, reason, target),
          cause);
    }

    private UncheckedIOException interrupted() {
      return new UncheckedIOException(
          new InterruptedIOException("the download of " + dataSet.name() + " was interrupted"));
    }

    /**
     * A file while it is received: written under a temporary name, hashed, and renamed in one step
     * when it is complete. If it is closed before, nothing remains.
     */
    static final class PartFile implements AutoCloseable {
      private final Path target;
      private final Path temporary;
      private final FileChannel channel;
      private final MessageDigest digest = Digests.sha256();

      private PartFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
      }

      static PartFile open(Path target) {
        // In the same folder, because only a rename within one file system is atomic.
        Path temporary =
            target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try {
          Files.createDirectories(target.getParent());
          FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          return new PartFile(target, temporary, channel);
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

      /** The SHA-256 of all bytes written; to be called once. */
      String digest() {
        return Digests.hexadecimal(digest.digest());
      }

      void moveIntoPlace() {
        try {
          channel.force(true);
          channel.close();
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
          throw cannotWrite(target, failure);
        }
      }

      @Override
      public void close() {
        try {
          channel.close();
          Files.deleteIfExists(temporary);
        } catch (IOException failure) {
          throw cannotWrite(target, failure);
        }
      }

      private static InvalidDataException cannotWrite(Path target, IOException failure) {
        return new InvalidDataException(
            "cannot write %s: %s; set CHARLSTM_CACHE to a folder that can be written"
                .formatted(target, FileFailures.reason(failure)),
            failure);
      }
    }
  }
}
