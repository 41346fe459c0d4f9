package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {

  private static final String SECRET = "s3cret";

  @Test
  void withoutVariablesConnectionsAreDirect() {
    assertThat(proxy("https://a.org/x")).isEqualTo("direct");
    assertThat(proxy("https://a.org/x", "https_proxy", " ")).isEqualTo("direct");
  }

  @Test
  void eachSchemeHasItsVariableAndAllProxyIsForTheRest() {
    String[] both = {"https_proxy", "http://s:1", "http_proxy", "http://p:2"};
    assertThat(proxy("https://a.org/x", both)).isEqualTo("s:1");
    assertThat(proxy("HTTP://a.org/x", both)).isEqualTo("p:2");
    String[] all = {"all_proxy", "http://a:3", "http_proxy", "http://p:2"};
    assertThat(proxy("https://a.org/x", all)).isEqualTo("a:3");
    assertThat(proxy("http://a.org/x", all)).isEqualTo("p:2");
    assertThat(proxy("http://a.org/x", "ALL_PROXY", "http://a:3")).isEqualTo("a:3");
  }

  @Test
  void lowerCaseWinsAndUpperCaseOfHttpIsIgnoredInACgiProgram() {
    assertThat(proxy("https://a.org/", "HTTPS_PROXY", "http://u:1")).isEqualTo("u:1");
    assertThat(proxy("https://a.org/", "HTTPS_PROXY", "http://u:1", "https_proxy", "http://l:2"))
        .isEqualTo("l:2");
    assertThat(proxy("http://a.org/", "HTTP_PROXY", "http://u:1")).isEqualTo("u:1");
    String[] cgi = {"HTTP_PROXY", "http://evil:1", "REQUEST_METHOD", "GET"};
    assertThat(proxy("http://a.org/", cgi)).isEqualTo("direct");
  }

  @ParameterizedTest
  @CsvSource({
    "http://proxy.local:3128, proxy.local:3128",
    "HTTP://proxy.local:3128/, proxy.local:3128",
    "proxy.local:3128, proxy.local:3128",
    "proxy.local, proxy.local:1080",
    "http://[::1]:8080, ::1:8080",
    "http://10.0.0.1:80, 10.0.0.1:80",
    "http://user:s3cret@proxy.local:3128, proxy.local:3128",
    "user@proxy.local:3128, proxy.local:3128"
  })
  void formsOfAProxy(String value, String expected) {
    assertThat(proxy("https://a.org/", "https_proxy", value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "user:s3cret, user, s3cret",
    "user, user, ''",
    "us%40er:p%3A%2F+, us@er, p:/+",
    "user:a:b@c, user, a:b@c"
  })
  void userAndPasswordOfAProxy(String login, String user, String password) {
    EnvironmentProxies.Setting found =
        proxies("https_proxy", "http://" + login + "@p:1")
            .find(URI.create("https://a.org/"))
            .orElseThrow();
    assertThat(found.user()).isEqualTo(user);
    assertThat(found.password()).isEqualTo(password);
    assertThat(found).hasToString("p:1 (variable https_proxy)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "a.org",
        ".a.org",
        "*.a.org",
        "A.ORG",
        "b.a.org",
        "x, a.org",
        "x a.org",
        "a.org:443",
        "a.org.",
        " a.org ,"
      })
  void hostsWithoutAProxy(String hosts) {
    String[] variables = {"https_proxy", "http://p:1", "no_proxy", hosts};
    assertThat(proxy("https://b.a.org/x", variables)).isEqualTo("direct");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "org.a", "nota.org", "ba.org", "a.org:80", "c.b.a.org", "a", ",", ":"})
  void hostsWithAProxyInSpiteOfOthers(String hosts) {
    String[] variables = {"https_proxy", "http://p:1", "no_proxy", hosts};
    assertThat(proxy("https://b.a.org/x", variables)).isEqualTo("p:1");
  }

  @Test
  void hostsWithoutAProxyByPortAndNumber() {
    String[] port = {"http_proxy", "http://p:1", "NO_PROXY", "localhost:8080,[::1]:70,::2"};
    assertThat(proxy("http://localhost:8080/", port)).isEqualTo("direct");
    assertThat(proxy("http://localhost:81/", port)).isEqualTo("p:1");
    assertThat(proxy("http://[::1]:70/", port)).isEqualTo("direct");
    assertThat(proxy("http://[::1]:71/", port)).isEqualTo("p:1");
    assertThat(proxy("http://[::2]/", port)).isEqualTo("direct");
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:s3cret@:3128, something else",
    "http://user:s3cret@host:port, something else",
    "http:/host:1, something else",
    "ftp://host:1, something else",
    "user:s3cret, something else",
    "http://user:s3cret@host:1/path, something else",
    "http://user:s3cret@host:70000, port 70000",
    "http://user:s3cret@host:0, port 0",
    "http://us%er:s3cret%@host:1, a '%' that no two hexadecimal digits follow",
    "'socks5://user:s3cret@host:1', 'a proxy of the kind socks5, which is not supported'",
    "'https://user:s3cret@host:1', 'a proxy of the kind https, which is not supported'"
  })
  void aMalformedProxyNamesTheVariableAndHidesThePassword(String value, String found) {
    assertThatThrownBy(() -> proxy("https://a.org/", "HTTPS_PROXY", value))
        .isExactlyInstanceOf(InvalidDataException.class)
        .hasMessage(
            "the variable HTTPS_PROXY names a proxy: expected http://[USER:PASSWORD@]HOST:PORT,"
                + " found "
                + found
                + "; mend it or unset it")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
    assertThat(proxy("https://a.org/", "HTTPS_PROXY", value, "no_proxy", "a.org"))
        .isEqualTo("direct");
  }

  @Test
  void theProxiesOfJavasPropertiesWin() {
    String[] variables = {"https_proxy", "http://p:1", "http_proxy", "http://p:2"};
    System.setProperty("https.proxyHost", "java");
    System.setProperty("https.proxyPort", "5");
    try {
      assertThat(proxy("https://a.org/", variables)).isEqualTo("java:5");
      assertThat(proxy("https://localhost/", variables)).as("nonProxyHosts").isEqualTo("direct");
      assertThat(proxy("http://a.org/", variables)).isEqualTo("p:2");
    } finally {
      System.clearProperty("https.proxyHost");
      System.clearProperty("https.proxyPort");
    }
  }

  private static EnvironmentProxies proxies(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int k = 0; k < variables.length; k += 2) {
      environment.put(variables[k], variables[k + 1]);
    }
    return new EnvironmentProxies(environment);
  }

  private static String proxy(String address, String... variables) {
    List<Proxy> found = proxies(variables).select(URI.create(address));
    assertThat(found).hasSize(1);
    if (found.get(0).type() == Proxy.Type.DIRECT) {
      return "direct";
    }
    InetSocketAddress place = (InetSocketAddress) found.get(0).address();
    return place.getHostString() + ":" + place.getPort();
  }
}
