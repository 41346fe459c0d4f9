package io.github.charlstm.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** A contender's side of {@link Protocol}. */
final class ContestantServer {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ContestantServer() {}

  /**
   * Answers requests from standard input until it ends.
   *
   * @param arguments a task's words
   * @param builder makes the contestant; its exceptions are reported to the parent
   */
  static void serve(String[] arguments, Function<Task, Contestant> builder) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Contestant contestant = builder.apply(Task.of(List.of(arguments)));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      answer(in, out, contestant);
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      out.println(Protocol.write(new Protocol.Failed(e.toString())));
      e.printStackTrace();
    }
  }

  /** Answers until {@code quit} or the end of the input. */
  static void answer(BufferedReader in, PrintStream out, Contestant contestant) throws IOException {
    out.println(Protocol.write(new Protocol.Ready(contestant.describe())));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Protocol.Request request = Protocol.request(line);
      if (request instanceof Protocol.Quit) {
        return;
      }
      out.println(
          Protocol.write(
              request instanceof Protocol.Run run
                  ? run(contestant, run.steps())
                  : new Protocol.Memory(peakMemory())));
    }
  }

  private static Protocol.Steps run(Contestant contestant, int steps) {
    List<Double> seconds = new ArrayList<>();
    double loss = 0;
    for (int step = 0; step < steps; step++) {
      long start = System.nanoTime();
      loss = contestant.step();
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    return new Protocol.Steps(loss, seconds);
  }

  // Peak resident bytes of the process, native memory included; Linux only.
  private static OptionalLong peakMemory() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst();
    }
  }
}
