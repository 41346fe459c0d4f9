package io.github.charlstm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.doctor.CheckResult.Status;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TensorFlowCheckTest {
  private static final Processor WITH_AVX = new Processor("P", Set.of("sse2", "avx"), 2, false);
  private static final Processor WITHOUT_AVX = new Processor("P", Set.of("sse2"), 2, false);

  private static CheckResult library(Class<?> probe) {
    return new TensorFlowCheck(probe.getName(), WITHOUT_AVX)
        .look().stream().filter(f -> f.name().equals("library")).findFirst().orElseThrow();
  }

  @Test
  void aLibraryThatMultipliesIsWell() {
    TensorFlowCheck check = new TensorFlowCheck(Fakes.Right.class.getName(), WITH_AVX);

    assertThat(check.look()).extracting(CheckResult::status).containsOnly(Status.OK);
    assertThat(check.instructions()).contains("Intel AVX2");
    assertThat(library(Fakes.Right.class).found()).contains("TensorFlow 2.99");
  }

  @Test
  void aCrashIsALineWithAdvice() {
    CheckResult finding = library(Fakes.Crashed.class);

    assertThat(finding.status()).isEqualTo(Status.PROBLEM);
    assertThat(finding.found()).isEqualTo("the process that loaded it was ended by SIGILL");
    assertThat(finding.advice()).contains("a processor with AVX");
  }

  @Test
  void aMissingLibraryIsALineWithAdvice() {
    CheckResult finding = library(Fakes.Unlinked.class);

    assertThat(finding.status()).isEqualTo(Status.PROBLEM);
    assertThat(finding.found())
        .isEqualTo("java.lang.UnsatisfiedLinkError: no jnitensorflow in java.library.path");
    assertThat(finding.advice()).contains("/somewhere");
    assertThat(new TensorFlowCheck(Fakes.Unlinked.class.getName(), WITH_AVX).look().get(0))
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
    assertThat(new TensorFlowCheck("no.such.Program", WITH_AVX).look())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.status()).isEqualTo(Status.PROBLEM);
              assertThat(finding.found()).contains("no.such.Program");
            });
  }

  private static String advice(int code, String err) {
    Optional<Path> natives = Optional.of(Path.of("/natives"));
    OptionalLong room = OptionalLong.of(1L << 40);
    return LoadFailure.of(new Subprocess(code, "", err), natives, room, WITHOUT_AVX).advice();
  }

  private static String advice(String reason) {
    return advice(
        1,
        "Exception in thread \"main\" java.lang.UnsatisfiedLinkError: no jnitensorflow\n\tat a.B\n"
            + "Caused by: java.lang.UnsatisfiedLinkError: /x/libjnitensorflow.so: "
            + reason
            + "\n\tat c.D\n");
  }

  // Errors as glibc, musl and JavaCPP write them.
  @Test
  void eachFailureHasItsRemedy() {
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
            LoadFailure.of(
                    new Subprocess(134, "", ""), Optional.empty(), OptionalLong.empty(), WITH_AVX)
                .advice())
        .contains("report it as a bug");
  }

  @Test
  void aFullDiskIsToldWhereJavaCppDoesNotTellIt() {
    Subprocess command =
        new Subprocess(1, "", "Caused by: libtensorflow_cc.so.2: cannot open shared object file");
    Optional<Path> natives = Optional.of(Path.of("/natives"));

    assertThat(LoadFailure.of(command, natives, OptionalLong.of(5 << 20), WITH_AVX).advice())
        .startsWith("make room for 750 MB in its folder, /natives");
  }

  @Test
  void theDeepestReasonIsTold() {
    String err =
        "Exception in thread \"main\" java.lang.UnsatisfiedLinkError: no jnitensorflow\n\tat a.B\n"
            + "Caused by: java.lang.UnsatisfiedLinkError: libtensorflow_cc.so.2: file too short\n";

    assertThat(
            LoadFailure.of(
                    new Subprocess(1, "", err), Optional.empty(), OptionalLong.empty(), WITH_AVX)
                .reason())
        .isEqualTo("java.lang.UnsatisfiedLinkError: libtensorflow_cc.so.2: file too short");
  }
}
