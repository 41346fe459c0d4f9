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
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Downloads one data set to its file in the cache. */
record DataSetDownload(
    DataSet dataSet, Path target, Network network, DataSetCache.Progress progress) {

  private static final int CHUNK_BYTES = 1 << 16;
  // No data set has a third of it.
  private static final long MAX_BYTES = 32L << 20;
  private static final int PROGRESS_BYTES = 1 << 16;
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final String TUNNEL_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  /**
   * How to use the network.
   *
   * @param connection until connected (or {@code silence} if that is less)
   * @param silence until the answer begins, and between its bytes
   * @param body until the whole body of one answer is received
   * @param waits before each further request to an address whose answer was cut off; they begin
   *     anew after one that brought 64 KB
   */
  record Network(
      Duration connection,
      Duration silence,
      Duration body,
      List<Duration> waits,
      EnvironmentProxies proxies) {

    static final Network DEFAULT =
        new Network(
            Duration.ofSeconds(20),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(9)),
            new EnvironmentProxies(System.getenv()));

    Duration untilConnected() {
      return connection.compareTo(silence) < 0 ? connection : silence;
    }
  }

  /** What a failure is the end of. */
  private enum Scope {
    /** The same request may succeed in a moment. */
    REQUEST,
    ADDRESS,
    /** Other addresses of the same host will fail too. */
    HOST
  }

  /** Why an address did not give the file. */
  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;
    private final Scope scope;

    Failure(String reason, Scope scope, Throwable cause) {
      super(reason, cause);
      this.scope = scope;
    }

    Failure(String reason, Scope scope) {
      this(reason, scope, null);
    }
  }

  void run() {
    StringJoiner failures = new StringJoiner("; from ");
    Set<String> unreachable = new HashSet<>();
    Throwable cause = null;
    try (PartFile part = PartFile.open(target)) {
      for (URI address : dataSet.addresses()) {
        if (unreachable.contains(address.getAuthority())) {
          continue;
        }
        if (cause != null) {
          progress.onFailure("%s; trying %s".formatted(cause.getMessage(), address));
        }
        try {
          receiveWithRetries(address, part);
          part.moveIntoPlace();
          return;
        } catch (Failure failure) {
          failures.add(address + ": " + failure.getMessage());
          cause = failure;
          if (failure.scope == Scope.HOST) {
            unreachable.add(address.getAuthority());
          }
        }
      }
      String kept =
          part.size() > 0 && !part.validator().isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "; %,d bytes are kept, and the next fetch goes on there",
                  part.size())
              : "";
      throw new InvalidDataException(
          "cannot download %s from %s%s; fetch it by other means and put it at %s"
              .formatted(dataSet.name(), failures, kept, target),
          cause);
    }
  }

  private void receiveWithRetries(URI address, PartFile part) throws Failure {
    HttpClient client = client(address);
    int tries = 0;
    while (true) {
      long before = part.size();
      try {
        receive(client, address, part);
        return;
      } catch (Failure failure) {
        if (failure.scope != Scope.REQUEST) {
          throw failure;
        }
        if (part.size() - before >= PROGRESS_BYTES) {
          tries = 0; // a slow line is better than to begin again at another address
        }
        if (tries == network.waits().size()) {
          throw failure;
        }
        Duration wait = network.waits().get(tries);
        progress.onFailure(
            "%s; trying again in %s s".formatted(failure.getMessage(), wait.toSeconds()));
        sleep(wait);
        tries++;
      }
    }
  }

  private HttpClient client(URI address) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(network.untilConnected())
            .proxy(network.proxies());
    network
        .proxies()
        .find(address)
        .filter(proxy -> !proxy.user().isEmpty())
        .ifPresent(
            proxy -> {
              allowBasicInTunnels();
              builder.authenticator(network.proxies().authenticator(proxy));
            });
    return builder.build();
  }

  // Java does not answer a proxy's question for a password with Basic, unless this property says so
  // when the first client of the process is made.
  private static void allowBasicInTunnels() {
    if (System.getProperty(TUNNEL_SCHEMES) == null) {
      System.setProperty(TUNNEL_SCHEMES, "");
    }
  }

  /** Receives what the part file lacks, or the whole file, and checks it. */
  private void receive(HttpClient client, URI address, PartFile part) throws Failure {
    long before = part.validator().isEmpty() ? 0 : part.size();
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(network.silence());
    if (before > 0) {
      request.header("Range", "bytes=" + before + "-").header("If-Range", part.validator());
    }
    try {
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        HttpHeaders headers = answer.headers();
        int status = answer.statusCode();
        boolean goesOn = before > 0 && status == PARTIAL_CONTENT && isRest(headers, part);
        if (goesOn || status == OK) {
          if (!goesOn) {
            part.restart(validator(headers));
          }
          copy(body, headers.firstValueAsLong("Content-Length").orElse(-1), part);
          Optional<String> mismatch = dataSet.mismatch(part.read());
          if (mismatch.isEmpty()) {
            return;
          }
          part.restart("");
          if (!goesOn) {
            throw new Failure(
                "the file is not the one published: " + mismatch.get() + encoding(headers),
                Scope.ADDRESS);
          }
        } else if (before > 0 && (status == PARTIAL_CONTENT || status == RANGE_NOT_SATISFIABLE)) {
          part.restart("");
        } else {
          throw refusal(address, answer);
        }
      }
    } catch (IOException failure) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      throw failure(address, failure);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
    // The server's file is another now, or its rest does not fit: once more, without a range.
    receive(client, address, part);
  }

  private static boolean isRest(HttpHeaders headers, PartFile part) {
    Matcher range = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    String validator = validator(headers);
    return range.matches()
        && range.group(1).equals(String.valueOf(part.size()))
        && (validator.isEmpty() || validator.equals(part.validator()));
  }

  /** What says to a server which version of its file was received: a strong ETag, or a date. */
  private static String validator(HttpHeaders headers) {
    return headers
        .firstValue("ETag")
        .filter(tag -> tag.startsWith("\""))
        .or(() -> headers.firstValue("Last-Modified"))
        .orElse("");
  }

  private void copy(InputStream body, long length, PartFile part) throws IOException, Failure {
    long total = length < 0 ? -1 : part.size() + length;
    try (Watch watch = new Watch(body, network)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      progress.onBytes(part.size(), total);
      try {
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
          watch.onBytes();
          part.write(chunk, read);
          if (part.size() > MAX_BYTES) {
            part.restart("");
            throw new Failure(
                String.format(Locale.ROOT, "the answer is longer than %,d bytes", MAX_BYTES),
                Scope.ADDRESS);
          }
          progress.onBytes(part.size(), total);
        }
      } catch (IOException failure) {
        if (watch.late().isEmpty()) {
          throw failure;
        }
      }
      if (watch.late().isPresent()) {
        throw new Failure(watch.late().get(), Scope.REQUEST);
      }
    }
  }

  /** Ends a blocked read: the client's own timeout ends with the headers. */
  private static final class Watch implements AutoCloseable {
    private static final int PERIOD_MILLIS = 50;

    private final Timer timer = new Timer("watch of a download", true);
    private final AtomicReference<String> late = new AtomicReference<>();
    private volatile long last = System.nanoTime();

    Watch(InputStream body, Network network) {
      long start = last;
      TimerTask task =
          new TimerTask() {
            @Override
            public void run() {
              long now = System.nanoTime();
              if (now - last > network.silence().toNanos()) {
                late.set("nothing received for " + network.silence().toSeconds() + " s");
              } else if (now - start > network.body().toNanos()) {
                late.set("not finished within " + network.body().toSeconds() + " s");
              } else {
                return;
              }
              cancel();
              closeQuietly(body);
            }
          };
      timer.schedule(task, PERIOD_MILLIS, PERIOD_MILLIS);
    }

    void onBytes() {
      last = System.nanoTime();
    }

    Optional<String> late() {
      return Optional.ofNullable(late.get());
    }

    @Override
    public void close() {
      timer.cancel();
    }

    private static void closeQuietly(InputStream body) {
      try {
        body.close();
      } catch (IOException ignored) {
        // copy() reports the timeout, whether closing succeeds or not.
      }
    }
  }

  private static String encoding(HttpHeaders headers) {
    return headers
        .firstValue("Content-Encoding")
        .map(encoding -> " (sent with Content-Encoding: " + encoding + ", which was not asked for)")
        .orElse("");
  }

  private Failure refusal(URI address, HttpResponse<?> answer) {
    int status = answer.statusCode();
    if (status == PROXY_AUTHENTICATION_REQUIRED) {
      String variable =
          network.proxies().find(address).map(EnvironmentProxies.Setting::variable).orElse("");
      return new Failure(
          "the proxy asks for a password (HTTP 407)"
              + (variable.isEmpty()
                  ? ""
                  : "; set " + variable + " to http://USER:PASSWORD@HOST:PORT"),
          Scope.ADDRESS);
    }
    if (status >= 300 && status < 400) {
      return new Failure(
          "the server redirects too often, or to another protocol (HTTP %s, Location: %s)"
              .formatted(status, answer.headers().firstValue("Location").orElse("none")),
          Scope.ADDRESS);
    }
    boolean isPassing = status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
    return new Failure(
        "the server answered HTTP " + status, isPassing ? Scope.REQUEST : Scope.ADDRESS);
  }

  private Failure failure(URI address, IOException failure) {
    Optional<EnvironmentProxies.Setting> proxy = network.proxies().find(address);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        String host = proxy.map(p -> "of the proxy " + p).orElse(address.getHost());
        return new Failure("host " + host + " is unknown (no network?)", Scope.HOST, failure);
      }
    }
    if (failure instanceof HttpConnectTimeoutException) {
      long seconds = network.untilConnected().toSeconds();
      return new Failure("no connection within " + seconds + " s", Scope.HOST, failure);
    }
    if (failure instanceof HttpTimeoutException) {
      long seconds = network.silence().toSeconds();
      return new Failure("no answer within " + seconds + " s", Scope.ADDRESS, failure);
    }
    if (failure instanceof ConnectException) {
      String place = proxy.map(p -> "the proxy " + p).orElse(address.getAuthority());
      return new Failure("cannot connect to " + place + " (no network?)", Scope.HOST, failure);
    }
    String reason = FileFailures.reason(failure);
    if (reason.startsWith("Tunnel failed")) {
      return new Failure("the proxy refuses to connect to it: " + reason, Scope.ADDRESS, failure);
    }
    if (reason.startsWith("too many authentication attempts")) {
      String place = proxy.map(p -> " " + p).orElse("");
      return new Failure(
          "the proxy" + place + " refuses the user or password", Scope.ADDRESS, failure);
    }
    return new Failure(
        reason, failure instanceof SSLException ? Scope.ADDRESS : Scope.REQUEST, failure);
  }

  private void sleep(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private UncheckedIOException interrupted() {
    return new UncheckedIOException(
        new InterruptedIOException("the download of " + dataSet.name() + " was interrupted"));
  }
}
