package io.github.charlstm.data;

import static io.github.charlstm.ChildProcess.HANG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.github.charlstm.data.DataSetDownload.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetDownloadTest {

  private static final byte[] BYTES = letters(200_000);
  private static final DataSetCache.Progress SILENT = (done, total) -> {};
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path folder;
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private ExecutorService threads;
  private DataSetCache cache;
  private DataSet novel;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
    cache = new DataSetCache(folder, network(HANG, HANG));
    novel = novelAt("/novel.txt");
  }

  @AfterEach
  void stopServer() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void downloadedFileIsInTheCacheWithItsBytes() throws IOException {
    serve("/novel.txt", exchange -> answer(exchange, 200, BYTES));
    Path file = cache.fetch(novel, SILENT);
    assertThat(file).isEqualTo(cache.location(novel));
    assertThat(Files.readAllBytes(file)).isEqualTo(BYTES);
    assertThat(cache.find(novel)).contains(file);
    assertOnlyTheNovelIsCached();
  }

  @Test
  void progressRisesFromZeroToTheTotal() {
    serve("/novel.txt", exchange -> answer(exchange, 200, BYTES));
    List<Long> bytes = new ArrayList<>();
    cache.fetch(
        novel,
        (done, total) -> {
          assertThat(total).isEqualTo(BYTES.length);
          bytes.add(done);
        });
    assertThat(bytes).startsWith(0L).isSorted().endsWith((long) BYTES.length);
  }

  @Test
  void unknownTotalIsMinusOne() {
    serve(
        "/novel.txt",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(BYTES);
          exchange.close();
        });
    List<Long> totals = new ArrayList<>();
    cache.fetch(novel, (done, total) -> totals.add(total));
    assertThat(totals).isNotEmpty().containsOnly(-1L);
  }

  @Test
  void cachedFileIsNotDownloadedAgain() {
    serve("/novel.txt", exchange -> answer(exchange, 200, BYTES));
    cache.fetch(novel, SILENT);
    cache.fetch(novel, SILENT);
    assertThat(requests).hasValue(1);
  }

  @Test
  void damagedFileIsReplaced() throws IOException {
    serve("/novel.txt", exchange -> answer(exchange, 200, BYTES));
    Files.writeString(cache.location(novel), "damaged");
    cache.fetch(novel, SILENT);
    assertThat(Files.readAllBytes(cache.location(novel))).isEqualTo(BYTES);
  }

  @Test
  void redirectIsFollowed() {
    serve("/target", exchange -> answer(exchange, 200, BYTES));
    serve(
        "/novel.txt",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/target");
          answer(exchange, 302, new byte[0]);
        });
    assertThat(cache.fetch(novel, SILENT)).hasBinaryContent(BYTES);
  }

  @Test
  void aWrongDigestIsReportedWithBothAndNothingIsKept() throws IOException {
    byte[] other = "<html>please log in</html>".getBytes(StandardCharsets.UTF_8);
    serve("/novel.txt", exchange -> answer(exchange, 200, other));
    assertRejected(
        cache,
        "the file is not the one published: expected SHA-256 "
            + Digests.of(BYTES)
            + ", found "
            + Digests.of(other));
    assertNothingIsCached();
  }

  @Test
  void serverErrorIsNamed() throws IOException {
    serve(
        "/novel.txt",
        exchange -> answer(exchange, 404, "no such page".getBytes(StandardCharsets.UTF_8)));
    assertRejected(cache, "the server answered HTTP 404");
    assertNothingIsCached();
  }

  @Test
  void closedPortIsNamedAsNoConnection() throws IOException {
    server.stop(0);
    assertRejected(
        cache,
        Pattern.quote("cannot connect to " + address("/").getAuthority() + " (no network?)"));
    assertNothingIsCached();
  }

  @Test
  void truncatedBodyKeepsNothing() throws IOException {
    serve(
        "/novel.txt",
        exchange -> {
          answerInPart(exchange);
          exchange.close();
        });
    assertThatThrownBy(() -> cache.fetch(novel, SILENT))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("cannot download novel from " + address("/novel.txt") + ": ");
    assertNothingIsCached();
  }

  @Test
  void serverThatNeverAnswersTimesOut() throws IOException {
    serve("/novel.txt", exchange -> waitForRelease());
    DataSetCache impatient = new DataSetCache(folder, network(SHORT, HANG));
    // A busy machine may not have connected by then.
    assertRejected(impatient, "no (answer|connection) within 1 s");
    assertNothingIsCached();
  }

  @Test
  void serverThatStopsInTheMiddleTimesOut() throws IOException {
    serve(
        "/novel.txt",
        exchange -> {
          answerInPart(exchange);
          waitForRelease();
        });
    DataSetCache impatient = new DataSetCache(folder, network(HANG, SHORT));
    assertRejected(impatient, "not finished within 1 s");
    assertNothingIsCached();
  }

  @Test
  void aThreadInterruptedDuringADownloadStaysInterrupted() throws IOException {
    serve("/novel.txt", exchange -> waitForRelease());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> cache.fetch(novel, SILENT))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertNothingIsCached();
  }

  private static Network network(Duration silence, Duration body) {
    return new Network(HANG, silence, body, List.of(), new EnvironmentProxies(Map.of()));
  }

  private void assertRejected(DataSetCache asked, String reason) {
    assertThatThrownBy(() -> asked.fetch(novel, SILENT))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageMatching(
            Pattern.quote("cannot download novel from " + address("/novel.txt") + ": ")
                + reason
                + Pattern.quote(
                    "; fetch it by other means and put it at " + asked.location(novel)));
  }

  private void assertOnlyTheNovelIsCached() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(cache.location(novel));
    }
  }

  private void assertNothingIsCached() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.incrementAndGet();
          handler.handle(exchange);
        });
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Promises all bytes and sends the first thousand. */
  private static void answerInPart(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, BYTES.length);
    exchange.getResponseBody().write(BYTES, 0, 1000);
    exchange.getResponseBody().flush();
  }

  private void waitForRelease() {
    try {
      released.await();
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private DataSet novelAt(String path) {
    return new DataSet(
        "novel",
        "letters",
        new DataSet.Download(address(path)),
        "public domain",
        Set.of(Digests.of(BYTES)),
        new DataSet.Text(BYTES.length, 26),
        "novel.txt");
  }

  private static byte[] letters(int length) {
    byte[] letters = new byte[length];
    Random random = new Random(7);
    for (int i = 0; i < length; i++) {
      letters[i] = (byte) ('a' + random.nextInt(26));
    }
    return letters;
  }
}
