package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestantServerTest {
  private static final class Counting implements Contestant {
    private int steps;

    @Override
    public String describe() {
      return "a counter";
    }

    @Override
    public double step() {
      return ++steps;
    }

    @Override
    public void close() {}
  }

  private static List<Protocol.Reply> answers(String requests) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      ContestantServer.answer(new BufferedReader(new StringReader(requests)), out, new Counting());
    }
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> Protocol.reply(line).orElseThrow())
        .toList();
  }

  @Test
  void describesItselfThenAnswersEachRequest() throws IOException {
    List<Protocol.Reply> answers = answers("run 3\nrun 2\nmemory\nquit\nrun 1\n");
    assertThat(answers).hasSize(4);
    assertThat(answers.get(0)).isEqualTo(new Protocol.Ready("a counter"));
    Protocol.Steps first = (Protocol.Steps) answers.get(1);
    assertThat(first.seconds()).hasSize(3).allMatch(seconds -> seconds >= 0);
    assertThat(((Protocol.Steps) answers.get(2)).loss()).isEqualTo(5);
    assertThat(answers.get(3)).isInstanceOf(Protocol.Memory.class);
  }

  @Test
  void endsAtTheEndOfItsInput() throws IOException {
    assertThat(answers("run 1\n")).hasSize(2);
  }
}
