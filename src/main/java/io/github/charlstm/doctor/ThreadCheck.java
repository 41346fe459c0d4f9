package io.github.charlstm.doctor;

import io.github.charlstm.machine.Cgroup;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.model.SessionThreads;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Processors that may be used, what they do now, and the threads that TensorFlow gets. */
final class ThreadCheck {
  private static final String TOPIC = "threads";

  private ThreadCheck() {}

  static List<CheckResult> look(Processor processor) {
    int ours = Runtime.getRuntime().availableProcessors();
    SessionThreads threads = SessionThreads.ofFusedLoop(ours);
    List<CheckResult> findings = new ArrayList<>();
    findings.add(processors(ours, processor.count(), Cgroup.here().processors()));
    findings.addAll(
        load(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), processor));
    findings.add(
        CheckResult.ok(
            TOPIC,
            "TensorFlow",
            String.format(
                Locale.ROOT,
                "%s lanes in the fused loop, %s intra-op, %s inter-op",
                threads.lanes(),
                threads.intraOp(),
                threads.interOp())));
    return findings;
  }

  static CheckResult processors(int ours, int all, String limit) {
    String found =
        ours + " of the machine's " + all + (limit.isEmpty() ? "" : "; cgroup limit " + limit);
    return ours < all && limit.isEmpty()
        ? CheckResult.warning(
            TOPIC,
            "processors",
            found,
            "training uses the smaller number; look for taskset, a container's set of processors"
                + " and -XX:ActiveProcessorCount")
        : CheckResult.ok(TOPIC, "processors", found);
  }

  /**
   * @param average of programs that want a processor in the last minute; below 0 if unknown
   */
  static List<CheckResult> load(double average, Processor processor) {
    if (average < 0) {
      return List.of();
    }
    String found = String.format(Locale.ROOT, "%.1f on %d processors", average, processor.count());
    return List.of(
        CheckResult.ok(
            TOPIC,
            "load",
            found + (average > processor.count() ? ": others slow training down" : "")));
  }
}
