package io.github.charlstm.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.charlstm.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of Chromium's DevTools protocol over a WebSocket. */
final class DevTools implements WebSocket.Listener {
  private static final long SECONDS = ChildProcess.HANG.toSeconds();
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final List<JsonNode> events = new ArrayList<>();
  private final StringBuilder message = new StringBuilder();
  private final WebSocket socket;

  DevTools(URI address) {
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address, this)
            .orTimeout(SECONDS, TimeUnit.SECONDS)
            .join();
  }

  /** Calls a method and returns its result; throws if the browser reports an error. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int number = calls.incrementAndGet();
    ObjectNode call = JSON.createObjectNode().put("id", number).put("method", method);
    call.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      call.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(number, answer);
    socket.sendText(call.toString(), true).join();
    JsonNode result = answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    if (result.has("error")) {
      throw new IllegalStateException(method + ": " + result.get("error"));
    }
    return result.get("result");
  }

  /** All events of a session with a method so far. */
  List<JsonNode> events(String session, String method) {
    synchronized (events) {
      return events.stream()
          .filter(event -> event.path("sessionId").asText().equals(session))
          .filter(event -> event.path("method").asText().equals(method))
          .map(event -> event.path("params"))
          .toList();
    }
  }

  /** Waits until {@code count} events have arrived. */
  void await(String session, String method, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    synchronized (events) {
      while (events(session, method).size() < count) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new IllegalStateException("the browser sent no " + method);
        }
        try {
          events.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
    message.append(piece);
    if (last) {
      take(message.toString());
      message.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void take(String whole) {
    try {
      JsonNode node = JSON.readTree(whole);
      if (node.has("id")) {
        waiting.remove(node.get("id").asInt()).complete(node);
        return;
      }
      synchronized (events) {
        events.add(node);
        events.notifyAll();
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    waiting.values().forEach(answer -> answer.completeExceptionally(error));
  }

  void close() {
    socket.abort();
  }
}
