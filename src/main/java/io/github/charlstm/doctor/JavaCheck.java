package io.github.charlstm.doctor;

import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Java: version, vendor, the system that it was made for, and the options that matter here. */
final class JavaCheck {
  private static final String TOPIC = "java";
  private static final int OLDEST = 17;

  private JavaCheck() {}

  static List<CheckResult> look(Runtime.Version version, Map<String, String> environment) {
    Properties properties = System.getProperties();
    List<CheckResult> findings = new ArrayList<>();
    findings.add(version(version, properties));
    findings.add(system(properties));
    findings.add(fileNames(properties));
    List<String> options =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.matches("(-X|--enable-native|--illegal-native|--sun-misc).*"))
            .toList();
    findings.add(
        CheckResult.ok(TOPIC, "options", options.isEmpty() ? "none" : String.join(" ", options)));
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")) {
      if (environment.containsKey(variable)) {
        findings.add(
            CheckResult.warning(
                TOPIC,
                variable,
                environment.get(variable),
                "options from this variable go to every Java; unset it if something is odd"));
      }
    }
    return findings;
  }

  private static CheckResult version(Runtime.Version version, Properties properties) {
    String found =
        version
            + ", "
            + properties.getProperty("java.vendor")
            + ", "
            + properties.getProperty("java.vm.name");
    return version.feature() >= OLDEST
        ? CheckResult.ok(TOPIC, "version", found)
        : CheckResult.problem(TOPIC, "version", found, "install Java 17 or newer");
  }

  /** TensorFlow-Java has no library for some systems, whatever is installed on them. */
  static CheckResult system(Properties properties) {
    String system = properties.getProperty("os.name");
    String architecture = properties.getProperty("os.arch");
    String found = system + " " + properties.getProperty("os.version") + ", " + architecture;
    boolean arm = architecture.equals("aarch64");
    boolean intel = List.of("amd64", "x86_64").contains(architecture);
    if ("32".equals(properties.getProperty("sun.arch.data.model"))) {
      return CheckResult.problem(
          TOPIC, "system", found + ", 32 bits", "install a 64-bit JDK; TensorFlow needs it");
    }
    if (system.startsWith("Mac") && intel) {
      return CheckResult.problem(
          TOPIC,
          "system",
          found,
          "TensorFlow-Java has no library for Intel Macs: on Apple silicon install a Java for"
              + " aarch64; else use Linux, in a virtual machine or a container");
    }
    boolean known =
        system.equals("Linux")
            ? intel || arm
            : system.startsWith("Mac") ? arm : system.startsWith("Windows") && intel;
    return known
        ? CheckResult.ok(TOPIC, "system", found)
        : CheckResult.problem(
            TOPIC,
            "system",
            found,
            "TensorFlow-Java has libraries for Linux (x86-64, arm64), macOS (arm64) and Windows"
                + " (x86-64) only");
  }

  /** In another encoding than UTF-8 Java cannot open files whose names have other letters. */
  static CheckResult fileNames(Properties properties) {
    String encoding = properties.getProperty("sun.jnu.encoding", "UTF-8");
    boolean all = properties.getProperty("os.name").startsWith("Windows") || isUtf8(encoding);
    return all
        ? CheckResult.ok(TOPIC, "file names", encoding)
        : CheckResult.warning(
            TOPIC,
            "file names",
            encoding,
            "files with non-ASCII characters in their names cannot be opened; set LC_ALL=C.UTF-8");
  }

  private static boolean isUtf8(String encoding) {
    return Charset.isSupported(encoding) && Charset.forName(encoding).name().equals("UTF-8");
  }
}
