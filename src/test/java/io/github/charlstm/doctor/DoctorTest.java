package io.github.charlstm.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.doctor.CheckResult.Status;
import io.github.charlstm.machine.Memory;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.report.PngUnavailableException;
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
class DoctorTest {
  @TempDir Path root;

  @Test
  void aPlaceThatCannotBeWrittenToIsAProblemOnlyWhereItIsNeeded() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    CheckResult needed = DiskCheck.place("runs", file.resolve("runs"), 1, true, "choose another");
    CheckResult other = DiskCheck.place("runs", file.resolve("runs"), 1, false, "choose another");

    assertThat(needed.status()).isEqualTo(Status.PROBLEM);
    assertThat(needed.found()).contains("not there yet", "cannot be written to");
    assertThat(needed.advice()).isEqualTo("choose another");
    assertThat(other.status()).isEqualTo(Status.WARNING);
    assertThat(DiskCheck.temporary(root.resolve("gone")).status()).isEqualTo(Status.PROBLEM);
  }

  @Test
  void aPlaceThatIsMadeWhenItIsNeededIsWellAndLeftAsItIs() throws IOException {
    CheckResult finding = DiskCheck.place("runs", root.resolve("a/b"), 1, true, "choose another");

    assertThat(finding.found()).contains("a/b (not there yet): writable");
    assertThat(Files.list(root)).isEmpty();
  }

  @Test
  void aDamagedDataSetIsAWarning() throws IOException {
    Files.writeString(root.resolve("anna.txt"), "not the novel");
    List<CheckResult> findings = DataCheck.look(root);

    assertThat(findings.get(0).found()).isEqualTo("macbeth, dickens");
    assertThat(findings.get(1).found()).contains("tinyshakespeare").doesNotContain("anna");
    assertThat(findings.get(2).status()).isEqualTo(Status.WARNING);
    assertThat(findings.get(2).found()).contains("anna.txt is damaged");
  }

  @Test
  void littleRoomIsAWarningAndUnknownRoomIsNone() {
    assertThat(DiskCheck.room("runs", "here", 1L << 40, 10L << 20, 200))
        .satisfies(
            finding -> {
              assertThat(finding.status()).isEqualTo(Status.WARNING);
              assertThat(finding.found()).isEqualTo("here, 10 MB free");
              assertThat(finding.advice()).contains("200 MB");
            });
    assertThat(DiskCheck.room("runs", "here", 1L << 40, 300L << 20, 200).status())
        .isEqualTo(Status.OK);
    assertThat(DiskCheck.room("runs", "here", 0, 0, 200))
        .isEqualTo(CheckResult.ok("disk", "runs", "here"));
  }

  @Test
  void nativesInUseNeedNoRoomAndNoRightToWrite() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    List<CheckResult> used = DiskCheck.look(root, root, Optional.of(file.resolve("natives")), true);
    List<CheckResult> unpacked =
        DiskCheck.look(root, root, Optional.of(file.resolve("natives")), false);

    assertThat(used.get(2).status()).isEqualTo(Status.OK);
    assertThat(unpacked.get(2).status()).isEqualTo(Status.WARNING);
    assertThat(unpacked.get(2).advice()).contains("-Dorg.bytedeco.javacpp.cachedir=");
  }

  @Test
  void littleMemoryIsAWarningThatSaysWhatFits() {
    assertThat(MemoryCheck.heap(38L << 20).status()).isEqualTo(Status.WARNING);
    assertThat(MemoryCheck.heap(1L << 30).status()).isEqualTo(Status.OK);
    assertThat(MemoryCheck.machine(new Memory(8L << 30, 4L << 30, 256L << 20)))
        .satisfies(
            finding -> {
              assertThat(finding.status()).isEqualTo(Status.WARNING);
              assertThat(finding.found()).contains("8,192 MB", "cgroup limit 256 MB");
              assertThat(finding.advice()).contains("at least", "raise the container's limit");
            });
    assertThat(MemoryCheck.machine(new Memory(900L << 20, 900L << 20, 0)).advice())
        .contains("enough for recipe demo", "end other programs");
    assertThat(MemoryCheck.machine(new Memory(8L << 30, 6L << 30, 2L << 30)).status())
        .isEqualTo(Status.OK);
    assertThat(MemoryCheck.machine(new Memory(8L << 30, 4L << 30, 0)).status())
        .isEqualTo(Status.OK);
    assertThat(MemoryCheck.machine(new Memory(0, 0, 0)).status()).isEqualTo(Status.OK);
  }

  @Test
  void fewerProcessorsAreAWarningUnlessAContainerIsLimited() {
    assertThat(ThreadCheck.processors(1, 8, "1.0 processors"))
        .isEqualTo(
            CheckResult.ok(
                "threads", "processors", "1 of the machine's 8; cgroup limit 1.0 processors"));
    assertThat(ThreadCheck.processors(1, 8, "").status()).isEqualTo(Status.WARNING);
    assertThat(ThreadCheck.processors(8, 8, "").status()).isEqualTo(Status.OK);
  }

  @Test
  void theLoadIsToldWhereItIsKnown() {
    Processor two = new Processor("P", Set.of(), 2, false);

    assertThat(ThreadCheck.load(-1, two)).isEmpty();
    assertThat(ThreadCheck.load(0.5, two).get(0).found()).isEqualTo("0.5 on 2 processors");
    assertThat(ThreadCheck.load(9, two))
        .containsExactly(
            CheckResult.ok("threads", "load", "9.0 on 2 processors: others slow training down"));
  }

  @Test
  void bfloat16IsToldByATrialAndItsSpeedByWhatOneDnnUses() {
    String amx = "Intel AVX-512 with bfloat16 support and Intel AMX with bfloat16";
    Set<String> flags = Set.of("sse2", "avx", "avx2", "avx512f", "amx_bf16");

    assertThat(ProcessorCheck.kernels(Optional.of(amx), flags, Optional.empty()))
        .extracting(CheckResult::found)
        .containsExactly(amx, "--precision bfloat16 works; it is faster than float32");
    assertThat(
            ProcessorCheck.kernels(Optional.of("Intel AVX-512"), flags, Optional.empty())
                .get(1)
                .found())
        .endsWith("slower than float32 here");
    assertThat(ProcessorCheck.kernels(Optional.empty(), flags, Optional.of("no such")))
        .containsExactly(
            CheckResult.ok("processor", "bfloat16", "no --precision bfloat16: no such"));
  }

  @Test
  void aProcessorWithoutAvxIsAProblemUnlessTheLibraryLoads() {
    assertThat(ProcessorCheck.features(Set.of("sse2"), false))
        .satisfies(
            finding -> {
              assertThat(finding.status()).isEqualTo(Status.PROBLEM);
              assertThat(finding.advice()).contains("needs a processor with AVX");
            });
    assertThat(ProcessorCheck.features(Set.of("sse2"), true).status()).isEqualTo(Status.WARNING);
    assertThat(ProcessorCheck.features(Set.of("sse2", "avx"), true).status())
        .isEqualTo(Status.WARNING);
    assertThat(ProcessorCheck.features(Set.of("sse2", "avx", "avx2"), false).found())
        .isEqualTo("avx avx2");
    assertThat(ProcessorCheck.features(Set.of("asimd"), false).status()).isEqualTo(Status.OK);
  }

  @Test
  void anEmulatedProcessorIsSaidToBeSlow() {
    Processor emulated = new Processor("QEMU Virtual CPU", Set.of(), 2, true);

    assertThat(ProcessorCheck.look(emulated, true))
        .containsExactly(
            CheckResult.ok(
                "processor",
                "model",
                "QEMU Virtual CPU (emulated: training is many times slower)"));
  }

  @Test
  void aPngThatCannotBeDrawnIsAWarningThatNamesPackages() {
    CheckResult finding =
        picture(new InternalError(new RuntimeException("Fontconfig head is null")));

    assertThat(finding.status()).isEqualTo(Status.WARNING);
    assertThat(finding.found()).contains("Fontconfig head is null");
    assertThat(finding.advice()).contains("fontconfig fonts-dejavu-core");
    Throwable noDesktop =
        new NoClassDefFoundError("java/awt/Font")
            .initCause(new ClassNotFoundException("java.awt.Font"));
    assertThat(picture(noDesktop).advice()).contains("java.desktop");
    assertThat(PictureCheck.look(Optional.empty()).status()).isEqualTo(Status.OK);
  }

  private static CheckResult picture(Throwable failure) {
    return PictureCheck.look(Optional.of(new PngUnavailableException(failure)));
  }

  @Test
  void neitherAHomeNorANameIsLeft() {
    Redactor privacy = new Redactor("/home/anna.k", "anna.k");

    assertThat(privacy.hide("/home/anna.k/.cache, /home/anna.k2, /tmp/.javacpp-anna.k/x"))
        .isEqualTo("~/.cache, /home/anna.k2, /tmp/.javacpp-USER/x");
    assertThat(new Redactor("/root", "root").hide("/root/.cache of root"))
        .isEqualTo("~/.cache of root");
    assertThat(new Redactor("", "").hide("as it is")).isEqualTo("as it is");
  }

  @Test
  void adviceGoesWithWhatIsNotWell() {
    assertThatThrownBy(() -> new CheckResult("disk", "runs", Status.PROBLEM, "full", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CheckResult("disk", "runs", Status.OK, "fine", "do this"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLookThatFailsIsAWarning() {
    Doctor checkup = new Doctor(root, null, Map.of(), Fakes.Right.class.getName(), Optional::empty);

    assertThat(checkup.findings())
        .filteredOn(finding -> finding.name().equals("look"))
        .extracting(CheckResult::topic)
        .containsExactly("disk", "data");
  }
}
