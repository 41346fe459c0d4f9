package io.github.charlstm.machine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * The machine's memory in bytes, what programs can have of it without swapping, and the limit of
 * this process's control group; 0 if unknown.
 */
public record Memory(long total, long available, long limit) {

  /** {@return the memory of this machine} */
  public static Memory here() {
    List<String> lines = SystemFiles.lines(Path.of("/proc/meminfo"));
    if (!lines.isEmpty()) {
      return ofLinux(lines, Cgroup.here().memory());
    }
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? new Memory(system.getTotalMemorySize(), system.getFreeMemorySize(), 0)
        : new Memory(0, 0, 0);
  }

  /** {@return the most that this process may use} */
  public long most() {
    return limit > 0 && limit < total ? limit : total;
  }

  /** Reads the lines of {@code /proc/meminfo}; {@code limit} is the container's, 0 for none. */
  static Memory ofLinux(List<String> lines, long limit) {
    return new Memory(kilobytes(lines, "MemTotal:"), kilobytes(lines, "MemAvailable:"), limit);
  }

  private static long kilobytes(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.replaceAll("\\D", ""))
        .filter(digits -> !digits.isEmpty())
        .mapToLong(digits -> Long.parseLong(digits) << 10)
        .findFirst()
        .orElse(0);
  }
}
