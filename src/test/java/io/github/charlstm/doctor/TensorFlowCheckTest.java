package io.github.charlstm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.doctor.CheckResult.Status;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("machine")
class TensorFlowCheckTest {
  @TempDir Path root;

  private static final Processor WITH_AVX = new Processor("P", Set.of("sse2", "avx"), 2, false);
  private static final Processor WITHOUT_AVX = new Processor("P", Set.of("sse2"), 2, false);

  private static CheckResult library(Class<?> probe) {
    return new TensorFlowCheck(probe.getName(), WITHOUT_AVX)
        .check().stream().filter(f -> f.name().equals("library")).findFirst().orElseThrow();
  }

  @Test
  void aLibraryThatMultipliesIsOk() {
    TensorFlowCheck check = new TensorFlowCheck(Fakes.Right.class.getName(), WITH_AVX);

    assertThat(check.check()).extracting(CheckResult::status).containsOnly(Status.OK);
    assertThat(check.instructions()).contains("Intel AVX2");
    assertThat(library(Fakes.Right.class).found()).contains("TensorFlow 2.99");
  }

  @Test
  void aCrashHasAReasonAndAdvice() {
    CheckResult result = library(Fakes.Crashed.class);

    assertThat(result.status()).isEqualTo(Status.PROBLEM);
    assertThat(result.found()).isEqualTo("the process that loaded it was ended by SIGILL");
    assertThat(result.advice()).contains("a processor with AVX");
  }

  @Test
  void aMissingLibraryHasAReasonAndAdvice() {
    CheckResult result = library(Fakes.Unlinked.class);

    assertThat(result.status()).isEqualTo(Status.PROBLEM);
    assertThat(result.found())
        .isEqualTo("java.lang.UnsatisfiedLinkError: no jnitensorflow in java.library.path");
    assertThat(result.advice()).contains("/somewhere");
    assertThat(new TensorFlowCheck(Fakes.Unlinked.class.getName(), WITH_AVX).check().get(0))
        .satisfies(
            jar -> {
              assertThat(jar.status()).isEqualTo(Status.PROBLEM);
              assertThat(jar.found()).isEqualTo("none for linux-riscv64");
            });
  }

  @Test
  void wrongProductsAreAProblem() {
    assertThat(library(Fakes.Wrong.class).found())
        .isEqualTo("TensorFlow 2.99 loads, but its products are wrong");
  }

  @Test
  void aProgramThatCannotBeStartedIsAProblem() {
    assertThat(new TensorFlowCheck("no.such.Program", WITH_AVX).check())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.PROBLEM);
              assertThat(result.found()).contains("no.such.Program");
            });
  }

  private static String advice(int code, String err) {
    Optional<Path> natives = Optional.of(Path.of("/natives"));
    OptionalLong room = OptionalLong.of(1L << 40);
    return TensorFlowCheck.advice(new Subprocess(code, "", err), natives, room, WITHOUT_AVX);
  }

  private static String advice(String reason) {
    return advice(
        1,
        "Exception in thread \"main\" java.lang.UnsatisfiedLinkError: no jnitensorflow\n\tat a.B\n"
            + "Caused by: java.lang.UnsatisfiedLinkError: /x/libjnitensorflow.so: "
            + reason
            + "\n\tat c.D\n");
  }

  @Test
  void eachErrorOfGlibcMuslAndJavaCppHasItsAdvice() {
    assertThat(advice("/lib/libc.so.6: version `GLIBC_2.34' not found")).contains("Debian 12");
    assertThat(advice("version `GLIBCXX_3.4.29' not found")).contains("Debian 12");
    assertThat(advice("libstdc++.so.6: cannot open shared object file: No such file"))
        .contains("the package that holds libstdc++.so.6", "libstdc++6");
    assertThat(advice("libtensorflow_cc.so.2: cannot open shared object file: No such file"))
        .contains("remove the folder /natives");
    assertThat(advice("Error loading shared library ld-linux-x86-64.so.2 (ld-musl-x86_64.so.1)"))
        .contains("not Alpine");
    assertThat(advice("libtensorflow.so: failed to map segment from shared object"))
        .contains("noexec", "-Dorg.bytedeco.javacpp.cachedir=");
    assertThat(advice("No space left on device")).contains("750 MB", "/natives");
    assertThat(advice("file too short")).contains("remove the folder /natives");
    assertThat(
            advice(
                1, "Exception in thread \"main\" java.io.IOException: Could not create the cache"))
        .contains("cannot be written to");
    assertThat(advice(137, "")).contains("memory");
    assertThat(advice(135, "")).contains("make room");
    assertThat(advice(134, "")).contains("AVX");
    assertThat(
            TensorFlowCheck.advice(
                new Subprocess(134, "", ""), Optional.empty(), OptionalLong.empty(), WITH_AVX))
        .contains("report it as a bug");
  }

  @Test
  void aFullDiskIsFoundWhereJavaCppReportsNone() {
    Subprocess command =
        new Subprocess(1, "", "Caused by: libtensorflow_cc.so.2: cannot open shared object file");
    Optional<Path> natives = Optional.of(Path.of("/natives"));

    assertThat(TensorFlowCheck.advice(command, natives, OptionalLong.of(5 << 20), WITH_AVX))
        .startsWith("make room for 750 MB in its folder, /natives");
  }

  @Test
  void theInnermostCauseIsTheReason() {
    String err =
        "Exception in thread \"main\" java.lang.UnsatisfiedLinkError: no jnitensorflow\n\tat a.B\n"
            + "Caused by: java.lang.UnsatisfiedLinkError: libtensorflow_cc.so.2: file too short\n";

    assertThat(TensorFlowCheck.reason(new Subprocess(1, "", err)))
        .isEqualTo("java.lang.UnsatisfiedLinkError: libtensorflow_cc.so.2: file too short");
  }

  @Test
  void theCLibraryIsFoundAmongTheLoadedLibraries() throws IOException {
    Path glibc = Files.createDirectories(root.resolve("lib")).resolve("libc.so.6");
    Files.write(
        glibc,
        "\177ELF\200 GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    String start = "7f0c0000-7f0d0000 r-xp 00000000 08:01 5   ";

    assertThat(TensorFlowCheck.cLibrary(List.of("7f00-7f01 rw-p 0 0:0 0", start + glibc)))
        .containsExactly(CheckResult.ok("tensorflow", "C library", "glibc 2.36"));
    assertThat(TensorFlowCheck.cLibrary(List.of(start + "/lib/x86_64-linux-gnu/libc-2.31.so")))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.PROBLEM);
              assertThat(result.found()).startsWith("glibc 2.31");
              assertThat(result.advice()).contains("Debian 12");
            });
    assertThat(TensorFlowCheck.cLibrary(List.of(start + "/lib/ld-musl-x86_64.so.1")))
        .singleElement()
        .satisfies(result -> assertThat(result.advice()).contains("not Alpine"));
    assertThat(TensorFlowCheck.cLibrary(List.of(start + "/opt/jdk/lib/server/libjvm.so")))
        .isEmpty();
  }
}
