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
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One download of a data set into its place in the cache. */
final class DataSetDownload {

  private static final int CHUNK_BYTES = 1 << 16;

  private final DataSet dataSet;
  private final URI address;
  private final Path target;
  private final Limits limits;

  /**
   * How long a server may take.
   *
   * @param connection until it is reached; the answer's limit holds too
   * @param answer until it begins to answer
   * @param body from then until the file is here
   */
  record Limits(Duration connection, Duration answer, Duration body) {
    static final Limits USUAL =
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

  void run(DownloadProgress progress) {
    try (PartFile part = PartFile.open(target)) {
      receive(part, progress);
      String found = part.digest();
      if (!dataSet.digests().contains(found)) {
        throw failed(
            "the file is not the one published: " + Digests.mismatch(dataSet, found), null);
      }
      part.moveIntoPlace();
    }
  }

  private void receive(PartFile part, DownloadProgress progress) {
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

  private void copy(InputStream body, long total, PartFile part, DownloadProgress progress)
      throws IOException {
    // The client's own time limit ends with the headers; closing the body ends a read that hangs.
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
      // The reader of this stream reports that time ran out, whatever closing says.
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
        String.format(
            "cannot download %s from %s: %s; fetch it by other means and put it at %s",
            dataSet.name(), address, reason, target),
        cause);
  }

  private UncheckedIOException interrupted() {
    return new UncheckedIOException(
        new InterruptedIOException("the download of " + dataSet.name() + " was interrupted"));
  }
}
