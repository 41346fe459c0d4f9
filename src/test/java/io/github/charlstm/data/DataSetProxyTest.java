package io.github.charlstm.data;

import static io.github.charlstm.ChildProcess.HANG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.charlstm.ChildProcess;
import io.github.charlstm.data.DataSetDownload.Network;
import io.github.charlstm.data.RawServer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetProxyTest {

  private static final byte[] BYTES = "to be or not to be".getBytes(UTF_8);
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("me:p@ss".getBytes(UTF_8));
  private static final String STORE_PASSWORD = "changeit";

  @TempDir Path folder;

  @Test
  void aFileIsFetchedThroughTheProxyOfTheEnvironment() throws IOException {
    try (RawServer proxy = new RawServer(DataSetProxyTest::answer)) {
      assertThat(fetch("http://nowhere.invalid/novel.txt", proxy, "127.0.0.1"))
          .hasBinaryContent(BYTES);
      assertThat(proxy.requests())
          .extracting(Request::line)
          .containsExactly("GET http://nowhere.invalid/novel.txt HTTP/1.1");
    }
  }

  @Test
  void aHostOfNoProxyIsAskedItself() throws IOException {
    try (RawServer proxy = new RawServer(DataSetProxyTest::answer);
        RawServer server = new RawServer(DataSetProxyTest::answer)) {
      DataSetCache cache =
          cache(Map.of("http_proxy", "127.0.0.1:" + proxy.port(), "no_proxy", "127.0.0.1"));
      assertThat(cache.fetch(novel(server.address("/x")), (done, total) -> {}))
          .hasBinaryContent(BYTES);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void theProxyGetsThePasswordWhenItAsks() throws IOException {
    try (RawServer proxy = new RawServer(DataSetProxyTest::answerToUsers)) {
      assertThat(fetch("http://nowhere.invalid/", proxy, "me:p%40ss@127.0.0.1"))
          .hasBinaryContent(BYTES);
      assertThat(proxy.requests())
          .extracting(request -> request.header("proxy-authorization"))
          .containsExactly("", BASIC);
    }
  }

  @Test
  void aProxyThatAsksForAPasswordNamesTheVariable() throws IOException {
    try (RawServer proxy = new RawServer(DataSetProxyTest::answerToUsers)) {
      assertThatThrownBy(() -> fetch("http://nowhere.invalid/", proxy, "127.0.0.1"))
          .isExactlyInstanceOf(InvalidDataException.class)
          .hasMessageContaining(
              "http://nowhere.invalid/: the proxy asks for a password (HTTP 407); set http_proxy"
                  + " to http://USER:PASSWORD@HOST:PORT; ");
    }
  }

  @Test
  void aTunnelThatNeedsAPasswordOrIsRefusedNamesTheProxy() throws IOException {
    try (RawServer asks = new RawServer(DataSetProxyTest::answerToUsers);
        RawServer refuses =
            new RawServer(
                (request, out) ->
                    RawServer.print(out, "HTTP/1.1 403 Forbidden", "Content-Length: 0"))) {
      DataSet novel = novel(URI.create("https://nowhere.invalid/"));
      DataSetCache first = cache(Map.of("HTTPS_PROXY", "127.0.0.1:" + asks.port()));
      assertThatThrownBy(() -> first.fetch(novel, (done, total) -> {}))
          .hasMessageContaining("the proxy asks for a password (HTTP 407); set HTTPS_PROXY to ");
      assertThat(asks.requests())
          .extracting(Request::line)
          .containsExactly("CONNECT nowhere.invalid:443 HTTP/1.1");
      DataSetCache second = cache(Map.of("all_proxy", "127.0.0.1:" + refuses.port()));
      assertThatThrownBy(() -> second.fetch(novel, (done, total) -> {}))
          .hasMessageContaining("the proxy refuses to connect to it: Tunnel failed, got: 403");
    }
  }

  @Test
  void aWrongPasswordIsNotShown() throws IOException {
    try (RawServer proxy = new RawServer(DataSetProxyTest::answerToUsers)) {
      assertThatThrownBy(() -> fetch("http://nowhere.invalid/", proxy, "me:wrong@127.0.0.1"))
          .isExactlyInstanceOf(InvalidDataException.class)
          .hasMessageContaining(
              "the proxy 127.0.0.1:%d (variable http_proxy) refuses the user or password"
                  .formatted(proxy.port()))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong"));
    }
  }

  @Test
  void aServerNeverGetsThePasswordOfTheProxy() throws IOException {
    try (RawServer proxy =
        new RawServer(
            (request, out) ->
                RawServer.print(
                    out,
                    "HTTP/1.1 401 who",
                    "WWW-Authenticate: Basic realm=\"server\"",
                    "Content-Length: 0"))) {
      assertThatThrownBy(() -> fetch("http://nowhere.invalid/", proxy, "me:p%40ss@127.0.0.1"))
          .isExactlyInstanceOf(InvalidDataException.class);
      assertThat(proxy.requests())
          .isNotEmpty()
          .allMatch(request -> request.header("authorization").isEmpty())
          .allMatch(request -> request.header("proxy-authorization").isEmpty());
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamedWithItsVariable() throws IOException {
    RawServer closed = new RawServer(DataSetProxyTest::answer);
    closed.close();
    assertThatThrownBy(() -> fetch("http://nowhere.invalid/", closed, "127.0.0.1"))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageContaining(
            "cannot connect to the proxy 127.0.0.1:%d (variable http_proxy)"
                .formatted(closed.port()));
  }

  @Test
  void aMalformedVariableIsRefusedBeforeAnythingIsSent() {
    DataSetCache cache = cache(Map.of("http_proxy", "http://me:p@ss@:1"));
    assertThatThrownBy(
            () -> cache.fetch(novel(URI.create("http://nowhere.invalid/")), (done, total) -> {}))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("the variable http_proxy names a proxy: expected ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @Tag("slow")
  void tunnelsToSecureServersNeedThePasswordAndMayBeRefused() throws Exception {
    Path keys = keys();
    HttpsServer server = secureServer(keys);
    String host = "https://127.0.0.1:" + server.getAddress().getPort();
    try (RawServer proxy =
        new RawServer(
            (request, out) -> {
              if (!request.header("proxy-authorization").equals(BASIC)) {
                askForPassword(out);
              } else if (request.line().startsWith("CONNECT 127.0.0.1:")) {
                RawServer.print(out, "HTTP/1.1 200 Connection established");
                RawServer.tunnel(request, out, server.getAddress().getPort());
              } else {
                RawServer.print(out, "HTTP/1.1 403 Forbidden", "Content-Length: 0");
              }
            })) {
      ProcessBuilder java =
          new ProcessBuilder(
              ChildProcess.java(
                  List.of(
                      "-Djavax.net.ssl.trustStore=" + keys,
                      "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD),
                  Fetches.class.getName(),
                  folder.resolve("cache").toString(),
                  host + "/novel.txt",
                  host + "/insecure",
                  "https://nowhere.invalid/"));
      java.environment().keySet().removeIf(name -> name.toLowerCase().endsWith("_proxy"));
      java.environment().put("https_proxy", "http://me:p%40ss@127.0.0.1:" + proxy.port());
      ChildProcess.Ended fetches = ChildProcess.run(java);
      assertThat(fetches.out()).as(fetches.err()).hasSize(3);
      assertThat(fetches.out().get(0)).isEqualTo("fetched");
      assertThat(fetches.out().get(1))
          .contains("to another protocol (HTTP 302, Location: http://127.0.0.1:1/novel.txt)");
      assertThat(fetches.out().get(2)).contains("the proxy refuses to connect to it", "403");
    } finally {
      server.stop(0);
    }
  }

  /** Fetches a data set from each of some addresses with this process's own variables. */
  static final class Fetches {
    private Fetches() {}

    public static void main(String[] arguments) throws IOException {
      DataSetCache cache = new DataSetCache(Path.of(arguments[0]));
      for (String address : List.of(arguments).subList(1, arguments.length)) {
        try {
          Files.delete(cache.fetch(novel(URI.create(address)), (done, total) -> {}));
          System.out.println("fetched");
        } catch (InvalidDataException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  private Path keys() throws Exception {
    Path keys = folder.resolve("keys.p12");
    ChildProcess.Ended made =
        ChildProcess.run(
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                keys.toString()));
    assertThat(made.code()).as(made.err() + made.out()).isZero();
    return keys;
  }

  private static HttpsServer secureServer(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(keys)) {
      store.load(file, STORE_PASSWORD.toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, STORE_PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/novel.txt", exchange -> answer(exchange, 200));
    server.createContext(
        "/insecure",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/novel.txt");
          answer(exchange, 302);
        });
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, BYTES.length);
    exchange.getResponseBody().write(BYTES);
    exchange.close();
  }

  private static void answer(Request request, OutputStream out) throws IOException {
    RawServer.print(out, "HTTP/1.1 200 OK", "Content-Length: " + BYTES.length);
    out.write(BYTES);
  }

  private static void answerToUsers(Request request, OutputStream out) throws IOException {
    if (request.header("proxy-authorization").equals(BASIC)) {
      answer(request, out);
    } else {
      askForPassword(out);
    }
  }

  private static void askForPassword(OutputStream out) throws IOException {
    RawServer.print(
        out,
        "HTTP/1.1 407 who",
        "Proxy-Authenticate: Basic realm=\"proxy\"",
        "Content-Length: 0",
        "Connection: close");
  }

  private Path fetch(String address, RawServer proxy, String host) {
    return cache(Map.of("http_proxy", "http://" + host + ":" + proxy.port()))
        .fetch(novel(URI.create(address)), (done, total) -> {});
  }

  private DataSetCache cache(Map<String, String> environment) {
    return new DataSetCache(
        folder, new Network(HANG, HANG, HANG, List.of(), new EnvironmentProxies(environment)));
  }

  private static DataSet novel(URI address) {
    return new DataSet(
        "novel",
        "a line",
        new DataSet.Download(address),
        "public domain",
        Set.of(Digests.of(BYTES)),
        new DataSet.Text(BYTES.length, 7),
        "novel.txt");
  }
}
