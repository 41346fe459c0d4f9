package io.github.charlstm.rnn;

import io.github.charlstm.machine.JavaProgram;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether TensorFlow has products in bfloat16 here. Where oneDNN has no kernel for them it ends the
 * process; which kernels it has depends on the processor and on variables. So they are tried once,
 * in a process of its own.
 */
final class Bfloat16 {
  private static final int PATIENCE_SECONDS = 300; // of a hang only; it takes two
  private static final List<String> VARIABLES =
      List.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "TF_ENABLE_ONEDNN_OPTS");
  private static final String NO_PRIMITIVE = "could not create a primitive descriptor";
  private static final String NO_KERNEL = "org.tensorflow.exceptions.";
  private static final Set<String> INSTRUCTIONS = Set.of("avx512bw", "amx_bf16");

  private Bfloat16() {}

  // Java makes this once, when it is first asked for.
  private static final class Tried {
    static final Optional<String> MISSING = tried();
  }

  /** Why there are no such products, as a clause; empty if there are. */
  static Optional<String> missing() {
    return Tried.MISSING;
  }

  private static Optional<String> tried() {
    return missing(
        JavaProgram.run(Bfloat16Trial.class.getName(), Map.of(), PATIENCE_SECONDS),
        Processor.here(),
        System.getenv());
  }

  /**
   * @param trial what the program said; empty if it did not run
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

  // oneDNN is in use unless it is turned off.
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
}
