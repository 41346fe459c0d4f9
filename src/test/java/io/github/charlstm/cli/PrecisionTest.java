package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.charlstm.machine.JavaProgram;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code --precision bfloat16} on a processor without it. */
@Tag("machine")
class PrecisionTest {

  /** Runs in a process of its own, in which oneDNN may use only old instructions. */
  static final class Train {
    public static void main(String[] arguments) {
      Main.main(new String[] {"train", "--precision", "bfloat16"});
    }
  }

  @Test
  void isRefusedByOneLineThatNamesTheProcessor() {
    assumeTrue(Processor.here().features().contains("sse2"), "this processor is no x86");
    Subprocess train =
        JavaProgram.run(Train.class.getName(), Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"), 600)
            .orElseThrow();

    assertThat(train.code()).as(train.err()).isEqualTo(2);
    assertThat(train.err().lines())
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .startsWith("charlstm: --precision bfloat16 needs")
                    .contains(Processor.here().name(), "leave --precision out"));
  }
}
