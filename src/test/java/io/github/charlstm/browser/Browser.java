package io.github.charlstm.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium: the one that {@value #VARIABLE} names, else one on the PATH. It reaches no
 * other machine.
 */
public final class Browser implements AutoCloseable {
  static final String VARIABLE = "CHARLSTM_CHROMIUM";
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");
  private static final int START_SECONDS = 60;

  private final Process process;
  private final Path folder;
  private final DevTools tools;

  private Browser(Process process, Path folder, DevTools tools) {
    this.process = process;
    this.folder = folder;
    this.tools = tools;
  }

  /** Starts it; without one the test is skipped by name. */
  public static Browser open() throws IOException {
    Optional<String> program = find();
    assumeTrue(
        program.isPresent(),
        "no browser is here to open the page in: set " + VARIABLE + " or put chromium on the PATH");
    Path folder = Files.createTempDirectory("charlstm-browser");
    Path log = folder.resolve("log");
    List<String> line = new ArrayList<>(List.of(program.get(), "--headless"));
    // Root and many containers have no sandbox; only our own pages are opened.
    line.addAll(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
    line.addAll(List.of("--no-first-run", "--disable-background-networking"));
    line.addAll(List.of("--disable-component-update", "--disable-sync", "--disable-extensions"));
    line.add("--host-resolver-rules=MAP * ~NOTFOUND");
    line.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + folder.resolve("home")));
    line.add("about:blank");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      return new Browser(process, folder, new DevTools(address(process, log)));
    } catch (IOException | RuntimeException e) {
      end(process);
      throw e;
    }
  }

  private static Optional<String> find() {
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isEmpty()) {
      return Optional.of(named); // should it not start, the test fails
    }
    return NAMES.stream()
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(place -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static URI address(Process process, Path log) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < end) {
      Matcher found = ADDRESS.matcher(Files.readString(log));
      if (found.find()) {
        return URI.create(found.group(1));
      }
      if (!process.isAlive()) {
        break;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("the browser did not start:\n" + Files.readString(log));
  }

  /** Opens a file, its scripts run. */
  public Tab tab(Path file) {
    return tab(file, "");
  }

  /** Opens a file with something behind its address, such as {@code #at=3}. */
  public Tab tab(Path file, String fragment) {
    String target =
        tools
            .call("", "Target.createTarget", Map.of("url", "about:blank"))
            .get("targetId")
            .asText();
    String session =
        tools
            .call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    return new Tab(tools, session, URI.create(file.toUri() + fragment));
  }

  @Override
  public void close() throws IOException {
    tools.close();
    end(process);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }
}
