package io.github.charlstm.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A page in a browser. */
public final class Tab {
  private final DevTools tools;
  private final String session;
  private final URI address;

  Tab(DevTools tools, String session, URI address) {
    this.tools = tools;
    this.session = session;
    this.address = address;
    for (String part : List.of("Page", "Runtime", "Network", "Log")) {
      call(part + ".enable", Map.of());
    }
    size(1000, 900);
    call("Page.navigate", Map.of("url", address.toString()));
    tools.await(session, "Page.loadEventFired", 1);
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return tools.call(session, method, parameters);
  }

  /** The value of an expression in JavaScript. */
  public JsonNode value(String expression) {
    JsonNode answer =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  public String text(String expression) {
    return value(expression).asText();
  }

  public double number(String expression) {
    return value(expression).asDouble();
  }

  /** The elements of a list, as text. */
  public List<String> texts(String expression) {
    List<String> texts = new ArrayList<>();
    value("Array.from(" + expression + ")").forEach(node -> texts.add(node.asText()));
    return texts;
  }

  /** Sets the window's size in pixels. */
  public void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Emulates {@code print} or {@code screen} media with a {@code light} or {@code dark} scheme. */
  public void media(String media, String scheme) {
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            media,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Moves the mouse over the middle of an element; scrolls to it if it is not visible. */
  public void hover(String element) {
    mouse("mouseMoved", element);
  }

  /** Clicks on an element. */
  public void click(String element) {
    mouse("mouseMoved", element);
    mouse("mousePressed", element);
    mouse("mouseReleased", element);
  }

  private void mouse(String kind, String element) {
    JsonNode place =
        value(
            "(() => { const e = "
                + element
                + "; const inside = (r) => r.top >= 60 && r.bottom <= innerHeight;"
                + " if (!inside(e.getClientRects()[0])) e.scrollIntoView({block: 'center'});"
                + " const r = e.getClientRects()[0];"
                + " return [r.left + r.width / 2, r.top + r.height / 2]; })()");
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            kind,
            "x",
            place.get(0).asDouble(),
            "y",
            place.get(1).asDouble(),
            "button",
            kind.equals("mouseMoved") ? "none" : "left",
            "clickCount",
            kind.equals("mouseMoved") ? 0 : 1));
  }

  /** Presses and releases a key, such as {@code ArrowRight}. */
  public void key(String name) {
    for (String kind : List.of("keyDown", "keyUp")) {
      call("Input.dispatchKeyEvent", Map.of("type", kind, "key", name, "code", name));
    }
  }

  /** Exceptions, console output and log entries. */
  public List<String> complaints() {
    List<String> all = new ArrayList<>();
    tools.events(session, "Runtime.exceptionThrown").forEach(event -> all.add(event.toString()));
    tools.events(session, "Runtime.consoleAPICalled").forEach(event -> all.add(event.toString()));
    tools.events(session, "Log.entryAdded").forEach(event -> all.add(event.toString()));
    return all;
  }

  /** Addresses that the page requested, without its own and data URLs. */
  public List<String> requests() {
    return tools.events(session, "Network.requestWillBeSent").stream()
        .map(event -> event.path("request").path("url").asText())
        .filter(
            url ->
                !url.equals(address.toString().replaceAll("#.*", "")) && !url.startsWith("data:"))
        .toList();
  }

  /** Saves a screenshot of the window. */
  public void picture(Path png) throws IOException {
    String data = call("Page.captureScreenshot", Map.of("format", "png")).get("data").asText();
    Files.write(png, Base64.getDecoder().decode(data));
  }
}
