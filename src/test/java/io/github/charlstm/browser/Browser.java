package io.github.charlstm.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.charlstm.ChildProcess;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium: the program in the environment variable {@value #VARIABLE}, else one on the
 * PATH. It cannot connect to other machines.
 */
public final class Browser implements AutoCloseable {
  static final String VARIABLE = "CHARLSTM_CHROMIUM";
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");

  private final ChildProcess process;
  private final Path folder;
  private final DevTools tools;

  private Browser(ChildProcess process, Path folder, DevTools tools) {
    this.process = process;
    this.folder = folder;
    this.tools = tools;
  }

  /** Starts the browser; skips the test if there is none. */
  public static Browser open() throws IOException {
    Optional<String> program = find();
    assumeTrue(
        program.isPresent(),
        "there is no browser to open the page in: set "
            + VARIABLE
            + " or put chromium on the PATH");
    Path folder = Files.createTempDirectory("charlstm-browser");
    List<String> line = new ArrayList<>(List.of(program.get(), "--headless"));
    // Chromium's sandbox does not work as root and in many containers; the pages are trusted.
    line.addAll(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
    line.addAll(List.of("--no-first-run", "--disable-background-networking"));
    line.addAll(List.of("--disable-component-update", "--disable-sync", "--disable-extensions"));
    line.add("--host-resolver-rules=MAP * ~NOTFOUND");
    line.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + folder.resolve("home")));
    line.add("about:blank");
    CompletableFuture<URI> address = new CompletableFuture<>();
    ChildProcess process =
        ChildProcess.start(
            new ProcessBuilder(line).redirectErrorStream(true),
            (output, browser) -> {
              Matcher found = ADDRESS.matcher(output);
              if (found.find()) {
                address.complete(URI.create(found.group(1)));
              }
            });
    try {
      CompletableFuture.anyOf(address, process.onExit())
          .orTimeout(ChildProcess.HANG.toSeconds(), TimeUnit.SECONDS)
          .join();
      if (!address.isDone()) {
        throw new IllegalStateException("the browser did not start: " + process.await());
      }
      return new Browser(process, folder, new DevTools(address.join()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.close();
      throw new IllegalStateException("the browser cannot be used", e);
    }
  }

  private static Optional<String> find() {
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isEmpty()) {
      return Optional.of(named); // the test fails if it does not start
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

  /** Opens a file. */
  public Tab tab(Path file) {
    return tab(file, "");
  }

  /** Opens a file with a fragment such as {@code #at=3} in its address. */
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
    process.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
