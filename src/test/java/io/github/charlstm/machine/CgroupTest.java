package io.github.charlstm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
  @TempDir Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private Cgroup group(String... membership) {
    return new Cgroup(root, List.of(membership));
  }

  @Test
  void version2AppliesTheLimitsOfParentGroups() throws IOException {
    write("user.slice/cpu.max", "150000 100000");
    write("user.slice/memory.max", "max");
    write("user.slice/run.scope/cpu.max", "max 100000");
    write("user.slice/run.scope/memory.max", "536870912");
    write("other/memory.max", "4096");

    assertThat(group("0::/user.slice/run.scope").processors()).isEqualTo("1.5 processors");
    assertThat(group("0::/user.slice/run.scope").memory()).isEqualTo(536_870_912);
    assertThat(group("0::/user.slice").memory()).isZero();
  }

  @Test
  void version1HasLimitsPerController() throws IOException {
    write("memory/docker/1/memory.limit_in_bytes", "1048576");
    write("memory/memory.limit_in_bytes", "9223372036854771712");
    write("cpu/docker/1/cpu.cfs_quota_us", "50000");
    write("cpu/docker/1/cpu.cfs_period_us", "100000");
    Cgroup group = group("4:memory:/docker/1", "2:cpu,cpuacct:/docker/1", "0::/");

    assertThat(group.memory()).isEqualTo(1_048_576);
    assertThat(group.processors()).isEqualTo("0.5 processors");
  }

  // In a container the group's folder is the root, but its name is the one outside.
  @Test
  void aMissingGroupHasTheLimitsOfTheRoot() throws IOException {
    write("cpu.max", "200000 100000");
    write("memory.max", "1000000");

    assertThat(group("0::/../elsewhere").memory()).isEqualTo(1_000_000);
    assertThat(group().processors()).isEqualTo("2.0 processors");
  }

  @Test
  void withoutLimitsThereAreNone() throws IOException {
    write("cpu/cpu.cfs_quota_us", "-1");
    write("cpu/cpu.cfs_period_us", "100000");
    write("memory/memory.limit_in_bytes", "9223372036854771712");
    write("cpu.max", "max 100000");
    write("memory.max", "max");

    for (Cgroup free : List.of(group(), new Cgroup(root.resolve("missing"), List.of()))) {
      assertThat(free.processors()).isEmpty();
      assertThat(free.memory()).isZero();
    }
  }
}
