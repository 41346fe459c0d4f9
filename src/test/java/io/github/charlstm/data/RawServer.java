package io.github.charlstm.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on the loopback interface whose answers are written byte by byte, so that they can be
 * wrong. Each connection has one request, and is closed after its answer.
 */
final class RawServer implements AutoCloseable {

  /**
   * A request.
   *
   * @param headers by name in lower case
   */
  record Request(String line, Map<String, String> headers, InputStream in) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  @FunctionalInterface
  interface Handler {
    void answer(Request request, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Handler handler;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  RawServer(Handler handler) throws IOException {
    this.handler = handler;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  URI address(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** All requests so far. */
  List<Request> requests() {
    return requests;
  }

  static void print(OutputStream out, String... lines) throws IOException {
    out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1));
    out.flush();
  }

  /** Copies the bytes of each to the other until one of them ends. */
  static void tunnel(Request request, OutputStream out, int port) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread back =
          daemon(
              () -> {
                try {
                  server.getInputStream().transferTo(out);
                } catch (IOException closed) {
                  // the other direction has ended
                }
              });
      request.in.transferTo(server.getOutputStream());
      back.interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    while (true) {
      try {
        Socket connection = socket.accept();
        daemon(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      String line = line(in);
      Map<String, String> headers = new TreeMap<>();
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        String[] parts = header.split(": *", 2);
        headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
      }
      Request request = new Request(line, headers, in);
      requests.add(request);
      handler.answer(request, connection.getOutputStream());
    } catch (IOException closed) {
      // The client has closed its side.
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int letter = in.read(); letter >= 0 && letter != '\n'; letter = in.read()) {
      if (letter != '\r') {
        line.append((char) letter);
      }
    }
    return line.toString();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "raw server");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
