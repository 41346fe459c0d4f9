package io.github.charlstm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.doctor.Finding.Status;
import org.junit.jupiter.api.Test;

class LibraryCheckTest {

  private static Finding library(Class<?> probe) {
    return new LibraryCheck(probe.getName())
        .look().stream().filter(f -> f.name().equals("library")).findFirst().orElseThrow();
  }

  @Test
  void aLibraryThatMultipliesIsWell() {
    LibraryCheck check = new LibraryCheck(Fakes.Right.class.getName());

    assertThat(check.look()).extracting(Finding::status).containsOnly(Status.OK);
    assertThat(check.instructions()).contains("Intel AVX2");
    assertThat(library(Fakes.Right.class).found()).contains("TensorFlow 2.99");
  }

  @Test
  void aCrashIsALineWithAdvice() {
    Finding finding = library(Fakes.Crashed.class);

    assertThat(finding.status()).isEqualTo(Status.PROBLEM);
    assertThat(finding.found()).isEqualTo("the process that loaded it was ended by signal 4");
    assertThat(finding.advice()).contains("a processor with AVX");
  }

  @Test
  void aMissingLibraryIsALineWithAdvice() {
    Finding finding = library(Fakes.Unlinked.class);

    assertThat(finding.status()).isEqualTo(Status.PROBLEM);
    assertThat(finding.found())
        .isEqualTo("java.lang.UnsatisfiedLinkError: no jnitensorflow in java.library.path");
    assertThat(finding.advice()).contains("~/.javacpp/cache");
  }

  @Test
  void wrongProductsAreAProblem() {
    assertThat(library(Fakes.Wrong.class).found())
        .isEqualTo("TensorFlow 2.99 loads, but its products are wrong");
  }

  @Test
  void aProgramThatCannotBeStartedIsAProblem() {
    Finding finding = new LibraryCheck("no.such.Program").look().get(1);

    assertThat(finding.status()).isEqualTo(Status.PROBLEM);
    assertThat(finding.found()).contains("no.such.Program");
  }
}
