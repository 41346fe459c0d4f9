package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results of the trial in a separate process. */
@Tag("machine")
class Bfloat16Test {
  private static final Processor NEW = new Processor("New", Set.of("sse2", "avx512bw"), 2, false);
  private static final Processor OLD = new Processor("Old", Set.of("sse2", "avx2"), 2, false);
  private static final Subprocess CRASH =
      new Subprocess(1, "", "could not create a primitive descriptor for a matmul primitive");
  private static final Map<String, String> LIMITED = Map.of("ONEDNN_MAX_CPU_ISA", "AVX2");

  private static String missing(Subprocess trial, Processor here, Map<String, String> variables) {
    return Bfloat16.missing(Optional.of(trial), here, variables).orElseThrow();
  }

  private static Subprocess thrown(String error) {
    return new Subprocess(1, "", "Exception in thread \"main\" " + error + "\n\tat a.B.c\n");
  }

  @Test
  void nothingIsMissingWhereTheTrialEndsWell() {
    assertThat(Bfloat16.missing(Optional.of(new Subprocess(0, "", "")), OLD, LIMITED)).isEmpty();
  }

  @Test
  void aProcessorWithoutTheInstructionsIsNamed() {
    assertThat(missing(CRASH, OLD, Map.of())).endsWith("; this processor, Old, has neither");
    assertThat(missing(CRASH, OLD, LIMITED)).endsWith("; this processor, Old, has neither");
  }

  @Test
  void aVariableThatForbidsThemIsNamed() {
    assertThat(missing(CRASH, NEW, LIMITED))
        .endsWith("; ONEDNN_MAX_CPU_ISA=AVX2 keeps it from using this processor, New");
  }

  @Test
  void aMissingKernelIsReportedAsNotSupported() {
    Subprocess noKernel =
        thrown("org.tensorflow.exceptions.TFInvalidArgumentException: No OpKernel was registered");
    assertThat(missing(noKernel, OLD, Map.of())).contains("this processor, Old");
  }

  @Test
  void aVariableThatDisablesNothingIsNotNamed() {
    assertThat(missing(CRASH, NEW, Map.of("TF_ENABLE_ONEDNN_OPTS", "1")))
        .doesNotContain("TF_ENABLE_ONEDNN_OPTS");
  }

  @ParameterizedTest
  @CsvSource({"137, SIGKILL", "135, SIGBUS", "3, exit code 3"})
  void anEndOfAnotherKindIsNotTheProcessors(int code, String reason) {
    assertThat(missing(new Subprocess(code, "", ""), OLD, LIMITED))
        .startsWith("bfloat16 could not be tried")
        .contains(reason);
  }

  @Test
  void aJavaThatDoesNotStartIsNotTheProcessors() {
    String error = "Error occurred during initialization of VM";
    assertThat(missing(new Subprocess(1, "", error + "\nCould not reserve"), NEW, Map.of()))
        .contains(error);
  }

  @Test
  void aTrialThatCannotRunIsReported() {
    assertThat(missing(thrown("java.lang.NoClassDefFoundError: a/B"), NEW, Map.of()))
        .isEqualTo(
            "bfloat16 could not be tried on this processor, New, in a process of its own"
                + " (java.lang.NoClassDefFoundError: a/B)");
    assertThat(Bfloat16.missing(Optional.empty(), NEW, Map.of()).orElseThrow())
        .contains("New", "Java cannot be started again");
  }
}
