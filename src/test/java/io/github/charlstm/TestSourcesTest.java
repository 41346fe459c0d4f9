package io.github.charlstm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests neither depend on how busy a machine is, nor leave a process behind. */
class TestSourcesTest {
  private static final List<Path> SOURCES =
      List.of(Path.of("src/test/java"), Path.of("src/crash/java"));

  private static List<String> filesWith(String pattern) throws IOException {
    Pattern wanted = Pattern.compile(pattern);
    List<String> found = new ArrayList<>();
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("TestSourcesTest.java"))
            .filter(file -> wanted.matcher(text(file)).find())
            .map(file -> file.getFileName().toString())
            .forEach(found::add);
      }
    }
    return found.stream().sorted().toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noTestSetsATimeout() throws IOException {
    String number = "\\d, (TimeUnit\\.)?(MILLISECONDS|SECONDS|MINUTES)\\b";
    assertThat(filesWith("api\\.Timeout\\b|\\bassertTimeout|" + number))
        .as("the limit of tests is in junit-platform.properties, that of others ChildProcess.HANG")
        .isEmpty();
  }

  @Test
  void processesAreStartedWhereTheyAreEndedToo() throws IOException {
    assertThat(filesWith("ProcessBuilder[^;]*\\.start\\(\\)|\\bProcess \\w+ ="))
        .as("ChildProcess reads what a process prints, and kills it when a test fails")
        .containsExactly("ChildProcess.java");
  }

  @Test
  void noTestSetsTheLocaleOfAllThatFollow() throws IOException {
    assertThat(filesWith("Locale\\.setDefault\\((?!Locale\\.Category)"))
        .as(
            "TensorFlow-Java needs the format locale that TestJvm sets; change and restore only"
                + " that")
        .isEmpty();
  }

  @Test
  void tagsAreThoseThatTheBuildKnows() throws IOException {
    assertThat(filesWith("@Tag\\((?!\"(slow|browser|crash|machine)\"\\))"))
        .as("pom.xml runs slow, browser and crash in \"mvn verify\", .ci/run runs machine again")
        .isEmpty();
  }
}
