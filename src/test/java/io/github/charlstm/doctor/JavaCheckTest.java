package io.github.charlstm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.doctor.CheckResult.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Javas and systems TensorFlow's library is for. */
class JavaCheckTest {
  @TempDir Path root;

  @Test
  void anOldJavaAndOptionsFromOutsideAreNamed() {
    List<CheckResult> findings =
        JavaCheck.look(Runtime.Version.parse("11.0.2"), Map.of("_JAVA_OPTIONS", "-Xmx10m"));

    assertThat(findings.get(0).status()).isEqualTo(Status.PROBLEM);
    assertThat(findings)
        .filteredOn(finding -> finding.name().equals("_JAVA_OPTIONS"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.status()).isEqualTo(Status.WARNING));
  }

  private static CheckResult system(String... values) {
    Properties properties = new Properties();
    properties.put("os.version", "1");
    for (int k = 0; k < values.length; k += 2) {
      properties.put(values[k], values[k + 1]);
    }
    return JavaCheck.system(properties);
  }

  @Test
  void systemsWithoutALibraryAreProblems() {
    for (String[] good :
        new String[][] {
          {"Linux", "amd64"}, {"Linux", "aarch64"}, {"Mac OS X", "aarch64"}, {"Windows 11", "amd64"}
        }) {
      assertThat(system("os.name", good[0], "os.arch", good[1]).status())
          .as("%s", List.of(good))
          .isEqualTo(Status.OK);
    }
    assertThat(system("os.name", "Linux", "os.arch", "i386", "sun.arch.data.model", "32"))
        .extracting(CheckResult::status, CheckResult::found)
        .containsExactly(Status.PROBLEM, "Linux 1, i386, 32 bits");
    assertThat(system("os.name", "Mac OS X", "os.arch", "x86_64").advice())
        .contains("no library for Intel Macs");
    for (String[] bad :
        new String[][] {{"Linux", "riscv64"}, {"Windows 11", "aarch64"}, {"FreeBSD", "amd64"}}) {
      assertThat(system("os.name", bad[0], "os.arch", bad[1]).advice())
          .as("%s", List.of(bad))
          .startsWith("TensorFlow-Java has libraries for Linux");
    }
  }

  @Test
  void namesOfFilesInAnotherEncodingAreAWarning() {
    Properties properties = new Properties();
    properties.put("os.name", "Linux");
    properties.put("sun.jnu.encoding", "UTF8");
    assertThat(JavaCheck.fileNames(properties).status()).isEqualTo(Status.OK);
    properties.put("sun.jnu.encoding", "ANSI_X3.4-1968");
    assertThat(JavaCheck.fileNames(properties).status()).isEqualTo(Status.WARNING);
    assertThat(JavaCheck.fileNames(properties).advice()).contains("LC_ALL=C.UTF-8");
    properties.put("os.name", "Windows 11");
    assertThat(JavaCheck.fileNames(properties).status()).isEqualTo(Status.OK);
  }

  @Test
  void theCLibraryIsToldByTheFilesThatJavaHasOpen() throws IOException {
    Path glibc = Files.createDirectories(root.resolve("lib")).resolve("libc.so.6");
    Files.write(
        glibc,
        "\177ELF\200 GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    String start = "7f0c0000-7f0d0000 r-xp 00000000 08:01 5   ";

    assertThat(CLibraryCheck.look(List.of("7f00-7f01 rw-p 0 0:0 0", start + glibc)))
        .containsExactly(CheckResult.ok("tensorflow", "C library", "glibc 2.36"));
    assertThat(CLibraryCheck.look(List.of(start + "/lib/x86_64-linux-gnu/libc-2.31.so")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.status()).isEqualTo(Status.PROBLEM);
              assertThat(finding.found()).startsWith("glibc 2.31");
              assertThat(finding.advice()).contains("Debian 12");
            });
    assertThat(CLibraryCheck.look(List.of(start + "/lib/ld-musl-x86_64.so.1")))
        .singleElement()
        .satisfies(finding -> assertThat(finding.advice()).contains("not Alpine"));
    assertThat(CLibraryCheck.look(List.of(start + "/opt/jdk/lib/server/libjvm.so"))).isEmpty();
  }
}
