package io.github.charlstm.cli;

import static io.github.charlstm.cli.FakeClone.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.cli.FakeClone.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When, where and with what {@code scripts/charlstm} builds. */
@Tag("machine")
@DisabledOnOs(OS.WINDOWS)
class LauncherBuildTest {
  @TempDir Path folder;
  private FakeClone clone;

  @BeforeEach
  void lookBuilt() throws IOException {
    clone = new FakeClone(folder.toRealPath());
  }

  @Test
  void buildsInTheCloneWhereItCan() throws Exception {
    changeSources();

    clone.launched("--help");
    assertThat(builds()).containsExactly("mvn -B -q -DskipTests package with " + clone.root);
  }

  @Test
  void buildsIntoTheUsersCacheWhereTheCloneMayNotBeWrittenTo() throws Exception {
    makeUnwritable();
    Path cache = clone.root.resolve("home/.cache/charlstm");

    List<String> started = clone.launched("--help");
    Path build = onlyChild(cache);
    assertThat(builds())
        .containsExactly(
            "mvn -B -q -DskipTests -Dcharlstm.build=" + build + " package with " + clone.root);
    assertThat(started)
        .contains(
            build.resolve("charlstm-1.jar") + ":other.jar",
            "-XX:SharedArchiveFile=" + build.resolve("charlstm-17.jsa"),
            "-Dcharlstm.home=" + clone.root);

    clone.launched("--help");
    assertThat(builds()).as("the second start builds nothing").hasSize(1);
    assertThat(Files.readString(clone.root.resolve("target"))).as("the clone").isEqualTo("");
  }

