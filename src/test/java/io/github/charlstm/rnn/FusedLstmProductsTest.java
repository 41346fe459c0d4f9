package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.machine.JavaProgram;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The fused loop with products in bfloat16. */
@Tag("slow")
@Tag("machine")
class FusedLstmProductsTest {
  private static final float ROUNDING = 1 / 256f; // half a unit of the last of 8 bits

  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  private List<Operand<TFloat32>> outputsAndGradients(
      RNNCell cell, Operand<TFloat32> inputs, boolean bfloat16) {
    FusedLstm rnn =
        FusedLstm.builder(loops.tf, loops.store.rootScope(), cell, inputs)
            .lanes(2)
            .bfloat16Products(bfloat16)
            .build();
    List<Operand<TFloat32>> all = new ArrayList<>(rnn.state().flatten());
    all.add(rnn.outputs());
    List<Operand<TFloat32>> places = new ArrayList<>(loops.weights());
    places.add(inputs);
    all.addAll(loops.gradients(loops.loss(all), places));
    return all;
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void bfloat16DiffersByItsRoundingAlone() {
    Optional<String> missing = FusedLstm.missingForBfloat16();
    assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
    RNNCell cell = new MultiRNNCell(List.of(new BasicLSTMCell(8), new BasicLSTMCell(4)));
    Operand<TFloat32> inputs = loops.values(1, 6, 5, 3);
    var inFloat32 = outputsAndGradients(cell, inputs, false);
    var inBfloat16 = outputsAndGradients(cell, inputs, true);
    loops.initialize();
    List<float[]> exact = loops.runner.fetch(inFloat32);
    List<float[]> rounded = loops.runner.fetch(inBfloat16);
    for (int k = 0; k < exact.size(); k++) {
      float[] expected = exact.get(k);
      assertThat(rounded.get(k)).hasSameSizeAs(expected).isNotEqualTo(expected);
      for (int place = 0; place < expected.length; place++) {
        assertThat(rounded.get(k)[place])
            .isCloseTo(expected[place], within(5 * ROUNDING * largest(expected)));
      }
    }
  }

  @Test
  void bfloat16IsThereWhereTheProcessorHasIt() {
    assumeTrue(Processor.here().features().contains("avx512bw"), "no AVX-512");
    assumeTrue(
        System.getenv().keySet().stream()
            .noneMatch(name -> name.matches(".*(MAX_CPU_ISA|ONEDNN_OPTS)")),
        "oneDNN is limited");

    assertThat(FusedLstm.missingForBfloat16()).isEmpty();
  }

  /** Builds a loop that this processor may not be able to run. */
  static final class Built {
    public static void main(String[] arguments) {
      try (LoopRunner loops = new LoopRunner()) {
        loops.fused(new BasicLSTMCell(2), loops.values(1, 2, 2, 2)).bfloat16Products(true).build();
      }
    }
  }

  // Without a oneDNN kernel TensorFlow aborts the process.
  @Test
  void bfloat16IsRejectedWhereOneDnnHasNone() {
    assumeTrue(Processor.here().features().contains("sse2"), "this processor is no x86");
    Subprocess built =
        JavaProgram.run(Built.class.getName(), Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"), 600)
            .orElseThrow();

    assertThat(built.signal()).as(built.out()).isEmpty();
    assertThat(built.thrown().orElseThrow())
        .startsWith("java.lang.UnsupportedOperationException: bfloat16 needs")
        .contains(Processor.here().name())
        .endsWith("; train in float32");
  }
}
