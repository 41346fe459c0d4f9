package io.github.charlstm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final List<String> LINES =
      List.of("MemTotal:       24684096 kB", "MemFree:  100 kB", "MemAvailable:   20000000 kB");

  @Test
  void linuxHasTotalAndAvailableMemory() {
    Memory memory = Memory.ofLinux(LINES, 0);

    assertThat(memory.total()).isEqualTo(24_684_096L << 10);
    assertThat(memory.available()).isEqualTo(20_000_000L << 10);
    assertThat(memory.most()).isEqualTo(memory.total());
  }

  @Test
  void aContainersLimitApplies() {
    assertThat(Memory.ofLinux(LINES, 1 << 30).most()).isEqualTo(1 << 30);
    assertThat(Memory.ofLinux(LINES, 1L << 40).most()).isEqualTo(24_684_096L << 10);
  }

  @Test
  void unknownValuesAreZero() {
    assertThat(Memory.ofLinux(List.of("MemTotal: ?"), 0)).isEqualTo(new Memory(0, 0, 0));
    assertThat(Memory.here().total()).isPositive();
  }
}
