package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmSettingsTest {
  @TempDir Path folder;

  @Test
  void trainsInALocaleOfOtherDigitsAndATimeZoneOfItsOwn() throws Exception {
    Path natives = Path.of(System.getProperty(JvmSettings.NATIVES));
    Map<Path, FileTime> before = unpacked(natives);

    List<String> lines =
        trained("-Duser.language=ar", "-Duser.country=EG", "-Duser.timezone=Pacific/Kiritimati");

    assertThat(lines).anyMatch(line -> line.contains("step 2"));
    assertThat(unpacked(natives)).as("the library is not unpacked again").isEqualTo(before);
    assertThat(before).isNotEmpty();
  }

  private List<String> trained(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-D" + JvmSettings.NATIVES + "=" + System.getProperty(JvmSettings.NATIVES));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("train", "--steps", "2", "--run", folder.resolve("run").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Map<Path, FileTime> unpacked(Path natives) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(natives)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          times.put(file, Files.getLastModifiedTime(file));
        }
      }
    }
    return times;
  }
}
