package io.github.charlstm.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.doctor.Finding.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each look says of machines that are not as they should be. */
class CheckupTest {
  @TempDir Path root;

  @Test
  void aPlaceThatCannotBeWrittenToIsAProblemOnlyWhereItIsNeeded() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    Finding needed = DiskCheck.place("runs", file.resolve("runs"), true, "choose another");
    Finding other = DiskCheck.place("runs", file.resolve("runs"), false, "choose another");

    assertThat(needed.status()).isEqualTo(Status.PROBLEM);
    assertThat(needed.found()).contains("not there yet", "cannot be written to");
    assertThat(needed.advice()).isEqualTo("choose another");
    assertThat(other.status()).isEqualTo(Status.WARNING);
    assertThat(DiskCheck.temporary(root.resolve("gone")).status()).isEqualTo(Status.PROBLEM);
  }

  @Test
  void aPlaceThatIsMadeWhenItIsNeededIsWellAndLeftAsItIs() throws IOException {
    Finding finding = DiskCheck.place("runs", root.resolve("a/b"), true, "choose another");

    assertThat(finding.found()).contains("a/b (not there yet): writable");
    assertThat(Files.list(root)).isEmpty();
  }

  @Test
  void aDamagedDataSetIsAWarning() throws IOException {
    Files.writeString(root.resolve("anna.txt"), "not the novel");
    List<Finding> findings = DataCheck.look(root);

    assertThat(findings.get(0).found()).isEqualTo("macbeth, dickens");
    assertThat(findings.get(1).found()).contains("tinyshakespeare").doesNotContain("anna");
    assertThat(findings.get(2).status()).isEqualTo(Status.WARNING);
    assertThat(findings.get(2).found()).contains("anna.txt is damaged");
  }

  @Test
  void limitsOfContainersAreReadInBothVersions() throws IOException {
    Path two = Files.createDirectories(root.resolve("two"));
    Files.writeString(two.resolve("cpu.max"), "150000 100000\n");
    Files.writeString(two.resolve("memory.max"), "536870912\n");
    Path one = root.resolve("one");
    Files.createDirectories(one.resolve("cpu"));
    Files.createDirectories(one.resolve("memory"));
    Files.writeString(one.resolve("cpu/cpu.cfs_quota_us"), "-1\n");
    Files.writeString(one.resolve("cpu/cpu.cfs_period_us"), "100000\n");
    Files.writeString(one.resolve("memory/memory.limit_in_bytes"), "9223372036854771712\n");
    Path none = Files.createDirectories(root.resolve("none"));
    Files.writeString(none.resolve("cpu.max"), "max 100000\n");
    Files.writeString(none.resolve("memory.max"), "max\n");

    assertThat(Cgroup.processors(two)).isEqualTo("1.5 processors");
    assertThat(Cgroup.memory(two)).isEqualTo(536_870_912);
    for (Path free : List.of(one, none, root.resolve("missing"))) {
      assertThat(Cgroup.processors(free)).as("%s", free).isEmpty();
      assertThat(Cgroup.memory(free)).as("%s", free).isZero();
    }
  }

  @Test
  void littleMemoryAndFewProcessorsAreWarnings() {
    assertThat(MemoryCheck.heap(38L << 20).status()).isEqualTo(Status.WARNING);
    assertThat(MemoryCheck.heap(1L << 30).status()).isEqualTo(Status.OK);
    assertThat(MemoryCheck.machine(8L << 30, 4L << 30, 512L << 20))
        .satisfies(
            finding -> {
              assertThat(finding.status()).isEqualTo(Status.WARNING);
              assertThat(finding.found()).contains("8,192 MB", "cgroup limit 512 MB");
            });
    assertThat(MemoryCheck.machine(8L << 30, 4L << 30, 0).status()).isEqualTo(Status.OK);
    assertThat(ThreadCheck.processors(1, 8, "1.0 processors").found())
        .isEqualTo("1 of the machine's 8; cgroup limit 1.0 processors");
    assertThat(ThreadCheck.processors(1, 8, "").status()).isEqualTo(Status.WARNING);
    assertThat(ThreadCheck.processors(8, 8, "").status()).isEqualTo(Status.OK);
  }

  @Test
  void bfloat16IsToldByWhatTheProcessorHasAndWhatOneDnnUses() {
    String amx = "Intel AVX-512 with bfloat16 support and Intel AMX with bfloat16";
    Set<String> flags = Set.of("sse2", "avx2", "avx512f", "amx_bf16");

    assertThat(ProcessorCheck.kernels(Optional.of(amx), flags))
        .extracting(Finding::found)
        .containsExactly(amx, "in the processor: --precision bfloat16 is faster than float32");
    assertThat(ProcessorCheck.kernels(Optional.of("Intel AVX2"), flags).get(1).found())
        .startsWith("not in the processor as oneDNN uses it");
    assertThat(ProcessorCheck.kernels(Optional.empty(), Set.of("avx2")).get(0).found())
        .startsWith("not in the processor:");
    assertThat(ProcessorCheck.features(flags).found()).isEqualTo("avx2 avx512f amx_bf16");
    assertThat(ProcessorCheck.features(Set.of("sse2")).status()).isEqualTo(Status.WARNING);
  }

  @Test
  void anOldJavaAndOptionsFromOutsideAreNamed() {
    List<Finding> findings =
        JavaCheck.look(Runtime.Version.parse("11.0.2"), Map.of("_JAVA_OPTIONS", "-Xmx10m"));

    assertThat(findings.get(0).status()).isEqualTo(Status.PROBLEM);
    assertThat(findings)
        .filteredOn(finding -> finding.name().equals("_JAVA_OPTIONS"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.status()).isEqualTo(Status.WARNING));
  }

  @Test
  void neitherAHomeNorANameIsLeft() {
    Privacy privacy = new Privacy("/home/anna.k", "anna.k");

    assertThat(privacy.hide("/home/anna.k/.cache, /home/anna.k2, /tmp/.javacpp-anna.k/x"))
        .isEqualTo("~/.cache, /home/anna.k2, /tmp/.javacpp-USER/x");
    assertThat(new Privacy("/root", "root").hide("/root/.cache of root"))
        .isEqualTo("~/.cache of root");
    assertThat(new Privacy("", "").hide("as it is")).isEqualTo("as it is");
  }

  @Test
  void adviceGoesWithWhatIsNotWell() {
    assertThatThrownBy(() -> new Finding("disk", "runs", Status.PROBLEM, "full", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Finding("disk", "runs", Status.OK, "fine", "do this"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLookThatFailsIsAWarning() {
    Checkup checkup = new Checkup(root, null, Map.of(), Fakes.Right.class.getName());

    assertThat(checkup.findings())
        .filteredOn(finding -> finding.name().equals("look"))
        .extracting(Finding::topic)
        .containsExactly("disk", "data");
  }
}
