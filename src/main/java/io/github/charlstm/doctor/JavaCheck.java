package io.github.charlstm.doctor;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Java: version, vendor, and the options that matter here. */
final class JavaCheck {
  private static final String TOPIC = "java";
  private static final int OLDEST = 17;

  private JavaCheck() {}

  static List<Finding> look(Runtime.Version version, Map<String, String> environment) {
    List<Finding> findings = new ArrayList<>();
    String name =
        version
            + ", "
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("java.vm.name");
    findings.add(
        version.feature() >= OLDEST
            ? Finding.ok(TOPIC, "version", name)
            : Finding.problem(TOPIC, "version", name, "install Java 17 or newer"));
    findings.add(
        Finding.ok(
            TOPIC,
            "system",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + ", "
                + System.getProperty("os.arch")));
    List<String> options =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-X") || option.startsWith("--enable-native"))
            .toList();
    findings.add(
        Finding.ok(TOPIC, "options", options.isEmpty() ? "none" : String.join(" ", options)));
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")) {
      if (environment.containsKey(variable)) {
        findings.add(
            Finding.warning(
                TOPIC,
                variable,
                environment.get(variable),
                "options from this variable go to every Java; unset it if something is odd"));
      }
    }
    return findings;
  }
}
