package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlTest {

  @Test
  void markupIsEscaped() {
    assertThat(Html.text("<a href=\"x\">&'")).isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    assertThat(Html.symbol("<")).isEqualTo("&lt;");
    assertThat(Html.json(List.of("</script><!--"))).doesNotContain("<", ">");
  }

  @Test
  void invisibleCharactersAreReplacedByMarks() {
    assertThat(Html.text("a\0b\u202Ec\uD800d")).isEqualTo("a\u2400bU+202EcU+D800d");
    assertThat(Html.text("a\tb\nc d\u00A0e")).isEqualTo("a\tb\nc d\u00A0e");
    assertThat(Html.text("\uD83D\uDE00\u200D")).isEqualTo("\uD83D\uDE00\u200D");
    assertThat(Html.symbol("\u200D")).isEqualTo("U+200D");
    assertThat(Html.symbol("\u00A0")).isEqualTo("U+00A0");
    assertThat(Html.symbol("\u0301")).isEqualTo("\u25CC\u0301");
    assertThat(Html.isInvisible("\0")).isTrue();
    assertThat(Html.isInvisible("\n")).isFalse();
  }

  @Test
  void jsonKeepsEveryCharacter() throws IOException {
    List<String> any = List.of("\0\u2028\uD83D\uDE00\"\\<\u00E9");
    assertThat(new ObjectMapper().readValue(Html.json(any), String[].class))
        .containsExactlyElementsOf(any);
  }

  @Test
  void labelsNameWhiteSpace() {
    assertThat(Html.label("\n")).isEqualTo("\u21B5 newline");
    assertThat(Html.label(" ")).isEqualTo("\u2423 space");
    assertThat(Html.label("a")).isEqualTo("a");
    assertThat(Html.label("\u0007")).isEqualTo("\u2407");
  }
}
