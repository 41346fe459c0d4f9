package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContendersTest {
  @TempDir private Path root;

  @BeforeEach
  void build() throws IOException {
    Path output = Files.createDirectories(root.resolve("target/bench"));
    Files.writeString(output.resolve("classpath.txt"), "product.jar");
    Files.writeString(output.resolve("contestants-classpath.txt"), "product.jar:others.jar");
  }

  private List<Contender> all(String python) throws IOException {
    return new Contenders(root, Optional.of(Path.of(python))).all();
  }

  @Test
  void aMissingInstallationIsReportedWithTheRemedy() throws IOException {
    for (Contender contender : all("/no/such/python")) {
      switch (contender.name()) {
        case Contenders.OURS, "dynamic", "unrolled", Contenders.PRODUCT ->
            assertThat(contender.missing()).isEmpty();
        case "python" ->
            assertThat(contender.missing().orElseThrow()).contains("/no/such/python", "--python");
        default -> assertThat(contender.missing().orElseThrow()).contains("scripts/bench");
      }
    }
  }

  @Test
  void oursHasNoOthersOnItsClassPath() throws IOException {
    String command = String.join(" ", all("/no/such/python").get(0).command());
    assertThat(command).contains("product.jar").doesNotContain("others.jar");
  }

  @Test
  void oursRunsAsTheLauncherRunsIt() throws IOException {
    String launcher = Files.readString(Path.of("scripts/charlstm"));
    List<String> lines = launcher.lines().filter(line -> line.contains("options")).toList();
    List<String> options =
        matches("(?<=[( ])-X[^ )*]+(?=[ )])", String.join("\n", lines)).stream()
            .map(MatchResult::group)
            .toList();
    Map<String, String> variables = new HashMap<>();
    matches("export (\\w+)=\"\\$\\{\\w+:-([^}]*)\\}\"", launcher)
        .forEach(match -> variables.put(match.group(1), match.group(2)));
    assertThat(Contenders.LAUNCHER_OPTIONS)
        .as("the options that scripts/charlstm gives Java")
        .containsExactlyInAnyOrderElementsOf(options);
    assertThat(Contenders.LAUNCHER_VARIABLES)
        .as("the variables that scripts/charlstm sets")
        .isEqualTo(variables);
  }

  private static List<MatchResult> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }
}
