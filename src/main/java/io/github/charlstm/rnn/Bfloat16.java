package io.github.charlstm.rnn;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.machine.JavaProgram;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;

/**
 * Whether TensorFlow can compute matrix products in bfloat16 on this machine. Without a kernel for
 * them oneDNN aborts the process, and its kernels depend on the processor and on environment
 * variables. So they are tried once, in a separate process.
 */
final class Bfloat16 {
  private static final int TIMEOUT_SECONDS = 300; // a limit for hangs; it takes two
  private static final List<String> VARIABLES =
      List.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "TF_ENABLE_ONEDNN_OPTS");
  private static final String NO_PRIMITIVE = "could not create a primitive descriptor";
  private static final String NO_KERNEL = "org.tensorflow.exceptions.";
  private static final Set<String> INSTRUCTIONS = Set.of("avx512bw", "amx_bf16");

  private Bfloat16() {}

  // Initialized once, at the first use.
  private static final class Tried {
    static final Optional<String> MISSING = tried();
  }

  /** Why they cannot be computed, as a clause; empty if they can. */
  static Optional<String> missing() {
    return Tried.MISSING;
  }

  private static Optional<String> tried() {
    return missing(
        JavaProgram.run(Trial.class.getName(), Map.of(), TIMEOUT_SECONDS),
        Processor.here(),
        System.getenv());
  }

  /**
   * @param trial the result of {@link Trial}; empty if it did not run
   * @param variables of the environment
   */
  static Optional<String> missing(
      Optional<Subprocess> trial, Processor processor, Map<String, String> variables) {
    if (trial.isEmpty()) {
      return Optional.of(unknown(processor, "Java cannot be started again, or did not end"));
    }
    if (trial.get().code() == 0) {
      return Optional.empty();
    }
    Subprocess ended = trial.get();
    boolean refused =
        ended.signal().filter(Set.of("SIGABRT", "SIGILL")::contains).isPresent()
            || ended.thrown().filter(error -> error.startsWith(NO_KERNEL)).isPresent()
            || ended.err().contains(NO_PRIMITIVE);
    return Optional.of(
        refused
            ? refused(processor, variables)
            : unknown(
                processor, ended.signal().or(ended::thrown).orElse("exit code " + ended.code())));
  }

  private static String refused(Processor processor, Map<String, String> variables) {
    String needs =
        "bfloat16 needs an x86 processor with AVX-512 or AMX, and TensorFlow with oneDNN";
    String set =
        VARIABLES.stream()
            .filter(name -> limits(name, variables.getOrDefault(name, "")))
            .map(name -> name + "=" + variables.get(name))
            .collect(Collectors.joining(" "));
    boolean could = processor.features().stream().anyMatch(INSTRUCTIONS::contains);
    return set.isEmpty() || !could
        ? needs + "; this processor, " + processor.name() + ", has neither"
        : needs + "; " + set + " keeps it from using this processor, " + processor.name();
  }

  // oneDNN is on unless it is turned off.
  private static boolean limits(String name, String value) {
    return name.startsWith("TF_")
        ? value.equals("0") || value.equalsIgnoreCase("false")
        : !value.isEmpty();
  }

  private static String unknown(Processor processor, String reason) {
    return "bfloat16 could not be tried on this processor, "
        + processor.name()
        + ", in a process of its own ("
        + reason
        + ")";
  }

  /**
   * The program that is started: trains layers with products in bfloat16, and exits with 0 if that
   * works.
   */
  static final class Trial {
    private Trial() {}

    /** oneDNN may choose a kernel by size: one, odd sizes, and those of the Anna Karenina model. */
    public static void main(String[] arguments) {
      run(1, 1, 1);
      run(5, 3, 7);
      run(100, 83, 512);
    }

    private static void run(int batch, int depth, int units) {
      try (Graph graph = new Graph()) {
        Ops tf = Ops.create(graph);
        VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
        Operand<TFloat32> inputs =
            tf.identity(tf.fill(tf.array(batch, 2, depth), tf.constant(0.5f)));
        FusedLstm rnn =
            FusedLstm.builder(tf, store.rootScope(), new BasicLSTMCell(units), inputs)
                .bfloat16Products(true)
                .fused();
        Operand<TFloat32> loss = tf.sum(rnn.outputs(), tf.array(0, 1, 2));
        List<Operand<TFloat32>> places = new ArrayList<>(List.of(inputs));
        store.trainable().forEach(variable -> places.add(variable.value()));
        Gradients gradients = tf.gradients(loss, places);
        try (Session session = new Session(graph)) {
          session.run(store.globalVariablesInitializer());
          Session.Runner runner = session.runner().fetch(loss);
          for (int k = 0; k < places.size(); k++) {
            runner.fetch(gradients.dy(k));
          }
          runner.run().close();
        }
      }
    }
  }
}
