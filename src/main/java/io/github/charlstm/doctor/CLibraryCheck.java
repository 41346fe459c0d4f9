package io.github.charlstm.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Linux's C library that this Java runs on: TensorFlow's needs glibc, and no old one. */
final class CLibraryCheck {
  static final String NEEDED = "2.34";
  static final String SYSTEMS =
      "use a system with glibc "
          + NEEDED
          + " or newer (Debian 12, Ubuntu 22.04, Fedora 35, RHEL 9), in a container too";
  static final String NO_MUSL =
      "TensorFlow's library needs glibc, and Alpine has musl; " + SYSTEMS + ", not Alpine";

  private static final Pattern OLD_NAME = Pattern.compile(".*/libc-(2\\.\\d+)\\.so");
  private static final Pattern BANNER = Pattern.compile("GNU C Library [^\\n]*version (2\\.\\d+)");

  private CLibraryCheck() {}

  /** Nothing where it cannot be known. */
  static List<CheckResult> look() {
    try {
      return look(Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * @param maps lines that end in the paths of a process's libraries
   */
  static List<CheckResult> look(List<String> maps) {
    for (String line : maps) {
      String path = line.substring(Math.max(0, line.indexOf('/')));
      if (path.matches(".*/(ld-musl-|libc\\.musl-).*")) {
        return List.of(CheckResult.problem(TensorFlowCheck.TOPIC, "C library", "musl", NO_MUSL));
      }
      Optional<String> version = version(path);
      if (version.isPresent()) {
        return List.of(glibc(version.get()));
      }
    }
    return List.of();
  }

  private static CheckResult glibc(String version) {
    return minor(version) >= minor(NEEDED)
        ? CheckResult.ok(TensorFlowCheck.TOPIC, "C library", "glibc " + version)
        : CheckResult.problem(
            TensorFlowCheck.TOPIC,
            "C library",
            "glibc " + version + "; TensorFlow's library needs " + NEEDED,
            SYSTEMS);
  }

  private static int minor(String version) {
    return Integer.parseInt(version.substring(version.indexOf('.') + 1));
  }

  private static Optional<String> version(String path) {
    Matcher name = OLD_NAME.matcher(path);
    if (name.matches()) {
      return Optional.of(name.group(1));
    }
    if (!path.endsWith("/libc.so.6")) {
      return Optional.empty();
    }
    try {
      Matcher banner = BANNER.matcher(Files.readString(Path.of(path), StandardCharsets.ISO_8859_1));
      return banner.find() ? Optional.of(banner.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
