package io.github.charlstm.cli;

import static io.github.charlstm.cli.FakeClone.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cli.FakeClone.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options with which {@code scripts/charlstm} starts Java. */
@Tag("machine")
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
  private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

  @TempDir Path folder;
  private FakeClone clone;

  @BeforeEach
  void lookBuilt() throws IOException {
    clone = new FakeClone(folder.toRealPath());
  }

  @Test
  void theRunForTheArchiveHasTheUsersOptions() throws Exception {
    Files.delete(clone.archive);
    clone.set("CHARLSTM_JAVA_OPTS", "-Dorg.bytedeco.javacpp.cachedir=elsewhere");

    clone.launched("--help");
    assertThat(Files.readAllLines(clone.root.resolve("seen")))
        .filteredOn(option -> option.equals("-Dorg.bytedeco.javacpp.cachedir=elsewhere"))
        .hasSize(2);
  }

  @Test
  void anArchiveThatCouldNotBeMadeIsTriedAgainLater() throws Exception {
    FakeClone.at(Files.writeString(clone.archive, ""), 30); // years ago

    assertThat(clone.launched("--help")).contains("-XX:SharedArchiveFile=" + clone.archive);
    assertThat(clone.archive).hasContent("new");
  }

  @Test
  void theSystemsReasonsAreInEnglish() throws Exception {
    clone.set("LANGUAGE", "tr:de");

    clone.launched("train");

    assertThat(clone.root.resolve("language")).hasContent("C");
  }

  @Test
  void startsFromTheJarAndItsArchive() throws Exception {
    assertThat(clone.launched("--help"))
        .contains(
            "-XX:SharedArchiveFile=" + clone.archive, clone.jar + ":other.jar", "-Xlog:disable")
        .endsWith("io.github.charlstm.cli.Main", "--help");
  }

  @Test
  void startsFromTheFolderOfClassesWhenTheJarIsOlder() throws Exception {
    at(clone.jar, 5);

    assertThat(clone.launched("--help"))
        .contains(clone.root.resolve("target/classes") + ":other.jar")
        .noneMatch(option -> option.startsWith("-XX:SharedArchiveFile"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sources", "javadoc"})
  void passesOverTheJarsOfARelease(String kind) throws Exception {
    at(clone.write("target/charlstm-1-" + kind + ".jar"), 40);

    assertThat(clone.launched("--help")).contains(clone.jar + ":other.jar");
  }

  @Test
  void makesAnArchiveForAJavaThatIsNewHere() throws Exception {
    clone.java("21.0.2", "Linux", "amd64");

    Path archive = clone.root.resolve("target/charlstm-21.jsa");
    assertThat(clone.launched("--help")).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(archive).hasContent("new");
    assertThat(clone.archive).as("the archive of the other Java is kept").hasContent("old");
    assertThat(clone.started()).noneMatch(line -> line.startsWith("mvn"));
  }

  @Test
  void makesTheArchiveAnewWhenItBuilds() throws Exception {
    Path other = clone.write("target/charlstm-21.jsa", "old");
    at(clone.root.resolve("pom.xml"), 40);

    assertThat(clone.launched("--help")).contains("-XX:SharedArchiveFile=" + clone.archive);
    assertThat(clone.archive).hasContent("new");
    assertThat(other).as("an archive of the old classes is deleted").doesNotExist();
    assertThat(clone.root.resolve("target/rehearsal")).doesNotExist();
    assertThat(Files.readAllLines(clone.root.resolve("seen"))).contains("train", "demo");
  }

  @Test
  void runsTheCommandThoughNoArchiveCanBeMade() throws Exception {
    Files.delete(clone.archive);
    clone.write("broken");

    assertThat(clone.launched("--help"))
        .noneMatch(option -> option.startsWith("-XX:SharedArchiveFile"))
        .endsWith("io.github.charlstm.cli.Main", "--help");
    Files.delete(clone.root.resolve("seen"));
    clone.launched("--help");
    assertThat(Files.readAllLines(clone.root.resolve("seen")))
        .as("after a failure the archive is not tried again")
        .doesNotContain("train");
  }

  @Test
  void givesTheUsersOptionsTheLastWord() throws Exception {
    clone.set("CHARLSTM_JAVA_OPTS", "-Duser=1");
    List<String> started = clone.launched("--help");

    assertThat(started.indexOf("-Duser=1"))
        .isGreaterThan(started.indexOf("-XX:TieredStopAtLevel=1"))
        .isGreaterThan(started.indexOf("-XX:SharedArchiveFile=" + clone.archive));
  }

  @ParameterizedTest
  @ValueSource(strings = {"17.0.1", "21", "23.0.2"})
  void giveAnOlderJavaNoOptionThatItDoesNotKnow(String version) throws Exception {
    clone.java(version, "Linux", "amd64");

    assertThat(clone.launched("--help")).doesNotContain(NATIVE_ACCESS, UNSAFE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.0.1", "25"})
  void keepsNewerJavasFromWarning(String version) throws Exception {
    clone.java(version, "Linux", "amd64");

    assertThat(clone.launched("--help")).contains(NATIVE_ACCESS, UNSAFE);
  }

  @Test
  void leavesOutWhatAJavaOfTheFutureHasDropped() throws Exception {
    clone.java("99-ea", "Linux", "amd64");
    clone.write("unknown", UNSAFE);

    assertThat(clone.launched("--help"))
        .contains(NATIVE_ACCESS, "-XX:+IgnoreUnrecognizedVMOptions")
        .doesNotContain(UNSAFE);
  }

  @Test
  void doesNotStartJavaToLearnItsVersionWhereAFileSaysIt() throws Exception {
    clone.write(
        "release", "JAVA_VERSION=\"17.0.9\"", "OS_ARCH=\"x86_64\"", "OS_NAME=\"Linux\"", "A=\"b\"");

    clone.launched("--help");
    assertThat(clone.started()).containsExactly("java -XX:MaxRAMPercentage=50");
  }

  @Test
  void followsLinksToJava() throws Exception {
    clone.write("release", "JAVA_VERSION=\"17\"", "OS_ARCH=\"x86_64\"", "OS_NAME=\"Linux\"");
    clone.set("JAVA_HOME", null);
    Path bin = Files.createDirectories(clone.root.resolve("usr/bin"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("../../usr/alternative"));
    Files.createSymbolicLink(clone.root.resolve("usr/alternative"), clone.root.resolve("bin/java"));
    clone.set("PATH", bin + ":" + clone.root.resolve("bin") + ":" + clone.tools);

    clone.launched("--help");
    assertThat(clone.started()).containsExactly("java -XX:MaxRAMPercentage=50");
  }

  @Test
  void tellsJavaTheHomeOfAUserWhoIsNotInEtcPasswd() throws Exception {
    String home = "-Duser.home=" + clone.root.resolve("home");
    assertThat(clone.launched("--help")).doesNotContain(home);

    Path launcher = clone.root.resolve("scripts/charlstm");
    String asListed = Files.readString(launcher);
    String notListed = asListed.replace("listed=~", "listed=/");
    assertThat(notListed).isNotEqualTo(asListed);
    Files.writeString(launcher, notListed);
    assertThat(clone.launched("--help")).contains(home);
  }

  @Test
  void keepsALocaleOfUtf8() throws Exception {
    clone.set("LC_ALL", "de_DE.UTF-8");

    assertThat(localeOfJava()).isEqualTo("de_DE.UTF-8");
  }

  @Test
  void replacesALocaleThatIsNotInstalled() throws Exception {
    clone.set("LANG", "de_DE.UTF-8");
    clone.program(
        "bin/locale",
        "echo 'locale: Cannot set LC_CTYPE to default locale' >&2",
        "[ \"$1\" = -a ] && printf '%s\\n' C POSIX fr_FR.utf8 en_US.utf8 C.utf8 nl_NL.utf8",
        "[ \"$1\" != charmap ] || echo ANSI_X3.4-1968");

    assertThat(localeOfJava()).isEqualTo("C.utf8");
  }

  @Test
  void replacesALocaleOfOneByteALetter() throws Exception {
    clone.set("LANG", "de_DE");
    clone.program(
        "bin/locale",
        "[ \"$1\" != -a ] || printf '%s\\n' C POSIX af_ZA.UTF-8 en_US.UTF-8 fr_FR.UTF-8",
        "[ \"$1\" != charmap ] || echo ISO-8859-1");

    assertThat(localeOfJava()).as("there is no C.UTF-8 here").isEqualTo("en_US.UTF-8");
  }

  @Test
  void doesWithoutTheProgramLocale() throws Exception {
    Files.delete(clone.root.resolve("bin/locale"));
    clone.set("LANG", "POSIX");
    assertThat(localeOfJava()).isEqualTo("C.UTF-8");

    clone.set("LANG", "ja_JP.utf8");
    assertThat(localeOfJava()).isEqualTo("unset");
  }

  @Test
  void theLauncherForWindowsGivesJavaTheSameOptions() throws Exception {
    String windows = Files.readString(Path.of("scripts/charlstm.cmd"));
    clone.java("25", "Linux", "amd64");

    assertThat(clone.launched("--help"))
        .filteredOn(option -> option.matches("-X[^:]+|-XX:(?!SharedArchiveFile).*|--.*=.*"))
        .filteredOn(option -> !option.startsWith("--add-opens"))
        .hasSize(6)
        .allMatch(windows::contains);
    assertThat(Files.readString(Path.of("scripts/charlstm"))).contains("readonly tried_java=25 ");
    assertThat(windows).contains("if %version% gtr 25 ").doesNotContain("gtr 24", "gtr 26");
  }

  private String localeOfJava() throws Exception {
    Launched launched = clone.launch("--help");
    assertThat(launched.code()).as(launched.errors()).isZero();
    return Files.readString(clone.root.resolve("locale")).strip();
  }
}
