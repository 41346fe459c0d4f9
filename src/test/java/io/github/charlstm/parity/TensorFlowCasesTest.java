package io.github.charlstm.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.parity.TensorFlowSuites.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each case of TensorFlow's tests is shown by a test here or has a reason, as the page says. */
class TensorFlowCasesTest {
  private static final Path PAGE = Path.of("docs", "tensorflow-tests.md");
  private static final List<String> SMALL =
      List.of(
          "# two cases",
          "reason eager: eager mode.",
          "",
          "tensorflow/a_test.py",
          "ATest.testOne",
          "ATest.testTwo: eager; not in a graph");

  @Test
  void eachCaseIsShownOrHasAReason() throws IOException {
    assertThat(TensorFlowSuites.read().faults()).isEmpty();
  }

  // Writes the page, so that a second run passes.
  @Test
  void thePageSaysWhatTheTestsShow() throws IOException {
    String page = TensorFlowSuites.read().page();
    String before = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    if (!before.equals(page)) {
      Files.writeString(PAGE, page);
    }
    assertThat(before.equals(page)).as("%s was up to date; it is written anew", PAGE).isTrue();
  }

  @Test
  void aCaseWithNeitherIsAFault() {
    assertThat(new TensorFlowSuites(SMALL, List.of()).faults())
        .containsExactly("a_test.ATest.testOne has neither a test here nor a reason");
  }

  @Test
  void unknownCasesAndCasesWithBothAreFaults() {
    List<Shown> shown =
        List.of(
            new Shown("OurTest.one", "a_test.ATest.testOne", ""),
            new Shown("OurTest.two", "a_test.ATest.testTwo", ""),
            new Shown("OurTest.three", "a_test.ATest.testThree", ""));
    assertThat(new TensorFlowSuites(SMALL, shown).faults())
        .containsExactly(
            "a_test.ATest.testTwo has a test, OurTest.two, and a reason",
            "OurTest.three: no case a_test.ATest.testThree in " + TensorFlowSuites.LIST);
  }

  @Test
  void thePageCountsAndNamesOurTests() {
    List<Shown> shown = List.of(new Shown("OurTest.one", "a_test.ATest.testOne", "no float16"));
    assertThat(new TensorFlowSuites(SMALL, shown).page())
        .contains("| all | 2 | 0 | 1 | 1 | 0 |\n")
        .contains("- eager (1): eager mode.\n")
        .contains("| ATest.testOne | `OurTest.one`; partly: no float16 |\n")
        .contains("| ATest.testTwo | eager: not in a graph |\n");
  }
}
