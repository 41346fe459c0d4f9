package io.github.charlstm.data;

import static io.github.charlstm.ChildProcess.HANG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.data.DataSetDownload.Network;
import io.github.charlstm.data.RawServer.Handler;
import io.github.charlstm.data.RawServer.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads that are cut off, changed in between, or answered wrongly. */
class DataSetResumeTest {

  private static final byte[] BYTES = bytes(7);
  private static final byte[] OTHER = bytes(8);
  private static final int HALF = 100_000;
  private static final String TAG = "ETag: \"v1\"";
  private static final String DATE = "Last-Modified: Sat, 01 Jan 2022 00:00:00 GMT";

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();
  private final List<RawServer> servers = new ArrayList<>();
  private long received;

  @AfterEach
  void stopServers() throws IOException {
    for (RawServer server : servers) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 65_536, HALF, 199_999})
  void anAnswerThatIsCutGoesOnInTheSameFetch(int cut) throws IOException {
    RawServer server = serve(TAG, cut, Integer.MAX_VALUE);
    assertThat(fetch(2, server)).hasBinaryContent(BYTES);
    assertThat(server.requests()).extracting(r -> r.header("range")).containsExactly("", from(cut));
    assertThat(server.requests().get(1).header("if-range")).isEqualTo("\"v1\"");
    assertThat(notes).singleElement().asString().endsWith("; trying again in 0 s");
    assertOnlyTheNovelIsThere();
  }

  @Test
  void aSlowLineIsAskedAsLongAsItBringsSomething() throws IOException {
    RawServer server = serve(TAG, 66_000, 66_000, 66_000, Integer.MAX_VALUE);
    assertThat(fetch(1, server)).hasBinaryContent(BYTES);
    assertThat(server.requests()).hasSize(4);
    Files.delete(folder.resolve("novel.txt"));
    RawServer drops = serve(TAG, 10, 10, Integer.MAX_VALUE);
    assertThatThrownBy(() -> fetch(1, drops)).hasMessageContaining("; 20 bytes are kept");
  }

  @Test
  void anAnswerThatIsCutBeforeItsBodyIsAskedForAgain() throws IOException {
    RawServer server = serve(TAG, 0, Integer.MAX_VALUE);
    assertThat(fetch(1, server)).hasBinaryContent(BYTES);
    assertThat(server.requests()).extracting(r -> r.header("range")).containsExactly("", "");
    RawServer mute =
        start(
            (request, out) -> {
              if (servers.get(1).requests().size() > 1) {
                answer(request, out, TAG, BYTES, BYTES.length);
              }
            });
    Files.delete(folder.resolve("novel.txt"));
    assertThat(fetch(1, mute)).hasBinaryContent(BYTES);
    assertOnlyTheNovelIsThere();
  }

  @ParameterizedTest
  @ValueSource(strings = {TAG, DATE})
  void aLaterFetchGoesOnWhereThisOneWasCut(String validator) throws IOException {
    RawServer server = serve(validator, 1000, HALF, Integer.MAX_VALUE);
    assertThatThrownBy(() -> fetch(0, server))
        .hasMessageEndingWith(
            "; 1,000 bytes are kept, and the next fetch goes on there; fetch it by other means and"
                + " put it at "
                + folder.resolve("novel.txt"));
    assertThatThrownBy(() -> fetch(0, server)).hasMessageContaining("; 101,000 bytes are kept");
    assertThat(fetch(0, server)).hasBinaryContent(BYTES);
    assertThat(server.requests())
        .extracting(r -> r.header("range"))
        .containsExactly("", from(1000), from(101_000));
    assertOnlyTheNovelIsThere();
  }

  @Test
  void progressGoesOnFromTheBytesThatWereKept() throws IOException {
    RawServer server = serve(TAG, HALF, Integer.MAX_VALUE);
    List<List<Long>> progress = new ArrayList<>();
    cache(1)
        .fetch(
            novel(server),
            (done, total) -> {
              progress.add(List.of(done, total));
              received(done);
            });
    long all = BYTES.length;
    assertThat(progress)
        .startsWith(List.of(0L, all))
        .contains(List.of((long) HALF, all))
        .endsWith(List.of(all, all))
        .allMatch(step -> step.get(1) == all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ETag: W/\"v1\"", "X: y", "ETag: \"LONG\"", "ETag: \"\u00e9\""})
  void aFileWhoseVersionTheServerCannotTellStartsOver(String header) throws IOException {
    RawServer server = serve(header.replace("LONG", "v".repeat(200)), 1000, Integer.MAX_VALUE);
    assertThat(fetch(1, server)).hasBinaryContent(BYTES);
    assertThat(server.requests()).extracting(r -> r.header("range")).containsExactly("", "");
    assertOnlyTheNovelIsThere();
  }

  @Test
  void aFileThatHasChangedInBetweenStartsOver() throws IOException {
    keep(HALF, OTHER, "ETag: \"v0\"");
    RawServer server = serve(TAG, Integer.MAX_VALUE);
    assertThat(fetch(0, server)).hasBinaryContent(BYTES);
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0).header("if-range")).isEqualTo("\"v0\"");
    assertOnlyTheNovelIsThere();
  }

  static Stream<Named<Handler>> lies() {
    byte[] rest = Arrays.copyOfRange(BYTES, HALF, BYTES.length);
    String length = "Content-Length: " + rest.length;
    String range = "Content-Range: bytes 100000-199999/200000";
    return Stream.of(
        lie("other bytes", Arrays.copyOfRange(OTHER, HALF, BYTES.length), range, length, TAG),
        lie("fewer bytes", Arrays.copyOf(rest, 10), range, "Content-Length: 10", TAG),
        lie("another range", rest, "Content-Range: bytes 99999-199998/200000", length, TAG),
        lie("a range of another unit", rest, "Content-Range: lines 5-7/8", length, TAG),
        lie("no range", rest, length, TAG),
        lie("another version", rest, range, length, "ETag: \"v2\""),
        Named.of(
            "416",
            (request, out) ->
                RawServer.print(
                    out, "HTTP/1.1 416 no", "Content-Range: bytes */7", "Content-Length: 0")));
  }

  private static Named<Handler> lie(String name, byte[] body, String... headers) {
    return Named.of(
        name,
        (request, out) -> {
          out.write("HTTP/1.1 206 Partial Content\r\n".getBytes(UTF_8));
          RawServer.print(out, headers);
          out.write(body);
        });
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aRestThatDoesNotFitIsDroppedAndTheWholeFileReceived(Handler lie) throws IOException {
    RawServer server =
        start(
            (request, out) -> {
              if (request.header("range").isEmpty()) {
                int cut = servers.get(0).requests().size() == 1 ? HALF : Integer.MAX_VALUE;
                answer(request, out, TAG, BYTES, cut);
              } else {
                lie.answer(request, out);
              }
            });
    assertThat(fetch(1, server)).hasBinaryContent(BYTES);
    assertThat(server.requests())
        .extracting(r -> r.header("range"))
        .containsExactly("", from(HALF), "");
    assertOnlyTheNovelIsThere();
  }

  @Test
  void aPartialAnswerThatWasNotAskedForIsRefused() throws IOException {
    RawServer server =
        start(
            (request, out) ->
                RawServer.print(
                    out, "HTTP/1.1 206 x", "Content-Range: bytes 0-0/1", "Content-Length: 0"));
    assertRefused(server, "the server answered HTTP 206");
  }

  @Test
  void aLengthThatIsTooSmallIsAnotherFile() throws IOException {
    RawServer server =
        start(
            (request, out) -> {
              RawServer.print(out, "HTTP/1.1 200 OK", "Content-Length: 1000", TAG);
              out.write(BYTES);
            });
    assertRefused(
        server,
        "the file is not the one published: expected SHA-256 "
            + Digests.of(BYTES)
            + ", found "
            + Digests.of(Arrays.copyOf(BYTES, 1000)));
  }

  @Test
  void aLengthThatIsTooLargeIsACutAndTheNextFetchStartsOver() throws IOException {
    RawServer server =
        start(
            (request, out) -> {
              if (request.header("range").isEmpty()) {
                int more = servers.get(0).requests().size() == 1 ? 1 : 0;
                RawServer.print(
                    out, "HTTP/1.1 200 OK", "Content-Length: " + (BYTES.length + more), TAG);
                out.write(BYTES);
              } else {
                RawServer.print(out, "HTTP/1.1 416 no", "Content-Length: 0");
              }
            });
    assertThat(fetch(1, server)).hasBinaryContent(BYTES);
    assertThat(server.requests()).hasSize(3);
    assertOnlyTheNovelIsThere();
  }

  @Test
  void anEndlessAnswerIsRefused() throws IOException {
    byte[] megabyte = new byte[1 << 20];
    RawServer server =
        start(
            (request, out) -> {
              RawServer.print(out, "HTTP/1.1 200 OK", TAG);
              while (true) {
                out.write(megabyte);
              }
            });
    assertRefused(server, "the answer is longer than 33,554,432 bytes");
  }

  @Test
  void aCompressedAnswerNamesItsEncoding() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(BYTES);
    }
    RawServer server =
        start(
            (request, out) -> {
              RawServer.print(
                  out,
                  "HTTP/1.1 200 OK",
                  "Content-Encoding: gzip",
                  "Content-Length: " + packed.size());
              out.write(packed.toByteArray());
            });
    assertRefused(
        server,
        "the file is not the one published: expected SHA-256 "
            + Digests.of(BYTES)
            + ", found "
            + Digests.of(packed.toByteArray())
            + " (sent with Content-Encoding: gzip, which was not asked for)");
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() throws IOException {
    RawServer server =
        start(
            (request, out) -> {
              if (servers.get(0).requests().size() < 3) {
                RawServer.print(out, "HTTP/1.1 503 busy", "Content-Length: 0");
              } else {
                answer(request, out, TAG, BYTES, Integer.MAX_VALUE);
              }
            });
    assertThat(fetch(2, server)).hasBinaryContent(BYTES);
    assertThat(notes).containsOnly("the server answered HTTP 503; trying again in 0 s").hasSize(2);
  }

  @Test
  void aMissingFileIsNotAskedForAgain() throws IOException {
    RawServer server =
        start((request, out) -> RawServer.print(out, "HTTP/1.1 404 no", "Content-Length: 0"));
    assertRefused(server, "the server answered HTTP 404");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aDownloadThatFailsLeavesTheCacheAsItWas() throws IOException {
    Path damaged = Files.writeString(folder.resolve("novel.txt"), "damaged");
    RawServer missing =
        start((request, out) -> RawServer.print(out, "HTTP/1.1 404 no", "Content-Length: 0"));
    assertThatThrownBy(() -> fetch(0, missing)).isExactlyInstanceOf(InvalidDataException.class);
    assertThat(damaged).hasContent("damaged");
    assertOnlyTheNovelIsThere();
  }

  @Test
  void redirectsWithoutEndAreRefused() throws IOException {
    RawServer server =
        start(
            (request, out) ->
                RawServer.print(out, "HTTP/1.1 302 x", "Location: /again", "Content-Length: 0"));
    assertRefused(
        server,
        "the server redirects too often, or to another protocol (HTTP 302, Location: /again)");
  }

  @Test
  void theNextAddressIsTriedAndANoteSaysWhy() throws IOException {
    RawServer missing =
        start((request, out) -> RawServer.print(out, "HTTP/1.1 404 no", "Content-Length: 0"));
    RawServer page =
        start((request, out) -> answer(request, out, "X: y", "<html>".getBytes(UTF_8), 6));
    RawServer good = serve(TAG, Integer.MAX_VALUE);
    assertThat(fetch(0, missing, page, good)).hasBinaryContent(BYTES);
    assertThat(notes)
        .containsExactly(
            "the server answered HTTP 404; trying " + page.address("/"),
            "the file is not the one published: expected SHA-256 "
                + Digests.of(BYTES)
                + ", found "
                + Digests.of("<html>".getBytes(UTF_8))
                + "; trying "
                + good.address("/"));
    assertOnlyTheNovelIsThere();
  }

  @Test
  void ifAllAddressesFailEachIsNamedWithItsReason() throws IOException {
    RawServer missing =
        start((request, out) -> RawServer.print(out, "HTTP/1.1 404 no", "Content-Length: 0"));
    RawServer forbidden =
        start((request, out) -> RawServer.print(out, "HTTP/1.1 403 no", "Content-Length: 0"));
    assertThatThrownBy(() -> fetch(0, missing, forbidden))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "cannot download novel from %s: the server answered HTTP 404; from %s: the server"
                    .formatted(missing.address("/"), forbidden.address("/"))
                + " answered HTTP 403; fetch it by other means and put it at "
                + folder.resolve("novel.txt"));
  }

  @Test
  void aHostThatIsNotThereIsAskedOnce() throws IOException {
    RawServer closed = start((request, out) -> {});
    closed.close();
    RawServer good = serve(TAG, Integer.MAX_VALUE);
    assertThat(fetch(3, closed, closed, good)).hasBinaryContent(BYTES);
    String authority = closed.address("/").getAuthority();
    assertThat(notes)
        .containsExactly(
            "cannot connect to %s (no network?); trying %s"
                .formatted(authority, good.address("/")));
  }

  @Test
  void aPartOfOneAddressGoesOnAtAnotherOnlyIfItIsTheSameVersion() throws IOException {
    RawServer first = serve(TAG, HALF);
    RawServer same = serve(TAG, 1000);
    RawServer newer = serve("ETag: \"v2\"", Integer.MAX_VALUE);
    assertThat(fetch(0, first, same, newer)).hasBinaryContent(BYTES);
    assertThat(same.requests().get(0).header("range")).isEqualTo(from(HALF));
    assertThat(newer.requests()).hasSize(1);
    assertOnlyTheNovelIsThere();
  }

  @Test
  void twoDownloadsAtOnceDoNotShareTheirFiles() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    RawServer slow =
        start(
            (request, out) -> {
              answer(request, out, TAG, BYTES, HALF);
              half.countDown();
              await(released);
              out.write(BYTES, HALF, BYTES.length - HALF);
            });
    CompletableFuture<Path> first =
        CompletableFuture.supplyAsync(
            () -> cache(0).fetch(novel(slow), (done, total) -> received(done)));
    half.await();
    RawServer quick = serve(TAG, Integer.MAX_VALUE);
    assertThat(fetch(0, quick)).hasBinaryContent(BYTES);
    assertThat(quick.requests().get(0).header("range")).isEmpty();
    released.countDown();
    assertThat(first.get()).hasBinaryContent(BYTES);
    assertOnlyTheNovelIsThere();
  }

  @Test
  void whatAnotherProcessWritesIsTakenOverOnlyWhenItHasEnded() throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    ProcessBuilder java =
        new ProcessBuilder(ChildProcess.java(List.of(), Writer.class.getName(), folder.toString()));
    RawServer server = serve(TAG, 10, Integer.MAX_VALUE);
    try (ChildProcess writer = ChildProcess.start(java, (line, child) -> ready.countDown())) {
      ready.await();
      assertThatThrownBy(() -> fetch(0, server)).hasMessageContaining("; 10 bytes are kept");
      assertThat(server.requests().get(0).header("range")).isEmpty();
      writer.kill();
      writer.onExit().get();
    }
    assertThat(fetch(0, server)).hasBinaryContent(BYTES);
    assertThat(server.requests().get(1).header("range")).isEqualTo(from(HALF));
    assertOnlyTheNovelIsThere();
  }

  /** A process that is ended in the middle of a download. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws InterruptedException {
      PartFile part = PartFile.create(Path.of(arguments[0], "novel.txt"));
      part.restart("\"v1\"");
      part.write(BYTES, HALF);
      System.out.println("ready");
      Thread.sleep(HANG.toMillis());
    }
  }

  @Test
  void filesOfOtherNamesAreLeftAlone() throws IOException {
    Path own = Files.writeString(folder.resolve(".novel.txt.own"), "notes");
    Path left = Files.writeString(folder.resolve(".novel.txt." + UUID.randomUUID()), "x");
    fetch(0, serve(TAG, Integer.MAX_VALUE));
    assertThat(own).hasContent("notes");
    assertThat(left).as("left behind without a version").doesNotExist();
  }

  private void keep(int length, byte[] bytes, String tag) {
    try (PartFile part = PartFile.create(folder.resolve("novel.txt"))) {
      part.restart(tag.substring(tag.indexOf('"')));
      part.write(bytes, length);
    }
  }

  private DataSetCache cache(int retries) {
    List<Duration> waits = Collections.nCopies(retries, Duration.ZERO);
    return new DataSetCache(
        folder, new Network(HANG, HANG, HANG, waits, new EnvironmentProxies(Map.of())));
  }

  private Path fetch(int retries, RawServer... addresses) {
    return cache(retries)
        .fetch(
            novel(addresses),
            new DataSetCache.Progress() {
              @Override
              public void onBytes(long done, long total) {
                received(done);
              }

              @Override
              public void onFailure(String what) {
                notes.add(what);
              }
            });
  }

  private static DataSet novel(RawServer... servers) {
    return new DataSet(
        "novel",
        "letters",
        new DataSet.Download(Stream.of(servers).map(s -> s.address("/")).toArray(URI[]::new)),
        "public domain",
        Set.of(Digests.of(BYTES)),
        new DataSet.Text(BYTES.length, 26),
        "novel.txt");
  }

  private void assertRefused(RawServer server, String reason) throws IOException {
    assertThatThrownBy(() -> fetch(3, server))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "cannot download novel from %s: %s; fetch it by other means and put it at %s"
                .formatted(server.address("/"), reason, folder.resolve("novel.txt")));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private void assertOnlyTheNovelIsThere() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("novel.txt"));
    }
  }

  private RawServer start(Handler handler) throws IOException {
    RawServer server = new RawServer(handler);
    servers.add(server);
    return server;
  }

  /** An honest server that closes its answers, in turn, after so many bytes of the body. */
  private RawServer serve(String validator, int... cuts) throws IOException {
    int index = servers.size();
    return start(
        (request, out) ->
            answer(request, out, validator, BYTES, cuts[servers.get(index).requests().size() - 1]));
  }

  private void answer(Request request, OutputStream out, String validator, byte[] bytes, int cut)
      throws IOException {
    String version = validator.substring(validator.indexOf(' ') + 1);
    String range = request.header("range");
    int start =
        !range.isEmpty() && request.header("if-range").equals(version)
            ? Integer.parseInt(range.replaceAll("bytes=|-", ""))
            : 0;
    received(-1);
    RawServer.print(
        out,
        start > 0 ? "HTTP/1.1 206 Partial Content" : "HTTP/1.1 200 OK",
        start > 0
            ? "Content-Range: bytes %d-%d/%d".formatted(start, bytes.length - 1, bytes.length)
            : "Accept-Ranges: bytes",
        "Content-Length: " + (bytes.length - start),
        validator);
    int length = Math.min(bytes.length - start, cut);
    out.write(bytes, start, length);
    out.flush();
    if (start + length < bytes.length) {
      awaitBytes(start + length);
    }
  }

  private synchronized void received(long bytes) {
    received = bytes;
    notifyAll();
  }

  /** Java's client drops bytes that it has but has not handed over when the connection is cut. */
  private synchronized void awaitBytes(long bytes) {
    try {
      while (received < bytes) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String from(int position) {
    return "bytes=" + position + "-";
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[200_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
