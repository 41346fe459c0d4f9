package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Table TABLE =
      new Table(
          "Steps",
          List.of("", "s", "ratio"),
          List.of(List.of("ours", "0.75", "–"), List.of("a|b", "10.50", "0.07")),
          List.of("third: not measured"));

  @Test
  void onAScreenNumbersStandBelowEachOther() {
    assertThat(TABLE.text())
        .isEqualTo(
            """
            Steps

                      s  ratio
              ours   0.75      –
              a|b   10.50   0.07
              third: not measured
            """
                .replace("          s  ratio", "            s  ratio"));
  }

  @Test
  void verticalBarsInTextAreEscapedOnAPage() {
    assertThat(TABLE.markdown())
        .isEqualTo(
            """
            ## Steps

            |  | s | ratio |
            |---|---:|---:|
            | ours | 0.75 | – |
            | a\\|b | 10.50 | 0.07 |

            - third: not measured

            """);
  }

  @Test
  void aRowThatIsTooShortIsRejected() {
    assertThatThrownBy(
            () -> new Table("Steps", List.of("", "s"), List.of(List.of("ours")), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cells");
  }
}
