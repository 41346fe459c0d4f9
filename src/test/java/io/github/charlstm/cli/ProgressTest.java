package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.cli.Console.Timing;
import io.github.charlstm.cli.Console.Watched;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What long tasks show, and where. */
@Tag("slow")
@Tag("machine")
class ProgressTest {
  private static final Timing SOON = new Timing(Duration.ofMillis(1), Duration.ofMillis(1));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void redirectedResultsDoNotClearTheLine() throws Exception {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Watched(false, true),
            SOON,
            false,
            false);
    try (Progress progress = console.progress("writing")) {
      await(progress::isDrawn);
      console.stream("a piece");
      assertThat(err()).doesNotContain(Console.CLEAR_LINE);
    }
  }

  private Console console(boolean watched, Timing timing, boolean quiet, boolean json) {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new Watched(watched, watched),
        timing,
        quiet,
        json);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  @Test
  void aTerminalShowsOneLineThatIsClearedAtTheEnd() throws Exception {
    Console console = console(true, SOON, false, false);
    try (Progress progress = console.progress("counting")) {
      progress.total(10, "steps").update(3);
      progress.message("loss 1.5");
      await(() -> err().contains("counting  30%") && err().contains("3/10 steps"));
      assertThat(progress.isDrawn()).isTrue();
    }

    assertThat(err())
        .startsWith("\u001b[?7l\rcounting")
        .doesNotContain("\n")
        .endsWith("\r\u001b[K");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void changesAfterTheLineIsDrawnAreShown() throws Exception {
    Console console = console(true, SOON, false, false);
    try (Progress progress = console.progress("counting")) {
      await(progress::isDrawn);
      progress.total(10, "steps").update(3);
      await(() -> err().contains("counting  30%") && err().contains("3/10 steps"));
      progress.total(20, "steps").update(4);
      await(() -> err().contains("counting  20%") && err().contains("4/20 steps"));
      progress.total(4096, "KB", 1024).update(1024);
      await(() -> err().contains("counting  25%") && err().contains("1/4 KB"));
    }
    assertThat(err()).doesNotContain("\n").endsWith("\r\u001b[K");
  }

  @Test
  void aLineThatWasJustDrawnIsClearedToo() throws Exception {
    for (int k = 0; k < 100; k++) {
      Console console = console(true, new Timing(Duration.ZERO, Duration.ZERO), false, false);
      try (Progress progress = console.progress("counting")) {
        await(progress::isDrawn);
      }
      assertThat(err()).endsWith("\r\u001b[K");
    }
  }

  @Test
  void notesAndResultsAreOnLinesOfTheirOwn() throws Exception {
    Console console = console(true, SOON, false, false);
    try (Progress progress = console.progress("counting")) {
      await(progress::isDrawn);
      console.note("a note");
      assertThat(err()).contains("\r\u001b[Ka note" + System.lineSeparator());
      err.reset();
      console.out().println("a result");
      assertThat(err()).contains("\r\u001b[K");
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("a result");
  }

  @Test
  void shortTasksShowNothing() {
    for (boolean watched : new boolean[] {true, false}) {
      Timing never = new Timing(Duration.ofDays(1), Duration.ofDays(1));
      Console console = console(watched, never, false, false);
      try (Progress progress = console.progress("counting")) {
        progress.total(10, "steps").update(10);
      }
      assertThat(err()).isEmpty();
    }
    assertThat(Timing.USUAL.patience()).hasSeconds(2);
    assertThat(Timing.USUAL.pause()).hasSeconds(10);
  }

  @Test
  void withoutATerminalThereArePlainLines() throws Exception {
    Console console = console(false, SOON, false, false);
    try (Progress progress = console.progress("fetching anna")) {
      progress.total(4096, "KB", 1024).update(1024);
      progress.message("slowly");
      await(() -> err().lines().anyMatch(line -> line.endsWith("; slowly")));
      console.note("a note");
    }

    assertThat(err()).doesNotContain("\r\u001b[K").doesNotContain("\u001b");
    assertThat(err().lines().filter(line -> line.endsWith("; slowly")))
        .allMatch(
            line ->
                line.matches(
                    "fetching anna: 1 of 4 KB, .*\\d+ s so far, about .*\\d+ s to go; slowly"));
  }

  @Test
  void quietPrintsErrorsOnly() throws Exception {
    Console console = console(true, SOON, true, false);
    try (Progress progress = console.progress("counting")) {
      assertThat(progress).isSameAs(Progress.NONE);
      progress.total(10, "steps").update(3);
      console.note("a note");
      assertThat(err()).isEmpty();
      console.error("it broke", 1);
    }
    assertThat(err()).isEqualToIgnoringNewLines("charlstm: it broke");
  }

  @Test
  void withJsonProgressIsJsonOnATerminalToo() throws Exception {
    Console console = console(true, SOON, false, true);
    try (Progress progress = console.progress("counting")) {
      progress.total(10, "steps").update(3);
      await(() -> err().contains("\"done\":3"));
    }
    String line =
        err().lines().filter(text -> text.contains("\"done\":3")).findFirst().orElseThrow();
    JsonNode fields = new ObjectMapper().readTree(line).path("progress");

    assertThat(fields.path("task").asText()).isEqualTo("counting");
    assertThat(fields.path("total").asInt()).isEqualTo(10);
    assertThat(fields.path("unit").asText()).isEqualTo("steps");
  }

  @Test
  void aNestedTaskShowsNothing() throws Exception {
    Console console = console(true, SOON, false, false);
    try (Progress outer = console.progress("outer");
        Progress inner = console.progress("inner")) {
      inner.total(5, "things");
      await(outer::isDrawn);
    }
    assertThat(err()).doesNotContain("inner");
    try (Progress next = console.progress("next")) {
      assertThat(next).as("the outer one has ended").isNotSameAs(Progress.NONE);
    }
  }

  @Test
  void aTaskThatFailsLeavesNoLine() throws Exception {
    Console console = console(true, SOON, false, false);
    try {
      console.during(
          "counting",
          () -> {
            await(() -> err().contains("counting"));
            throw new IllegalStateException("it broke");
          });
    } catch (IllegalStateException e) {
      assertThat(err()).endsWith("\r\u001b[K");
    }
    assertThat(err()).contains("counting");
  }
}
