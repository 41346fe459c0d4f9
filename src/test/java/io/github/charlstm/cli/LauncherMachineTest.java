package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cli.FakeClone.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of {@code scripts/charlstm} on machines where TensorFlow's library cannot run. */
@Tag("machine")
@DisabledOnOs(OS.WINDOWS)
class LauncherMachineTest {
  @TempDir Path folder;
  private FakeClone clone;

  @BeforeEach
  void lookBuilt() throws IOException {
    clone = new FakeClone(folder.toRealPath());
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64",
    "Linux, x86_64",
    "Linux, aarch64",
    "Darwin, aarch64",
    "Mac OS X, aarch64"
  })
  void runsWhereThereIsALibrary(String os, String architecture) throws Exception {
    clone.java("17", os, architecture);

    assertThat(clone.launched("train")).endsWith("io.github.charlstm.cli.Main", "train");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, i386",
    "Linux, x86",
    "Linux, arm",
    "Linux, riscv64",
    "FreeBSD, amd64",
    "SunOS, sparcv9"
  })
  void namesTheArchitectureThatHasNoLibrary(String os, String architecture) throws Exception {
    clone.java("17", os, architecture);

    refuses("found a Java for " + os + " on " + architecture + " in " + clone.root);
  }

  @Test
  void refusesIntelMacs() throws Exception {
    clone.java("17", "Mac OS X", "x86_64");
    clone.program("bin/sysctl", "exit 1");

    refuses("TensorFlow has no library for Intel Macs; use a Mac with Apple silicon, or Linux");
  }

  @Test
  void tellsAnIntelJavaOnAppleSiliconFromAnIntelMac() throws Exception {
    clone.java("17", "Mac OS X", "x86_64");
    clone.program("bin/sysctl", "[ \"$*\" != '-n hw.optional.arm64' ] || echo 1");

    refuses("install a Java for Apple silicon (aarch64)");
  }

  @Test
  void namesTheProcessorThatHasNoAvx() throws Exception {
    clone.write(
        "cpuinfo",
        "processor\t: 0",
        "model name\t: Intel Core i7 9xx (Nehalem)",
        "flags\t\t: fpu sse4_2 popcnt avx_like",
        "flags\t\t: fpu avx");

    refuses("needs a processor with AVX, and this one (Intel Core i7 9xx (Nehalem)) has none");
  }

  @Test
  void asksForAvxWhereItIsKnownOnly() throws Exception {
    Files.delete(clone.root.resolve("cpuinfo"));
    clone.launched("train");

    clone.write("cpuinfo", "processor\t: 0", "Features\t: fp asimd");
    clone.java("17", "Linux", "aarch64");
    clone.launched("train");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.17", "2.31", "2.33.9000"})
  void namesAGlibcThatIsTooOld(String version) throws Exception {
    clone.program("bin/getconf", "echo 'glibc " + version + "'");

    refuses("TensorFlow's library needs glibc 2.34 or newer, found " + version + ";");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.34", "2.41", "2.100"})
  void runsOnANewerGlibc(String version) throws Exception {
    clone.program("bin/getconf", "echo 'glibc " + version + "'");

    clone.launched("train");
  }

  @Test
  void refusesMusl() throws Exception {
    clone.program("bin/getconf", "exit 1");
    clone.program("bin/ldd", "echo 'musl libc (x86_64)' >&2; exit 1");

    refuses("needs glibc 2.34 or newer, found musl;");
  }

  @Test
  void refusesAJavaForMuslThoughTheSystemHasGlibc() throws Exception {
    release("musl");

    refuses("found musl");
  }

  @Test
  void aJavaForGlibcSaysThatThereIsOne() throws Exception {
    clone.program("bin/getconf", "exit 1");
    clone.program("bin/ldd", "echo 'musl libc (x86_64)' >&2; exit 1");
    release("gnu");

    clone.launched("train");
  }

  @Test
  void runsWhereNothingTellsTheLibrary() throws Exception {
    Files.delete(clone.root.resolve("bin/getconf"));

    clone.launched("train");
  }

  @Test
  void pointsToTheOtherLauncherOnWindows() throws Exception {
    clone.java("17", "Windows 11", "amd64");

    Launched launched = clone.launch("--help");
    assertThat(launched.code()).isEqualTo(2);
    assertThat(launched.errors()).contains("use scripts\\charlstm.cmd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "-h",
        "help",
        "--version",
        "doctor",
        "--json doctor",
        "completion bash",
        "train --help"
      })
  void givesHelpEverywhereAndRehearsesNothing(String words) throws Exception {
    clone.java("17", "Linux", "i386");
    Files.delete(clone.archive);
    String[] arguments = words.isEmpty() ? new String[0] : words.split(" ");

    assertThat(clone.launch(arguments)).matches(l -> l.code() == 0 && l.errors().isEmpty());
    assertThat(Files.readAllLines(clone.root.resolve("seen"))).doesNotContain("--steps");
  }

  private void release(String library) throws IOException {
    clone.write(
        "release",
        "JAVA_VERSION=\"17\"",
        "LIBC=\"" + library + "\"",
        "OS_ARCH=\"x86_64\"",
        "OS_NAME=\"Linux\"");
  }

  private void refuses(String words) throws Exception {
    Launched launched = clone.launch("train");

    assertThat(launched.code()).as(launched.errors()).isEqualTo(2);
    assertThat(launched.errors()).startsWith("charlstm: ").contains(words).hasLineCount(1);
    assertThat(clone.root.resolve("seen")).as("Java was started").doesNotExist();
  }
}
