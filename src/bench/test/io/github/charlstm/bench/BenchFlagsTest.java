package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchFlagsTest {
  private static BenchFlags parse(String line) {
    return BenchFlags.parse(line.isEmpty() ? new String[0] : line.split(" "));
  }

  @Test
  void withoutFlagsAllIsMeasuredAndNoFileWritten() {
    BenchFlags flags = parse("");
    assertThat(flags.only()).isEmpty();
    assertThat(flags.contenders()).isEmpty();
    assertThat(flags.page()).isEmpty();
    assertThat(flags.json()).isEmpty();
    assertThat(flags.plan()).isEqualTo(new Competitor.Plan(5, 3, 3, 2));
  }

  @Test
  void flagsSetWorkloadsRoundsAndOutput() {
    BenchFlags flags =
        parse(
            "--only anna,steps --contenders charlstm,product --rounds 2 --steps 4 --seconds 0"
                + " --warm-up 1 --out page.md --json raw.json");
    assertThat(flags.only()).containsExactly("anna", "steps");
    assertThat(flags.contenders()).containsExactly("charlstm", "product");
    assertThat(flags.plan()).isEqualTo(new Competitor.Plan(2, 4, 1, 0));
    assertThat(flags.page()).contains(Path.of("page.md"));
    assertThat(flags.json()).contains(Path.of("raw.json"));
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds 0, --rounds",
    "--steps many, --steps",
    "--seconds -1, --seconds",
    "--fast, --fast",
    "--onl anna, --onl",
    "anna, 'anna'",
    "--json, json"
  })
  void wrongFlagsAreNamed(String line, String named) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
