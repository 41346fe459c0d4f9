package io.github.charlstm.crash;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.ChildProcess.Ended;
import io.github.charlstm.ChildProcess.LineListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Processes of charlstm, as a user starts them, with the class path of this process. */
final class Charlstm {
  private static final List<String> QUICK_START =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-Djava.awt.headless=true");
  private static final String MAIN = "io.github.charlstm.cli.Main";

  private Charlstm() {}

  static Ended run(List<String> javaOptions, List<String> arguments)
      throws IOException, InterruptedException {
    return ChildProcess.run(command(javaOptions, arguments));
  }

  static Ended run(List<String> javaOptions, List<String> arguments, LineListener listener)
      throws IOException, InterruptedException {
    return ChildProcess.run(command(javaOptions, arguments), listener);
  }

  static ProcessBuilder command(List<String> javaOptions, List<String> arguments) {
    List<String> options = new ArrayList<>(QUICK_START);
    // The last bits depend on the number of threads; this process's own runs are compared too.
    options.add("-XX:ActiveProcessorCount=" + Runtime.getRuntime().availableProcessors());
    options.addAll(javaOptions);
    ProcessBuilder builder =
        new ProcessBuilder(ChildProcess.java(options, MAIN, arguments.toArray(String[]::new)));
    builder.environment().putAll(Map.of("TF_CPP_MIN_LOG_LEVEL", "3", "MALLOC_ARENA_MAX", "2"));
    return builder;
  }
}
