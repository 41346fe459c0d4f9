package io.github.charlstm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/soak}. */
@Tag("crash")
class SoakTest {
  @TempDir Path place;

  @Test
  void everyTensorOfTrainingAndSamplingIsClosed() throws Exception {
    Soak soak = new Soak(160, 8);
    soak.run(place.resolve("run"));
    List<Long> pointers = soak.readings().stream().map(Soak.Reading::pointers).toList();
    assertThat(pointers).hasSize(12);
    // the same number after a quarter of the steps and at their end, and from call to call
    assertThat(pointers.subList(1, 8)).containsOnly(pointers.get(1));
    assertThat(pointers.subList(8, 12)).containsOnly(pointers.get(8));
  }
}
