package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/charlstm} starts, with a Java and a Maven that only write down what is. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path root;
  private Path jar;
  private Path archive;
  private Path classPath;

  @BeforeEach
  void lookBuilt() throws IOException {
    Files.createDirectories(root.resolve("scripts"));
    Files.copy(Path.of("scripts/charlstm"), root.resolve("scripts/charlstm"));
    Files.createDirectories(root.resolve("target/classes"));
    Files.createDirectories(root.resolve("src/main"));
    at(Files.writeString(root.resolve("pom.xml"), ""), 0);
    at(root.resolve("src/main"), 0);
    classPath = at(Files.writeString(root.resolve("target/classpath.txt"), "other.jar"), 10);
    jar = at(Files.writeString(root.resolve("target/charlstm-1.jar"), ""), 20);
    archive = at(Files.writeString(root.resolve("target/charlstm.jsa"), ""), 30);
    // As Java does, it makes the archive that it is asked for.
    program(
        "bin/java",
        "[ \"$1\" != -version ] || { echo 'openjdk version \"17.0.1\"' >&2; exit 0; }",
        "printf '%s\\n' \"$@\"",
        "printf '%s\\n' \"$@\" >>" + root + "/seen",
        "for a in \"$@\"; do case \"$a\" in -XX:ArchiveClassesAtExit=*)",
        "  [ ! -e " + root + "/broken ] || exit 1; echo new >\"${a#*=}\";; esac; done");
    program("bin/mvn", "touch " + classPath + "; sleep 1.1; touch " + jar);
  }

  @Test
  void startsFromTheJarAndItsArchive() throws Exception {
    assertThat(launched("--help"))
        .contains("-XX:SharedArchiveFile=" + archive, jar + ":other.jar", "-Xlog:cds*=off")
        .endsWith("io.github.charlstm.cli.Main", "--help");
  }

  @Test
  void startsFromTheFolderOfClassesWhenTheJarIsOlder() throws Exception {
    at(jar, 5);

    assertThat(launched("--help"))
        .contains(root.resolve("target/classes") + ":other.jar")
        .noneMatch(option -> option.startsWith("-XX:SharedArchiveFile"));
  }

  @Test
  void doesWithoutAnArchive() throws Exception {
    Files.delete(archive);

    assertThat(launched("--help"))
        .contains(jar + ":other.jar")
        .noneMatch(option -> option.startsWith("-XX:SharedArchiveFile"));
  }

  @Test
  void makesTheArchiveAnewWhenItBuilds() throws Exception {
    at(root.resolve("pom.xml"), 40);

    assertThat(launched("--help")).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(archive).hasContent("new");
    assertThat(root.resolve("target/rehearsal")).doesNotExist();
    assertThat(Files.readAllLines(root.resolve("seen"))).contains("train", "demo");
  }

  @Test
  void runsTheCommandThoughNoArchiveCanBeMade() throws Exception {
    at(root.resolve("pom.xml"), 40);
    Files.createFile(root.resolve("broken"));

    assertThat(launched("--help")).endsWith("io.github.charlstm.cli.Main", "--help");
    assertThat(archive).as("it is of the classes before").doesNotExist();
  }

  @Test
  void givesTheUsersOptionsTheLastWord() throws Exception {
    List<String> started = launched("--help");

    assertThat(started.indexOf("-Duser=1"))
        .isGreaterThan(started.indexOf("-XX:TieredStopAtLevel=1"))
        .isGreaterThan(started.indexOf("-XX:SharedArchiveFile=" + archive));
  }

  private List<String> launched(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", root + "/scripts/charlstm"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", root.toString());
    builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("CHARLSTM_JAVA_OPTS", "-Duser=1");
    Process process = builder.redirectError(root.resolve("errors").toFile()).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(Files.readString(root.resolve("errors"))).isZero();
    return lines;
  }

  private void program(String name, String... lines) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path at(Path file, int second) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L + second * 1000));
  }
}
