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
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of the checks for machines that lack something. */
@Tag("machine")
class DoctorTest {
  @TempDir Path root;

  @Test
  void aFolderThatIsNotWritableIsAProblemOnlyWhereRequired() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    CheckResult needed = Doctor.folder("runs", file.resolve("runs"), 1, true, "choose another");
    CheckResult other = Doctor.folder("runs", file.resolve("runs"), 1, false, "choose another");

    assertThat(needed.status()).isEqualTo(Status.PROBLEM);
    assertThat(needed.found()).contains("not there yet", "cannot be written to");
    assertThat(needed.advice()).isEqualTo("choose another");
    assertThat(other.status()).isEqualTo(Status.WARNING);
    assertThat(Doctor.temporary(root.resolve("gone")).status()).isEqualTo(Status.PROBLEM);
  }

  @Test
  void aFolderThatDoesNotExistYetIsCheckedWithoutCreatingIt() throws IOException {
    CheckResult result = Doctor.folder("runs", root.resolve("a/b"), 1, true, "choose another");

    assertThat(result.found()).contains("a/b (not there yet): writable");
    assertThat(Files.list(root)).isEmpty();
  }

  @Test
  void aGpuIsNamedAsNotUsed() throws IOException {
    assertThat(Doctor.graphics(root.resolve("none")).found()).startsWith("none found");
    Path gpu = Files.createDirectories(root.resolve("gpus/0000:01:00.0"));
    Files.writeString(gpu.resolve("information"), "Model: \t\t NVIDIA H200\nIRQ: \t\t 12\n");
    CheckResult result = Doctor.graphics(root.resolve("gpus"));
    assertThat(result.found()).startsWith("NVIDIA H200: not used");
    assertThat(result.status()).isEqualTo(Status.OK);
  }

  @Test
  void aDamagedDataSetIsAWarning() throws IOException {
    Files.writeString(root.resolve("anna.txt"), "not the novel");
    List<CheckResult> results = Doctor.dataSets(root);

    assertThat(results.get(0).found()).isEqualTo("macbeth, dickens");
    assertThat(results.get(1).found()).contains("tinyshakespeare").doesNotContain("anna");
    assertThat(results.get(2).status()).isEqualTo(Status.WARNING);
    assertThat(results.get(2).found()).contains("anna.txt is damaged");
  }

  @Test
  void littleDiskSpaceIsAWarningAndUnknownSpaceIsNot() {
    assertThat(Doctor.space("runs", "here", 1L << 40, 10L << 20, 200))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.WARNING);
              assertThat(result.found()).isEqualTo("here, 10 MB free");
              assertThat(result.advice()).contains("200 MB");
            });
    assertThat(Doctor.space("runs", "here", 1L << 40, 300L << 20, 200).status())
        .isEqualTo(Status.OK);
    assertThat(Doctor.space("runs", "here", 0, 0, 200))
        .isEqualTo(CheckResult.ok("disk", "runs", "here"));
  }

  @Test
  void loadedNativesNeedNoSpaceAndNoWriteAccess() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    List<CheckResult> used = Doctor.disk(root, root, Optional.of(file.resolve("natives")), true);
    List<CheckResult> unpacked =
        Doctor.disk(root, root, Optional.of(file.resolve("natives")), false);

    assertThat(used.get(2).status()).isEqualTo(Status.OK);
    assertThat(unpacked.get(2).status()).isEqualTo(Status.WARNING);
    assertThat(unpacked.get(2).advice()).contains("-Dorg.bytedeco.javacpp.cachedir=");
  }

  @Test
  void littleMemoryIsAWarningThatNamesTheRecipesThatFit() {
    assertThat(Doctor.heap(38L << 20).status()).isEqualTo(Status.WARNING);
    assertThat(Doctor.heap(1L << 30).status()).isEqualTo(Status.OK);
    assertThat(Doctor.memory(new Memory(8L << 30, 4L << 30, 256L << 20)))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.WARNING);
              assertThat(result.found()).contains("8,192 MB", "cgroup limit 256 MB");
              assertThat(result.advice()).contains("at least", "raise the container's limit");
            });
    assertThat(Doctor.memory(new Memory(900L << 20, 900L << 20, 0)).advice())
        .contains("enough for recipe demo", "end other programs");
    assertThat(Doctor.memory(new Memory(8L << 30, 6L << 30, 2L << 30)).status())
        .isEqualTo(Status.OK);
    assertThat(Doctor.memory(new Memory(8L << 30, 4L << 30, 0)).status()).isEqualTo(Status.OK);
    assertThat(Doctor.memory(new Memory(0, 0, 0)).status()).isEqualTo(Status.OK);
  }

  @Test
  void fewerProcessorsAreAWarningUnlessAContainerIsLimited() {
    assertThat(Doctor.processors(1, 8, "1.0 processors"))
        .isEqualTo(
            CheckResult.ok(
                "threads", "processors", "1 of the machine's 8; cgroup limit 1.0 processors"));
    assertThat(Doctor.processors(1, 8, "").status()).isEqualTo(Status.WARNING);
    assertThat(Doctor.processors(8, 8, "").status()).isEqualTo(Status.OK);
  }

  @Test
  void theLoadIsReportedWhereItIsKnown() {
    assertThat(Doctor.load(-1, 2)).isEmpty();
    assertThat(Doctor.load(0.5, 2).orElseThrow().found()).isEqualTo("0.5 on 2 processors");
    assertThat(Doctor.load(9, 2).orElseThrow().found())
        .isEqualTo("9.0 on 2 processors: other programs slow training down");
  }

  @Test
  void bfloat16IsReportedWithItsSpeed() {
    String amx = "Intel AVX-512 with bfloat16 support and Intel AMX with bfloat16";
    Set<String> flags = Set.of("sse2", "avx", "avx2", "avx512f", "amx_bf16");

    assertThat(Doctor.kernels(Optional.of(amx), flags, Optional.empty()))
        .extracting(CheckResult::found)
        .containsExactly(amx, "`precision` bfloat16 works; it is faster than float32");
    assertThat(Doctor.kernels(Optional.of("Intel AVX-512"), flags, Optional.empty()).get(1).found())
        .endsWith("slower than float32 here");
    assertThat(Doctor.kernels(Optional.empty(), flags, Optional.of("no such")))
        .containsExactly(
            CheckResult.ok("processor", "bfloat16", "no `precision` bfloat16: no such"));
  }

  @Test
  void aProcessorWithoutAvxIsAProblemUnlessTheLibraryLoads() {
    assertThat(Doctor.features(Set.of("sse2"), false))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.PROBLEM);
              assertThat(result.advice()).contains("needs a processor with AVX");
            });
    assertThat(Doctor.features(Set.of("sse2"), true).status()).isEqualTo(Status.WARNING);
    assertThat(Doctor.features(Set.of("sse2", "avx"), true).status()).isEqualTo(Status.WARNING);
    assertThat(Doctor.features(Set.of("sse2", "avx", "avx2"), false).found()).isEqualTo("avx avx2");
    assertThat(Doctor.features(Set.of("asimd"), false).status()).isEqualTo(Status.OK);
  }

  @Test
  void anEmulatedProcessorIsReportedAsSlow() {
    Processor emulated = new Processor("QEMU Virtual CPU", Set.of(), 2, true);

    assertThat(Doctor.processor(emulated, true))
        .containsExactly(
            CheckResult.ok(
                "processor",
                "model",
                "QEMU Virtual CPU (emulated: training is many times slower)"));
  }

  @Test
  void aPngThatCannotBeDrawnIsAWarningThatNamesPackages() {
    CheckResult result =
        picture(new InternalError(new RuntimeException("Fontconfig head is null")));

    assertThat(result.status()).isEqualTo(Status.WARNING);
    assertThat(result.found()).contains("Fontconfig head is null");
    assertThat(result.advice()).contains("fontconfig fonts-dejavu-core");
    Throwable noDesktop =
        new NoClassDefFoundError("java/awt/Font")
            .initCause(new ClassNotFoundException("java.awt.Font"));
    assertThat(picture(noDesktop).advice()).contains("java.desktop");
    assertThat(Doctor.png(Optional.empty()).status()).isEqualTo(Status.OK);
  }

  private static CheckResult picture(Throwable failure) {
    return Doctor.png(Optional.of(new PngUnavailableException(failure)));
  }

  @Test
  void theHomeFolderAndTheUsersNameAreRedacted() {
    assertThat(
            CheckResult.redact(
                "/home/anna.k/.cache, /home/anna.k2, /tmp/.javacpp-anna.k/x",
                "/home/anna.k",
                "anna.k"))
        .isEqualTo("~/.cache, /home/anna.k2, /tmp/.javacpp-USER/x");
    assertThat(CheckResult.redact("/root/.cache of root", "/root", "root"))
        .isEqualTo("~/.cache of root");
    assertThat(CheckResult.redact("as it is", "", "")).isEqualTo("as it is");
  }

  @Test
  void onlyWarningsAndProblemsHaveAdvice() {
    assertThatThrownBy(() -> new CheckResult("disk", "runs", Status.PROBLEM, "full", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CheckResult("disk", "runs", Status.OK, "fine", "do this"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCheckThatThrowsIsAWarning() {
    Doctor doctor = new Doctor(root, null, Map.of(), Fakes.Right.class.getName(), Optional::empty);

    assertThat(doctor.check())
        .filteredOn(result -> result.name().equals("check"))
        .extracting(CheckResult::topic)
        .containsExactly("disk", "data");
  }

  @Test
  void anOldJavaAndOptionsFromTheEnvironmentAreReported() {
    List<CheckResult> results =
        Doctor.java(Runtime.Version.parse("11.0.2"), Map.of("_JAVA_OPTIONS", "-Xmx10m"));

    assertThat(results.get(0).status()).isEqualTo(Status.PROBLEM);
    assertThat(results)
        .filteredOn(result -> result.name().equals("_JAVA_OPTIONS"))
        .singleElement()
        .satisfies(result -> assertThat(result.status()).isEqualTo(Status.WARNING));
  }

  private static CheckResult system(String... values) {
    Properties properties = new Properties();
    properties.put("os.version", "1");
    for (int k = 0; k < values.length; k += 2) {
      properties.put(values[k], values[k + 1]);
    }
    return Doctor.system(properties);
  }

  @Test
  void systemsWithoutALibraryAreProblems() {
    for (String[] good :
        new String[][] {
          {"Linux", "amd64"}, {"Linux", "aarch64"}, {"Mac OS X", "aarch64"}, {"Windows 11", "amd64"}
        }) {
      assertThat(system("os.name", good[0], "os.arch", good[1]).status())
          .as("%s", List.of(good))
          .isEqualTo(Status.OK);
    }
    assertThat(system("os.name", "Linux", "os.arch", "i386", "sun.arch.data.model", "32"))
        .extracting(CheckResult::status, CheckResult::found)
        .containsExactly(Status.PROBLEM, "Linux 1, i386, 32 bits");
    assertThat(system("os.name", "Mac OS X", "os.arch", "x86_64").advice())
        .contains("no library for Intel Macs");
    for (String[] bad :
        new String[][] {{"Linux", "riscv64"}, {"Windows 11", "aarch64"}, {"FreeBSD", "amd64"}}) {
      assertThat(system("os.name", bad[0], "os.arch", bad[1]).advice())
          .as("%s", List.of(bad))
          .startsWith("TensorFlow-Java has libraries for Linux");
    }
  }

  @Test
  void fileNamesInAnotherEncodingThanUtf8AreAWarning() {
    Properties properties = new Properties();
    properties.put("os.name", "Linux");
    properties.put("sun.jnu.encoding", "UTF8");
    assertThat(Doctor.fileNames(properties).status()).isEqualTo(Status.OK);
    properties.put("sun.jnu.encoding", "ANSI_X3.4-1968");
    assertThat(Doctor.fileNames(properties).status()).isEqualTo(Status.WARNING);
    assertThat(Doctor.fileNames(properties).advice()).contains("LC_ALL=C.UTF-8");
    properties.put("os.name", "Windows 11");
    assertThat(Doctor.fileNames(properties).status()).isEqualTo(Status.OK);
  }
}
