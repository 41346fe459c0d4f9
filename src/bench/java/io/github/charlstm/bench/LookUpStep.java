package io.github.charlstm.bench;

import io.github.charlstm.graph.AdagradOptimizer;
import io.github.charlstm.graph.GradientDescentOptimizer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.Optimizer;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One training step on 64 look-ups in a table {@code [100000, 512]}: {@code LookUpStep sgd|adagrad
 * rows|dense}. Prints the fastest and the median of 30 steps, the processor time of one, and by how
 * much the steps raised the process's peak memory (Linux). With {@code dense}, the gradient by rows
 * is made dense before it is applied.
 */
final class LookUpStep {
  private static final int STEPS = 30;

  private LookUpStep() {}

  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    if (!List.of("sgd", "adagrad").contains(arguments[0])
        || !List.of("rows", "dense").contains(arguments[1])) {
      throw new IllegalArgumentException("expected sgd|adagrad rows|dense");
    }
    Optimizer optimizer =
        arguments[0].equals("sgd")
            ? new GradientDescentOptimizer(0.1f)
            : new AdagradOptimizer(0.1f);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
      var table =
          store.rootScope().getVariable("table", Shape.of(100_000, 512), Initializers.ones());
      int[] symbols = new int[64];
      Arrays.setAll(symbols, k -> k * 1_500 % 60_000); // some twice
      Operand<TFloat32> rows = tf.gather(table.value(), tf.array(symbols), tf.constant(0));
      Operand<TFloat32> loss = tf.math.mean(tf.math.square(rows), tf.array(0, 1));
      Operand<TFloat32> gradient = optimizer.computeGradients(tf, loss, List.of(table)).get(0);
      Operand<TFloat32> applied =
          arguments[1].equals("rows") ? gradient : tf.identity(gradient.asOutput());
      var train =
          optimizer.applyGradients(tf, store, List.of(table), List.of(applied), Optional.empty());
      session.run(store.globalVariablesInitializer());
      session.runner().fetch(loss).run().close(); // starts the session
      long memory = resident();
      session.run(train); // optimizes the graph; TensorFlow keeps the memory for the next steps
      long[] times = new long[STEPS];
      long cpu = cpu();
      for (int k = 0; k < STEPS; k++) {
        long start = System.nanoTime();
        session.run(train);
        times[k] = System.nanoTime() - start;
      }
      cpu = cpu() - cpu;
      Arrays.sort(times);
      System.out.printf(
          "%s by %s: fastest step %.2f ms, median %.2f ms, CPU %.2f ms, memory +%.1f MB%n",
          arguments[0],
          arguments[1],
          times[0] / 1e6,
          times[STEPS / 2] / 1e6,
          cpu / 1e6 / STEPS,
          (peak() - memory) / 1024.0);
    }
  }

  // the peak starts anew, from what is resident now
  private static long resident() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    return peak();
  }

  private static long peak() throws IOException { // KiB
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
