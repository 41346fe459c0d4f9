package io.github.charlstm.doctor;

import io.github.charlstm.machine.Memory;
import java.util.List;
import java.util.Locale;

/** Java's heap and the machine's memory. */
final class MemoryCheck {
  private static final String TOPIC = "memory";
  private static final long MEGABYTE = 1 << 20;
  // A text takes a byte or more a character; the demo's step and its page of curves fit below.
  private static final long SMALL_HEAP = 200 * MEGABYTE;
  // What the process takes in training by recipe demo, and by anna: a network of 2 x 512.
  private static final long DEMO = 500 * MEGABYTE;
  private static final long ANNA = 1000 * MEGABYTE;

  private MemoryCheck() {}

  static List<CheckResult> look() {
    return List.of(heap(Runtime.getRuntime().maxMemory()), machine(Memory.here()));
  }

  static CheckResult heap(long most) {
    String found = megabytes(most) + " at most";
    return most < SMALL_HEAP
        ? CheckResult.warning(
            TOPIC,
            "Java's heap",
            found,
            "too small for long texts; give it more with CHARLSTM_JAVA_OPTS=-Xmx1g")
        : CheckResult.ok(TOPIC, "Java's heap", found);
  }

  static CheckResult machine(Memory memory) {
    if (memory.total() == 0) {
      return CheckResult.ok(TOPIC, "machine", "unknown");
    }
    boolean limited = memory.most() < memory.total();
    String found =
        megabytes(memory.total())
            + (memory.available() > 0
                ? ", of which " + megabytes(memory.available()) + " are free"
                : "")
            + (limited ? "; cgroup limit " + megabytes(memory.limit()) : "");
    long ours =
        memory.available() > 0 ? Math.min(memory.most(), memory.available()) : memory.most();
    if (ours >= ANNA) {
      return CheckResult.ok(TOPIC, "machine", found);
    }
    String needs =
        ours < DEMO
            ? "training takes at least " + megabytes(DEMO)
            : "enough for recipe demo; anna, 2 x 512, takes " + megabytes(ANNA);
    return CheckResult.warning(
        TOPIC,
        "machine",
        found,
        needs
            + (limited ? ": raise the container's limit" : ": end other programs")
            + ", or lower --lstm-size or --batch-size");
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / MEGABYTE);
  }
}
