package io.github.charlstm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessorTest {

  @Test
  void linuxHasNameFeaturesAndCount() {
    List<String> lines =
        List.of(
            "processor\t: 0",
            "model name\t: Intel(R) Xeon(R) Gold",
            "flags\t\t: fpu sse2 avx avx2 avx512_bf16",
            "",
            "processor\t: 1",
            "model name\t: Intel(R) Xeon(R) Gold");
    Processor processor = Processor.ofLinux(lines, Optional.empty(), "amd64");

    assertThat(processor.name()).isEqualTo("Intel(R) Xeon(R) Gold");
    assertThat(processor.features()).contains("avx", "avx512_bf16");
    assertThat(processor.count()).isEqualTo(2);
    assertThat(processor.emulated()).isFalse();
  }

  @Test
  void armHasTheBoardsName() {
    List<String> lines = List.of("processor\t: 0", "Features\t: fp asimd bf16");

    assertThat(Processor.ofLinux(lines, Optional.of("Raspberry Pi 5\0"), "aarch64").name())
        .isEqualTo("Raspberry Pi 5");
    Processor nameless = Processor.ofLinux(lines, Optional.empty(), "aarch64");
    assertThat(nameless.name()).isEqualTo("aarch64");
    assertThat(nameless.features()).contains("bf16");
  }

  @Test
  void aProcessorOfAnotherArchitectureThanJavasIsEmulated() {
    List<String> host = List.of("processor : 0", "model name : AMD EPYC", "flags : sse2 avx2");
    Processor processor = Processor.ofLinux(host, Optional.empty(), "aarch64");

    assertThat(processor.emulated()).isTrue();
    assertThat(processor.features()).isEmpty();
    assertThat(
            Processor.ofLinux(
                    List.of("model name : QEMU Virtual CPU version 2.5+", "flags : sse2"),
                    Optional.empty(),
                    "amd64")
                .emulated())
        .isTrue();
  }

  @Test
  void macOsHasSysctl() {
    Processor apple =
        Processor.ofMac(
            Map.of(
                "machdep.cpu.brand_string", "Apple M2",
                "hw.logicalcpu", "8",
                "hw.optional.arm.FEAT_BF16", "1",
                "hw.optional.arm.FEAT_SME", "0"),
            "aarch64");
    assertThat(apple.name()).isEqualTo("Apple M2");
    assertThat(apple.count()).isEqualTo(8);
    assertThat(apple.features()).containsExactly("bf16");

    Processor intel =
        Processor.ofMac(
            Map.of(
                "machdep.cpu.features", "SSE2 AVX1.0",
                "machdep.cpu.leaf7_features", "AVX2",
                "sysctl.proc_translated", "1"),
            "x86_64");
    assertThat(intel.features()).contains("sse2", "avx", "avx2");
    assertThat(intel.emulated()).isTrue();
  }

  @Test
  void thisMachineHasAProcessor() {
    assertThat(Processor.here().name()).isNotBlank();
    assertThat(Processor.here().count()).isPositive();
  }
}
