package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolTest {
  @Test
  void requestsAreReadAsTheyWereWritten() {
    for (Protocol.Request request :
        List.of(new Protocol.Run(7), new Protocol.AskMemory(), new Protocol.Quit())) {
      assertThat(Protocol.request(Protocol.write(request))).isEqualTo(request);
    }
  }

  @Test
  void repliesAreReadAsTheyWereWritten() {
    for (Protocol.Reply reply :
        List.of(
            new Protocol.Ready("PyTorch 2.7.1, 2 threads"),
            new Protocol.Steps(4.418840408325195, List.of(0.91, 1e-5, 12.0)),
            new Protocol.Memory(OptionalLong.of(912_345_088)),
            new Protocol.Memory(OptionalLong.empty()),
            new Protocol.Failed("out of memory"))) {
      assertThat(Protocol.reply(Protocol.write(reply))).contains(reply);
    }
  }

  // How Python's print writes floats.
  @Test
  void timesMayBeWrittenWithExponents() {
    assertThat(Protocol.reply("bench steps nan 9.1e-05 0.25"))
        .contains(new Protocol.Steps(Double.NaN, List.of(9.1e-5, 0.25)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "WARNING: benchmark", "benchmark 3", " bench ready x"})
  void linesPrintedByLibrariesAreIgnored(String line) {
    assertThat(Protocol.reply(line)).isEmpty();
  }

  @Test
  void reasonsOfSeveralLinesBecomeOne() {
    assertThat(Protocol.write(new Protocol.Failed("first\n\tsecond")))
        .isEqualTo("bench failed first second");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench steps 4.4",
        "bench steps a b",
        "bench memory much",
        "bench hello",
        "bench "
      })
  void wrongLinesOfTheProtocolAreShown(String line) {
    assertThatThrownBy(() -> Protocol.reply(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run", "run 0", "run x", "stop", "memory now"})
  void otherRequestsAreRejected(String line) {
    assertThatThrownBy(() -> Protocol.request(line)).isInstanceOf(IllegalArgumentException.class);
  }
}