  @Test
  void anotherVersionInTheSamePlaceHasAnotherFolderInTheCache() throws Exception {
    makeUnwritable();
    clone.set("XDG_CACHE_HOME", clone.root.resolve("cache").toString());
    clone.launched("--help");

    at(clone.write("pom.xml", "<version>2</version>"), 0);
    clone.launched("--help");
    assertThat(builds()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void ignoresACacheThatIsNamedRelativeToSomewhere() throws Exception {
    makeUnwritable();
    clone.set("XDG_CACHE_HOME", "cache");

    clone.launched("--help");
    assertThat(clone.root.resolve("home/.cache/charlstm")).isDirectory();
    assertThat(clone.root.resolve("cache")).doesNotExist();
  }

  @Test
  void buildsWhereALibraryOfTheClassPathIsGone() throws Exception {
    Files.delete(clone.root.resolve("other.jar"));

    clone.launched("--help");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void buildsWithoutTensorFlowWhereItHasNoLibrary() throws Exception {
    changeSources();
    clone.java("17.0.1", "Linux", "riscv64");

    clone.launched("doctor");
    assertThat(builds()).singleElement().asString().contains("-Dtensorflow.platform=none");
  }

  @Test
  void buildsWhereTheUserSays() throws Exception {
    clone.set("CHARLSTM_BUILD", "a folder/of mine");

    clone.launched("--help");
    assertThat(builds()).singleElement().asString().contains(clone.root + "/a folder/of mine");
    assertThat(clone.root.resolve("a folder/of mine/charlstm-17.jsa")).hasContent("new");
  }

  @Test
  void saysWhatToDoWhereNothingMayBeWrittenTo() throws Exception {
    makeUnwritable();
    clone.set("HOME", null);

    fails("cannot write to " + clone.root.resolve("target"), "CHARLSTM_BUILD");
  }

  @Test
  void asksForAJdkWhereJavaHasNoCompiler() throws Exception {
    changeSources();
    Files.delete(clone.root.resolve("bin/javac"));
    clone.java("21.0.1", "Linux", "amd64");

    fails(
        "needs a JDK to build (sources changed), found a JRE",
        "in " + clone.root,
        "openjdk-21-jdk-headless");
  }

  @Test
  void leavesMavenTheJdkThatItHas() throws Exception {
    changeSources();
    clone.set("JAVA_HOME", null);
    Files.delete(clone.root.resolve("bin/javac"));
    clone.program("jdk of Maven/bin/javac");
    Path jdk = clone.root.resolve("jdk of Maven");
    clone.write("maven", "Apache Maven 3.9.9", "Java version: 25, vendor: X, runtime: " + jdk, "");

    clone.launched("--help");
    assertThat(builds()).last().asString().endsWith("package with " + jdk);
  }

  @Test
  void givesMavenTheJavaThatIsOnThePath() throws Exception {
    changeSources();
    clone.set("JAVA_HOME", null);

    clone.launched("--help");
    assertThat(builds()).last().asString().endsWith("package with " + clone.root);
  }

  @Test
  void namesThePackageOfMaven() throws Exception {
    changeSources();
    Files.delete(clone.root.resolve("bin/mvn"));

    fails("found no mvn on the PATH", "apt-get install maven");
  }

  @ParameterizedTest
  @ValueSource(strings = {"find", "grep"})
  void namesAToolThatIsMissing(String tool) throws Exception {
    Files.delete(clone.tools.resolve(tool));

    fails("needs " + tool + ", found none on the PATH");
  }

  @Test
  void twoFirstStartsBuildOnce() throws Exception {
    assumeTrue(Files.exists(clone.tools.resolve("flock")), "flock, which macOS does not have");
    changeSources();
    clone.write("slow");

    try (ChildProcess other = clone.start("--help")) {
      clone.launched("--help");
      assertThat(other.await().code()).isZero();
    }
    assertThat(builds()).hasSize(1);
  }

  @Test
  void cdpathDoesNotLeadElsewhere() throws Exception {
    Files.createDirectories(clone.root.resolve("elsewhere/scripts"));
    clone.set("CDPATH", clone.root.resolve("elsewhere").toString());
    clone.program("run", "cd '" + clone.root + "' && exec bash scripts/charlstm --help");

    assertThat(clone.run(clone.root.resolve("run")).out())
        .contains("-Dcharlstm.home=" + clone.root);
  }

  @Test
  void refusesAColonInAPath() throws Exception {
    clone.set("CHARLSTM_BUILD", "a:b");

    fails("Java separates class paths at ':'");
  }

  /** A checkout made on Windows, as WSL sees it. */
  @Test
  void linesEndWithLfInACheckoutOfWindows() throws Exception {
    assumeTrue(runs("git", "--version"), "git");
    Path files = Files.createDirectories(clone.root.resolve("files/scripts"));
    for (String name : List.of(".gitattributes", "scripts/charlstm", "scripts/charlstm.cmd")) {
      Files.copy(Path.of(name), files.resolveSibling(name));
    }
    Path repository = files.getParent();
    String git = "git -C '" + repository + "' -c user.name=a -c user.email=a@b ";
    assertThat(runs("sh", "-c", git + "init -q && " + git + "add . && " + git + "commit -qm a"))
        .isTrue();
    Path checkout = clone.root.resolve("checkout");
    assertThat(
            runs(
                "git",
                "clone",
                "-q",
                "-c",
                "core.autocrlf=true",
                "-c",
                "core.eol=crlf",
                repository.toString(),
                checkout.toString()))
        .isTrue();

    assertThat(checkout.resolve("scripts/charlstm"))
        .hasSameBinaryContentAs(Path.of("scripts/charlstm"));
    assertThat(Files.readString(checkout.resolve("scripts/charlstm.cmd")).split("(?<=\n)"))
        .allMatch(line -> line.endsWith("\r\n"));
  }

  private void changeSources() throws IOException {
    at(clone.root.resolve("pom.xml"), 40);
  }

  /** Without permissions, which root may ignore. */
  private void makeUnwritable() throws IOException {
    try (Stream<Path> files = Files.walk(clone.root.resolve("target"))) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(clone.root.resolve("target"), "");
  }

  private List<String> builds() throws IOException {
    return clone.started().stream().filter(line -> line.matches("mvn .*package.*")).toList();
  }

  private void fails(String... words) throws Exception {
    Launched launched = clone.launch("--help");

    assertThat(launched.code()).as(launched.errors()).isEqualTo(2);
    assertThat(launched.errors()).startsWith("charlstm: ").contains(words).hasLineCount(1);
    assertThat(clone.root.resolve("seen")).as("Java was started").doesNotExist();
  }

  private static boolean runs(String... command) throws Exception {
    try {
      return ChildProcess.run(new ProcessBuilder(command)).code() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path onlyChild(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> all = children.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
