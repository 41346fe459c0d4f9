package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.TensorFlow;

@Tag("slow")
@Tag("machine")
class JvmSettingsTest {
  @TempDir Path folder;

  @Test
  void trainsInALocaleOfOtherDigitsAndATimeZoneOfItsOwn() throws Exception {
    TensorFlow.version(); // unpacks it, if nothing has
    // In a home that is read-only JavaCPP takes another folder than JvmSettings names.
    Path natives = Loader.getCacheDir().toPath();
    Map<Path, FileTime> before = unpacked(natives);

    List<String> lines =
        trained(
            "-D" + JvmSettings.NATIVES + "=" + natives,
            "-Duser.language=ar",
            "-Duser.country=EG",
            "-Duser.timezone=Pacific/Kiritimati");

    assertThat(lines).anyMatch(line -> line.contains("Step: 2..."));
    assertThat(unpacked(natives)).as("the library is not unpacked again").isEqualTo(before);
    assertThat(before).isNotEmpty();
  }

  private List<String> trained(String... options) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(options));
    String run = folder.resolve("run").toString();
    ChildProcess.Ended ended =
        ChildProcess.run(
            new ProcessBuilder(
                ChildProcess.java(
                    all, Main.class.getName(), "train", "--steps", "2", "--run", run)));
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.out();
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
