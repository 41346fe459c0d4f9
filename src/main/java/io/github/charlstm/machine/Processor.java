package io.github.charlstm.machine;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The machine's processor.
 *
 * @param name of the model; the architecture if unknown
 * @param features instruction sets by Linux's names ("avx2", "asimd"); empty if unknown
 */
public record Processor(String name, Set<String> features, int count, boolean emulated) {
  private static final int SYSCTL_SECONDS = 600; // only a hang takes so long

  public Processor {
    features = Set.copyOf(features);
  }

  /** {@return the processor of this machine} */
  public static Processor here() {
    String architecture = System.getProperty("os.arch", "");
    List<String> lines = SystemFiles.lines(Path.of("/proc/cpuinfo"));
    if (!lines.isEmpty()) {
      return ofLinux(lines, SystemFiles.first(Path.of("/proc/device-tree/model")), architecture);
    }
    if (System.getProperty("os.name", "").startsWith("Mac")) {
      return ofMac(sysctl(), architecture);
    }
    String name = System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", architecture); // Windows
    return new Processor(name, Set.of(), Runtime.getRuntime().availableProcessors(), false);
  }

  /** Reads {@code /proc/cpuinfo}, the name of an ARM board, and Java's {@code os.arch}. */
  static Processor ofLinux(List<String> lines, Optional<String> board, String architecture) {
    Set<String> features = words(value(lines, "flags", "Features").orElse(""));
    String name =
        value(lines, "model name", "Model", "Hardware", "cpu model", "uarch")
            .or(() -> board.map(text -> text.replace("\0", "")))
            .filter(text -> !text.isBlank())
            .orElse(architecture);
    int count = (int) lines.stream().filter(line -> line.matches("processor\\s*:.*")).count();
    boolean foreign = // qemu-user shows the host's /proc/cpuinfo
        features.contains("sse2")
            && !List.of("amd64", "x86_64", "i386", "x86").contains(architecture);
    boolean emulated = foreign || name.contains("QEMU Virtual CPU") || name.contains("TCG");
    return new Processor(name.strip(), foreign ? Set.of() : features, Math.max(1, count), emulated);
  }

  /** Reads the values of {@code sysctl} for machdep.cpu, hw and sysctl. */
  static Processor ofMac(Map<String, String> values, String architecture) {
    Set<String> features =
        words(
            values.getOrDefault("machdep.cpu.features", "")
                + " "
                + values.getOrDefault("machdep.cpu.leaf7_features", ""));
    if (features.contains("avx1.0")) {
      features.add("avx");
    }
    values.forEach(
        (key, value) -> {
          if (key.startsWith("hw.optional.arm.FEAT_") && value.equals("1")) {
            features.add(key.substring(key.indexOf("FEAT_") + 5).toLowerCase(Locale.ROOT));
          }
        });
    return new Processor(
        values.getOrDefault("machdep.cpu.brand_string", architecture),
        features,
        Integer.parseInt(values.getOrDefault("hw.logicalcpu", "1")),
        values.getOrDefault("sysctl.proc_translated", "0").equals("1"));
  }

  private static Map<String, String> sysctl() {
    ProcessBuilder sysctl =
        new ProcessBuilder("sysctl", "machdep.cpu", "hw", "sysctl.proc_translated");
    String printed = Subprocess.run(sysctl, SYSCTL_SECONDS).map(Subprocess::out).orElse("");
    return printed
        .lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2)
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip(), (one, other) -> one));
  }

  // The value of the first key that has one.
  private static Optional<String> value(List<String> lines, String... keys) {
    return Arrays.stream(keys)
        .flatMap(
            key ->
                lines.stream()
                    .filter(line -> line.matches(key + "\\s*:.*"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .limit(1))
        .findFirst();
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>(List.of(text.toLowerCase(Locale.ROOT).strip().split("\\s+")));
    words.remove("");
    return words;
  }
}
