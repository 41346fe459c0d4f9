package io.github.charlstm.doctor;

import io.github.charlstm.machine.Processor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The processor: its name, what it can, and what oneDNN makes of that. */
final class ProcessorCheck {
  static final String TOPIC = "processor";
  static final String NEEDS_AVX =
      "TensorFlow's library needs a processor with AVX; in a virtual machine, expose the"
          + " host's CPU to the guest (CPU passthrough)";
  private static final List<String> TOLD =
      List.of(
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "avx_vnni",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "asimd",
          "bf16",
          "sve");

  private ProcessorCheck() {}

  /**
   * @param loads whether TensorFlow's library can be loaded
   */
  static List<CheckResult> look(Processor processor, boolean loads) {
    List<CheckResult> findings = new ArrayList<>();
    findings.add(
        CheckResult.ok(
            TOPIC,
            "model",
            processor.name()
                + (processor.emulated() ? " (emulated: training is many times slower)" : "")));
    if (!processor.features().isEmpty()) {
      findings.add(features(processor.features(), loads));
    }
    return findings;
  }

  static CheckResult features(Set<String> features, boolean loads) {
    List<String> told = TOLD.stream().filter(features::contains).toList();
    String found = told.isEmpty() ? "none of " + String.join(" ", TOLD) : String.join(" ", told);
    if (lacksAvx(features) && !loads) {
      return CheckResult.problem(TOPIC, "features", found, NEEDS_AVX);
    }
    return isIntel(features) && !features.contains("avx2")
        ? CheckResult.warning(
            TOPIC,
            "features",
            found,
            "without AVX2 training is several times slower; in a virtual machine, expose"
                + " the host's CPU to the guest (CPU passthrough)")
        : CheckResult.ok(TOPIC, "features", found);
  }

  static boolean lacksAvx(Set<String> features) {
    return isIntel(features) && !features.contains("avx");
  }

  private static boolean isIntel(Set<String> features) {
    return features.contains("sse2");
  }

  /**
   * @param instructions what oneDNN says it uses
   * @param missing why there are no products in bfloat16; empty if there are
   */
  static List<CheckResult> kernels(
      Optional<String> instructions, Set<String> features, Optional<String> missing) {
    List<CheckResult> findings = new ArrayList<>();
    instructions.ifPresent(name -> findings.add(CheckResult.ok(TOPIC, "oneDNN uses", name)));
    boolean fast =
        Set.of("amx_bf16", "avx512_bf16", "bf16").stream().anyMatch(features::contains)
            && instructions.filter(name -> name.contains("bfloat16")).isPresent();
    findings.add(
        CheckResult.ok(
            TOPIC,
            "bfloat16",
            missing
                .map(reason -> "no --precision bfloat16: " + reason)
                .orElse(
                    "--precision bfloat16 works; it is "
                        + (fast ? "faster than float32" : "slower than float32 here"))));
    return findings;
  }
}
