package io.github.charlstm.doctor;

import io.github.charlstm.model.SessionThreads;
import java.util.List;
import oshi.SystemInfo;

/** Processors that may be used, and the threads that TensorFlow gets. */
final class ThreadCheck {
  private static final String TOPIC = "threads";

  private ThreadCheck() {}

  static List<Finding> look() {
    int ours = Runtime.getRuntime().availableProcessors();
    int all = new SystemInfo().getHardware().getProcessor().getLogicalProcessorCount();
    SessionThreads threads = SessionThreads.ofFusedLoop(ours);
    return List.of(
        processors(ours, all, Cgroup.processors()),
        Finding.ok(
            TOPIC,
            "TensorFlow",
            String.format(
                "%d lanes in the fused loop, %d intra-op, %d inter-op",
                threads.lanes(), threads.intraOp(), threads.interOp())));
  }

  static Finding processors(int ours, int all, String limit) {
    String found =
        ours + " of the machine's " + all + (limit.isEmpty() ? "" : "; cgroup limit " + limit);
    return ours < all
        ? Finding.warning(
            TOPIC,
            "processors",
            found,
            "training uses the smaller number; raise the container's limit, or look for taskset and"
                + " -XX:ActiveProcessorCount")
        : Finding.ok(TOPIC, "processors", found);
  }
}
