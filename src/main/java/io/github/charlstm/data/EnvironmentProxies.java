package io.github.charlstm.data;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies of the variables {@code https_proxy}, {@code http_proxy}, {@code all_proxy} and
 * {@code no_proxy}, in lower or upper case, which are read as curl reads them. Proxies of Java's
 * own properties ({@code https.proxyHost}) win.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final String FORM = "http://[USER:PASSWORD@]HOST:PORT";
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?/?");
  private static final int DEFAULT_PORT = 1080; // curl's
  private static final int MAX_PORT = 65_535;

  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** A proxy and the variable that names it; {@code user} is empty if there is none. */
  record Setting(String variable, String host, int port, String user, String password) {
    @Override
    public String toString() {
      return "%s:%s (variable %s)".formatted(host, port, variable); // never the password
    }
  }

  /** {@return the variables' proxy for an address} An InvalidDataException if it is malformed. */
  Optional<Setting> find(URI address) {
    if (javaProxies(address).isPresent() || isExcluded(address)) {
      return Optional.empty();
    }
    boolean secure = "https".equalsIgnoreCase(address.getScheme());
    // A web server hands the header "Proxy:" of a request to its CGI programs as HTTP_PROXY.
    boolean cgi = environment.containsKey("REQUEST_METHOD");
    List<String> names =
        secure
            ? List.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
            : List.of("http_proxy", cgi ? "http_proxy" : "HTTP_PROXY", "all_proxy", "ALL_PROXY");
    return names.stream().filter(name -> !value(name).isEmpty()).findFirst().map(this::parse);
  }

  @Override
  public List<Proxy> select(URI address) {
    return javaProxies(address)
        .orElseGet(
            () ->
                find(address)
                    .map(proxy -> InetSocketAddress.createUnresolved(proxy.host, proxy.port))
                    .map(place -> List.of(new Proxy(Proxy.Type.HTTP, place)))
                    .orElse(List.of(Proxy.NO_PROXY)));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    // There is no other proxy to try; the download reports the failure.
  }

  /** Answers a proxy, never a server, with the user name and password of an address's proxy. */
  Authenticator authenticator(Setting proxy) {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
                && getRequestingHost().equals(proxy.host)
                && getRequestingPort() == proxy.port
            ? new PasswordAuthentication(proxy.user, proxy.password.toCharArray())
            : null;
      }
    };
  }

  private static Optional<List<Proxy>> javaProxies(URI address) {
    ProxySelector java = ProxySelector.getDefault();
    if (java == null) {
      return Optional.empty();
    }
    String host = System.getProperty(address.getScheme().toLowerCase(Locale.ROOT) + ".proxyHost");
    boolean decided = host != null && !host.isBlank(); // a direct connection may be its answer too
    List<Proxy> proxies = java.select(address);
    return decided || proxies.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)
        ? Optional.of(proxies)
        : Optional.empty();
  }

  private String value(String name) {
    return environment.getOrDefault(name, "").strip();
  }

  private boolean isExcluded(URI address) {
    String hosts = value("no_proxy").isEmpty() ? value("NO_PROXY") : value("no_proxy");
    String host = withoutBrackets(address.getHost());
    int port = address.getPort();
    if (port < 0) {
      port = "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    }
    for (String entry : hosts.split("[,\\s]+")) {
      // host, .suffix, *.suffix, host:port, [IPv6] or [IPv6]:port; an IPv6 may lack its brackets.
      Matcher parts = Pattern.compile("(\\[.*]|[^:]*|.*:.*:.*?)(?::([0-9]+))?").matcher(entry);
      if (entry.isEmpty() || !parts.matches()) {
        continue;
      }
      String name = withoutBrackets(parts.group(1)).replaceFirst("^\\*?\\.", "");
      boolean samePort = parts.group(2) == null || parts.group(2).equals(String.valueOf(port));
      if (samePort && (name.equals("*") || host.equals(name) || host.endsWith("." + name))) {
        return true;
      }
    }
    return false;
  }

  private static String withoutBrackets(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]|\\.$", "");
  }

  private Setting parse(String variable) {
    String value = value(variable);
    int colon = value.indexOf("://");
    String scheme = colon < 0 ? "http" : value.substring(0, colon).toLowerCase(Locale.ROOT);
    if (scheme.matches("https|socks[45]?[ah]?")) {
      throw malformed(variable, "a proxy of the kind " + scheme + ", which is not supported");
    }
    String place = colon < 0 ? value : value.substring(colon + "://".length());
    int at = place.lastIndexOf('@');
    Matcher parts = HOST_AND_PORT.matcher(place.substring(at + 1));
    if (!scheme.equals("http") || !parts.matches()) {
      throw malformed(variable, "something else");
    }
    int port = parts.group(2) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(2));
    if (port < 1 || port > MAX_PORT) {
      throw malformed(variable, "port " + port);
    }
    String[] login = place.substring(0, Math.max(at, 0)).split(":", 2);
    try {
      return new Setting(
          variable,
          withoutBrackets(parts.group(1)),
          port,
          decode(login[0]),
          login.length < 2 ? "" : decode(login[1]));
    } catch (IllegalArgumentException e) { // without its message, which has the password
      throw malformed(variable, "a '%' that no two hexadecimal digits follow");
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  // The value is not shown: it may hold a password.
  private static InvalidDataException malformed(String variable, String found) {
    return InvalidDataException.of(
        "the variable %s names a proxy: expected %s, found %s; mend it or unset it",
        variable, FORM, found);
  }
}
