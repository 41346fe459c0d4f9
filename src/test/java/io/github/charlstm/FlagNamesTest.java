package io.github.charlstm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Only the package {@code cli} knows flags. Messages of the others name a setting between
 * backticks, such as {@code `batch_size`}, for which {@code cli} puts the flag.
 */
class FlagNamesTest {
  private static final Path MAIN = Path.of("src/main/java/io/github/charlstm");
  // whose messages are to follow
  private static final List<String> NOT_YET = List.of("train");
  private static final Pattern FLAG_IN_LITERAL = Pattern.compile("\"[^\"\\n]*--[a-z][^\"\\n]*\"");
  // options of Java and of git
  private static final Pattern OF_OTHER_PROGRAMS =
      Pattern.compile("--(enable-native|illegal-native|sun-misc|always|dirty|exclude)[a-z-]*");

  @Test
  void noLiteralOutsideTheCommandLineNamesAFlag() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String name = MAIN.relativize(file).getName(0).toString();
        if (!name.equals("cli") && !NOT_YET.contains(name)) {
          flagsIn(Files.readString(file)).forEach(literal -> found.add(file + ": " + literal));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void aFlagInALiteralIsFound() {
    assertThat(flagsIn("throw new X(\"lower --batch-size\");")).hasSize(1);
    assertThat(flagsIn("\"`batch_size`\" + count-- + \"--enable-native-access\"")).isEmpty();
  }

  private static List<String> flagsIn(String source) {
    return FLAG_IN_LITERAL
        .matcher(OF_OTHER_PROGRAMS.matcher(source).replaceAll(""))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
