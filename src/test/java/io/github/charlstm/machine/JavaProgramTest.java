package io.github.charlstm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class JavaProgramTest {
  private static final int SECONDS = 600;

  @TempDir Path root;

  /** Prints a variable and its folder. */
  static final class Printing {
    public static void main(String[] arguments) {
      System.out.println(System.getenv("CHARLSTM_PRINTED"));
      System.err.println(System.getProperty("user.dir"));
    }
  }

  /** Ends by a signal. */
  static final class Crashing {
    public static void main(String[] arguments) throws IOException, InterruptedException {
      long process = ProcessHandle.current().pid();
      ChildProcess.run(new ProcessBuilder("sh", "-c", "kill -SEGV " + process));
    }
  }

  /** Ends with an exception. */
  static final class Throwing {
    public static void main(String[] arguments) {
      throw new IllegalStateException("as it should");
    }
  }

  private static Subprocess run(Class<?> program) {
    return JavaProgram.run(program.getName(), Map.of("CHARLSTM_PRINTED", "it"), SECONDS)
        .orElseThrow();
  }

  @Test
  void aProgramGetsVariablesAndATemporaryFolder() {
    Subprocess printed = run(Printing.class);

    assertThat(printed.code()).as(printed.err()).isZero();
    assertThat(printed.out()).isEqualTo("it" + System.lineSeparator());
    assertThat(printed.signal()).isEmpty();
    assertThat(Path.of(printed.err().lines().reduce((a, b) -> b).orElseThrow())).doesNotExist();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCrashHasItsSignal() {
    Subprocess crash = run(Crashing.class);

    assertThat(crash.code()).isNotZero();
    assertThat(crash.signal()).contains("SIGSEGV");
    assertThat(crash.thrown()).isEmpty();
  }

  @Test
  void anExceptionIsReportedInOneLine() {
    Subprocess thrown = run(Throwing.class);

    assertThat(thrown.code()).isEqualTo(1);
    assertThat(thrown.thrown()).contains("java.lang.IllegalStateException: as it should");
    assertThat(thrown.signal()).isEmpty();
  }

  @Test
  void aMissingProgramGivesNoResult() {
    assertThat(Subprocess.run(new ProcessBuilder(root.resolve("java").toString()), 1)).isEmpty();
  }

  @Test
  void aProgramThatDoesNotEndGivesNoResult() {
    String sleeping = Sleeping.class.getName();

    assertThat(JavaProgram.run(sleeping, Map.of(), 1)).isEmpty();
  }

  /** Does not end. */
  static final class Sleeping {
    public static void main(String[] arguments) throws InterruptedException {
      Thread.sleep(SECONDS * 1000L);
    }
  }

  @Test
  void settingsOfNativeLibrariesArePassedOn() {
    Properties properties = new Properties();
    properties.put("java.home", "/jdk");
    properties.put("org.bytedeco.javacpp.cachedir", "natives");
    properties.put("org.bytedeco.javacpp.pathsFirst", "true");
    properties.put("java.io.tmpdir", "tmp");
    properties.put("com.sun.management.jmxremote.port", "7091");
    List<String> words =
        JavaProgram.words(
            "a.Main",
            properties,
            List.of(
                "-Xmx9g",
                "-agentlib:jdwp=address=5005",
                "--enable-native-access=some.module",
                "--sun-misc-unsafe-memory-access=allow"));

    assertThat(words)
        .startsWith(Path.of("/jdk", "bin", "java").toString())
        .endsWith(
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "a.Main")
        .contains(
            "-Dorg.bytedeco.javacpp.cachedir=" + Path.of("natives").toAbsolutePath(),
            "-Dorg.bytedeco.javacpp.pathsFirst=true",
            "-Djava.io.tmpdir=" + Path.of("tmp").toAbsolutePath())
        .noneMatch(word -> word.contains("jdwp") || word.contains("7091") || word.contains("9g"));
  }

  @Test
  void modulesGoOnTheClassPath() throws IOException {
    Path jar = Files.writeString(root.resolve("a.jar"), "");
    Path modules = Files.createDirectory(root.resolve("modules"));
    Properties properties = new Properties();
    properties.put("java.class.path", jar.toString());
    properties.put("jdk.module.path", modules.toString());

    assertThat(JavaProgram.classPath(properties).split(File.pathSeparator))
        .containsExactly(jar.toString(), modules.toString(), modules.resolve("*").toString());
  }
}
