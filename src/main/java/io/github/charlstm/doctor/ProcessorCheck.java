package io.github.charlstm.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;

/** The processor: its name, what it can, and what oneDNN makes of that. */
final class ProcessorCheck {
  private static final String TOPIC = "processor";
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
   * @param instructions what oneDNN says it uses
   */
  static List<Finding> look(Optional<String> instructions) {
    CentralProcessor processor = new SystemInfo().getHardware().getProcessor();
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok(TOPIC, "model", processor.getProcessorIdentifier().getName().strip()));
    Set<String> flags = flags(processor.getFeatureFlags());
    if (!flags.isEmpty()) {
      findings.add(features(flags));
    }
    findings.addAll(kernels(instructions, flags));
    return findings;
  }

  static Finding features(Set<String> flags) {
    List<String> told = TOLD.stream().filter(flags::contains).toList();
    String found = told.isEmpty() ? "none of " + String.join(" ", TOLD) : String.join(" ", told);
    boolean intel = flags.contains("sse2");
    return intel && !flags.contains("avx2")
        ? Finding.warning(
            TOPIC,
            "features",
            found,
            "without AVX2 training is several times slower; in a virtual machine, pass the host's"
                + " processor through")
        : Finding.ok(TOPIC, "features", found);
  }

  static List<Finding> kernels(Optional<String> instructions, Set<String> flags) {
    List<Finding> findings = new ArrayList<>();
    instructions.ifPresent(name -> findings.add(Finding.ok(TOPIC, "oneDNN uses", name)));
    boolean products =
        flags.contains("amx_bf16") || flags.contains("avx512_bf16") || flags.contains("bf16");
    boolean used = instructions.isEmpty() || instructions.get().contains("bfloat16");
    String precision =
        products && used
            ? "in the processor: --precision bfloat16 is faster than float32"
            : "not in the processor"
                + (products ? " as oneDNN uses it" : "")
                + ": --precision bfloat16 is slower than float32";
    findings.add(Finding.ok(TOPIC, "bfloat16", precision));
    return findings;
  }

  // Linux tells words, macOS and Windows sentences.
  private static Set<String> flags(List<String> lines) {
    Set<String> flags = new TreeSet<>();
    for (String line : lines) {
      String words = line.toLowerCase(Locale.ROOT);
      flags.addAll(List.of(words.substring(words.indexOf(':') + 1).strip().split("\\s+")));
    }
    return flags;
  }
}
