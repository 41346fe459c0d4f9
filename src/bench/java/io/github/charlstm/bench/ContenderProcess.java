package io.github.charlstm.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A contender's process, seen from the parent. */
final class ContenderProcess implements AutoCloseable {
  /** The process ended, was silent too long, or broke the protocol. */
  static final class Lost extends Exception {
    private static final long serialVersionUID = 1;

    Lost(String reason) {
      super(reason);
    }
  }

  private final Process process;
  private final BufferedWriter requests;
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
  private final Path errors;
  private final Duration patience;

  /**
   * Starts it.
   *
   * @param patience maximum time without an answer
   */
  ContenderProcess(List<String> command, Map<String, String> environment, Duration patience)
      throws IOException {
    this.patience = patience;
    errors = Files.createTempFile("charlstm-bench", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(errors.toFile()));
    builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "3");
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      Files.deleteIfExists(errors);
      throw e;
    }
    requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    Thread reader = new Thread(this::read, "answers of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(Optional.of(line));
      }
    } catch (IOException e) {
      // A broken pipe is an end of the output too.
    } finally {
      lines.add(Optional.empty());
    }
  }

  /** Waits until the contender is ready. */
  String awaitReady() throws Lost, InterruptedException {
    return expect(Protocol.Ready.class).description();
  }

  /** Runs some steps. */
  Protocol.Steps run(int steps) throws Lost, InterruptedException {
    send(new Protocol.Run(steps));
    return expect(Protocol.Steps.class);
  }

  /** Asks for the peak memory. */
  Protocol.Memory memory() throws Lost, InterruptedException {
    send(new Protocol.AskMemory());
    return expect(Protocol.Memory.class);
  }

  private void send(Protocol.Request request) throws Lost {
    try {
      requests.write(Protocol.write(request));
      requests.newLine();
      requests.flush();
    } catch (IOException e) {
      // The process has ended; its last lines may still be queued.
      if (lines.isEmpty()) {
        throw new Lost(ending());
      }
    }
  }

  private <R extends Protocol.Reply> R expect(Class<R> kind) throws Lost, InterruptedException {
    while (true) {
      Optional<String> line = lines.poll(patience.toSeconds(), TimeUnit.SECONDS);
      if (line == null) {
        throw new Lost("silent for " + patience.toSeconds() + " s; stopped");
      }
      if (line.isEmpty()) {
        throw new Lost(ending());
      }
      Optional<Protocol.Reply> reply = reply(line.get());
      if (reply.isPresent()) {
        if (!kind.isInstance(reply.get())) {
          throw new Lost("answered out of turn: " + line.get());
        }
        return kind.cast(reply.get());
      }
    }
  }

  private static Optional<Protocol.Reply> reply(String line) throws Lost {
    try {
      Optional<Protocol.Reply> reply = Protocol.reply(line);
      if (reply.isPresent() && reply.get() instanceof Protocol.Failed failed) {
        throw new Lost(failed.reason());
      }
      return reply;
    } catch (IllegalArgumentException e) {
      throw new Lost(e.getMessage());
    }
  }

  // The exit code, and the last line of its standard error.
  private String ending() {
    try {
      boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
      String how = ended ? "ended with exit code " + process.exitValue() : "closed its output";
      return lastWords().map(words -> how + ": " + words).orElse(how);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "ended";
    }
  }

  private Optional<String> lastWords() {
    try {
      return Files.readString(errors, StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> !line.isBlank())
          .reduce((before, last) -> last.strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Asks the process to end, and kills it if it does not. */
  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        send(new Protocol.Quit());
      }
      requests.close();
    } catch (Lost | IOException e) {
      // The process has ended already.
    }
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(errors);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      errors.toFile().deleteOnExit();
    }
  }
}
