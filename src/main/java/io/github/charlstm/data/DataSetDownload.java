package io.github.charlstm.data;

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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Downloads one data set to its file in the cache. */
final class DataSetDownload {

  private static final int CHUNK_BYTES = 1 << 16;

  private final DataSet dataSet;
  private final URI address;
  private final Path target;
  private final Limits limits;

  /**
   * Timeouts.
   *
   * @param connection until connected; {@code answer} applies too
   * @param answer until the answer begins
   * @param body from then until the whole file is received
   */
  record Limits(Duration connection, Duration answer, Duration body) {
    static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(20), Duration.ofMinutes(10), Duration.ofMinutes(10));

    Duration untilConnected() {
      return connection.compareTo(answer) < 0 ? connection : answer;
    }
  }

  DataSetDownload(DataSet dataSet, URI address, Path target, Limits limits) {
    this.dataSet = dataSet;
    this.address = address;
    this.target = target;
    this.limits = limits;
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
            body, response.headers().firstValueAsLong("Content-Length").orElse(-1), part, progress);
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
      Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
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
          "cannot write "
              + target
              + ": "
              + FileFailures.reason(failure)
              + "; set CHARLSTM_CACHE to a folder that can be written",
          failure);
    }
  }
}
