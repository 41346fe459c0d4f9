package io.github.charlstm.doctor;

import java.util.List;
import java.util.Locale;
import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;

/** Java's heap and the machine's memory. */
final class MemoryCheck {
  private static final String TOPIC = "memory";
  private static final long MEGABYTE = 1 << 20;
  // A text takes a byte or more a character; the demo's step and its page of curves fit below.
  private static final long SMALL_HEAP = 200 * MEGABYTE;
  // What the book's network of 2 x 512 takes in training.
  private static final long LITTLE = 1024 * MEGABYTE;

  private MemoryCheck() {}

  static List<Finding> look() {
    GlobalMemory memory = new SystemInfo().getHardware().getMemory();
    return List.of(
        heap(Runtime.getRuntime().maxMemory()),
        machine(memory.getTotal(), memory.getAvailable(), Cgroup.memory()));
  }

  static Finding heap(long most) {
    String found = megabytes(most) + " at most";
    return most < SMALL_HEAP
        ? Finding.warning(
            TOPIC,
            "Java's heap",
            found,
            "too small for long texts; give it more with CHARLSTM_JAVA_OPTS=-Xmx1g")
        : Finding.ok(TOPIC, "Java's heap", found);
  }

  static Finding machine(long total, long available, long limit) {
    String found =
        megabytes(total)
            + ", of which "
            + megabytes(available)
            + " are free"
            + (limit > 0 && limit < total ? "; cgroup limit " + megabytes(limit) : "");
    long ours = limit > 0 ? Math.min(limit, available) : available;
    return ours < LITTLE
        ? Finding.warning(
            TOPIC,
            "machine",
            found,
            "training 2 x 512 takes 0.9 GB: end other programs, or lower --lstm-size or"
                + " --batch-size")
        : Finding.ok(TOPIC, "machine", found);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / MEGABYTE);
  }
}
