package io.github.charlstm.doctor;

import static io.github.charlstm.doctor.CheckResult.ok;
import static io.github.charlstm.doctor.CheckResult.problem;
import static io.github.charlstm.doctor.CheckResult.problemIf;
import static io.github.charlstm.doctor.CheckResult.warning;

import io.github.charlstm.machine.JavaProgram;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Loads TensorFlow's library in a process of its own. That process prints lines that begin with
 * {@code platform}, {@code jar} (the jar that holds the library; nothing after it if there is
 * none), {@code natives} (the folder that the library is unpacked to), {@code tensorflow} (the
 * version), {@code library} (the library's file) and {@code product} (right or wrong).
 */
final class TensorFlowCheck {
  static final String TOPIC = "tensorflow";

  /** Disk space of the unpacked libraries, on any system. */
  static final long UNPACKED_MEGABYTES = 750;

  static final String OTHER_FOLDER =
      "name another folder with CHARLSTM_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER";
  private static final String REINSTALL =
      "rebuild on this machine (mvn package), which fetches the library for it";

  private static final String GLIBC = "2.34"; // the oldest with which the library loads
  private static final String SYSTEMS =
      "use a system with glibc "
          + GLIBC
          + " or newer (Debian 12, Ubuntu 22.04, Fedora 35, RHEL 9), in a container too";
  private static final String NO_MUSL =
      "TensorFlow's library needs glibc, and Alpine has musl; " + SYSTEMS + ", not Alpine";
  private static final Pattern OLD_GLIBC = Pattern.compile(".*/libc-(2\\.\\d+)\\.so");
  private static final Pattern BANNER = Pattern.compile("GNU C Library [^\\n]*version (2\\.\\d+)");

  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("(lib[\\w+.-]+): cannot open shared object file");
  private static final int SECONDS = 600; // only a hang takes so long; unpacking may take minutes
  private static final String ISA = "cpu,isa:";

  private final String probe;
  private final Processor processor;
  private Optional<Subprocess> process = Optional.empty();

  TensorFlowCheck(String probe, Processor processor) {
    this.probe = probe;
    this.processor = processor;
  }

  List<CheckResult> check() {
    if (!JavaProgram.canBeStarted()) {
      String found = "cannot be tried: this Java has no program bin/java";
      String advice = "run the check with a JDK or JRE that has one";
      return List.of(warning(TOPIC, "library", found, advice));
    }
    process = JavaProgram.run(probe, Map.of("ONEDNN_VERBOSE", "1"), SECONDS);
    if (process.isEmpty()) {
      String found = "a Java process to load it could not be started, or did not end";
      String advice = "check whether processes may be started, and the machine's load";
      return List.of(problem(TOPIC, "library", found, advice));
    }
    List<CheckResult> results = new ArrayList<>();
    printed("jar").map(this::jar).ifPresent(results::add);
    results.add(library(process.get()));
    printed("library").map(Path::of).map(TensorFlowCheck::unpacked).ifPresent(results::add);
    return results;
  }

  /** Whether the library loads and multiplies correctly. */
  boolean loads() {
    return process.filter(ended -> ended.code() == 0).isPresent()
        && printed("product").filter("right"::equals).isPresent();
  }

  /** The instruction set that oneDNN reports; empty if oneDNN was not reached. */
  Optional<String> instructions() {
    return lines()
        .filter(line -> line.startsWith("onednn_verbose") && line.contains(ISA))
        .map(line -> line.substring(line.indexOf(ISA) + ISA.length()))
        .findFirst();
  }

  /** The folder that the libraries are unpacked to; empty if unknown. */
  Optional<Path> natives() {
    return printed("natives").filter(path -> !path.isEmpty()).map(Path::of);
  }

  private OptionalLong free() {
    return natives()
        .filter(folder -> folder.toFile().getTotalSpace() > 0)
        .map(folder -> OptionalLong.of(folder.toFile().getUsableSpace()))
        .orElse(OptionalLong.empty());
  }

  private CheckResult jar(String name) {
    return name.isEmpty()
        ? problem(
            TOPIC,
            "platform jar",
            "none for " + printed("platform").orElse("this system"),
            REINSTALL)
        : ok(TOPIC, "platform jar", name);
  }

  private CheckResult library(Subprocess ended) {
    String version = "TensorFlow " + printed("tensorflow").orElse("?");
    if (loads()) {
      return ok(TOPIC, "library", version + " loads and multiplies");
    }
    if (ended.code() == 0) {
      String found = version + " loads, but its products are wrong";
      String advice = "test the processor and the memory; if they are sound, report this as a bug";
      return problem(TOPIC, "library", found, advice);
    }
    return problem(TOPIC, "library", reason(ended), advice(ended, natives(), free(), processor));
  }

  private static CheckResult unpacked(Path library) {
    Path folder = library.getParent();
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : files.toList()) { // the folder also holds links to the libraries
        bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
      }
      String found = String.format(Locale.ROOT, "%s (%,d MB)", folder, bytes / 1_000_000);
      return ok(TOPIC, "unpacked to", found);
    } catch (IOException e) {
      return ok(TOPIC, "unpacked to", folder.toString());
    }
  }

  private Optional<String> printed(String key) {
    return lines()
        .filter(line -> line.startsWith(key + " "))
        .map(line -> line.substring(key.length() + 1))
        .findFirst();
  }

  private Stream<String> lines() {
    return process.stream().flatMap(ended -> ended.out().lines());
  }

  /** Why a process could not load the library, in one line. */
  static String reason(Subprocess ended) {
    return ended
        .signal()
        .map(signal -> "the process that loaded it was ended by " + signal)
        .or(
            () ->
                ended
                    .err()
                    .lines()
                    .filter(line -> line.startsWith("Caused by: "))
                    .reduce((first, last) -> last)
                    .map(line -> line.substring("Caused by: ".length())))
        .or(ended::thrown)
        .orElse("cannot be loaded, exit code " + ended.code());
  }

  /**
   * What to do where a process could not load the library, which is unpacked to {@code natives} on
   * a disk with {@code free} bytes.
   */
  static String advice(
      Subprocess ended, Optional<Path> natives, OptionalLong free, Processor processor) {
    String unpackAgain =
        "remove the folder "
            + natives.map(Path::toString).orElse("of its files")
            + ", which is filled anew; if that does not help, "
            + REINSTALL;
    if (ended.signal().isPresent()) {
      return switch (ended.signal().get()) {
        case "SIGILL", "SIGABRT", "EXCEPTION_ILLEGAL_INSTRUCTION" ->
            Doctor.lacksAvx(processor.features())
                ? Doctor.NEEDS_AVX
                : "report it as a bug, with the output of charlstm doctor `bug_report`";
        case "SIGKILL" -> "the system may have ended it for lack of memory: free some";
        case "SIGBUS" -> "make room on the disk, then " + unpackAgain;
        default -> unpackAgain;
      };
    }
    String said = ended.err();
    Matcher missing = MISSING_LIBRARY.matcher(said);
    if (said.contains("ld-musl") || said.contains("libc.musl")) {
      return NO_MUSL;
    }
    // All of these systems have a libstdc++ that is new enough, too.
    if (said.matches("(?s).*version `(GLIBC|GLIBCXX|CXXABI)_.*")) {
      return SYSTEMS;
    }
    if (missing.find() && !missing.group(1).startsWith("libtensorflow")) {
      return "install the package that holds "
          + missing.group(1)
          + (missing.group(1).startsWith("libstdc++") ? " (Debian, Ubuntu: libstdc++6)" : "");
    }
    if (said.contains("failed to map segment") || said.contains("noexec")) {
      return "its folder does not allow programs (noexec); " + OTHER_FOLDER;
    }
    // JavaCPP removes a file that it could not write whole and goes on, so it may report no error.
    boolean full = free.isPresent() && free.getAsLong() >> 20 < UNPACKED_MEGABYTES;
    if (full || said.contains("No space left") || said.contains("Disk quota exceeded")) {
      return "make room for "
          + UNPACKED_MEGABYTES
          + " MB in its folder"
          + natives.map(folder -> ", " + folder).orElse("")
          + ", or "
          + OTHER_FOLDER;
    }
    if (said.contains("Could not create the cache")
        || said.contains("Permission denied")
        || said.contains("Read-only file system")) {
      return "its folder cannot be written to; " + OTHER_FOLDER;
    }
    return unpackAgain;
  }

  /** Linux's C library; no result where it cannot be found out. */
  static List<CheckResult> cLibrary() {
    try {
      return cLibrary(Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The lines are those of {@code /proc/self/maps}, which end in the paths of loaded libraries. */
  static List<CheckResult> cLibrary(List<String> maps) {
    for (String line : maps) {
      String path = line.substring(Math.max(0, line.indexOf('/')));
      if (path.matches(".*/(ld-musl-|libc\\.musl-).*")) {
        return List.of(problem(TOPIC, "C library", "musl", NO_MUSL));
      }
      Optional<String> version = glibc(path);
      if (version.isPresent()) {
        boolean isOld = minor(version.get()) < minor(GLIBC);
        String needed = isOld ? "; TensorFlow's library needs " + GLIBC : "";
        return List.of(
            problemIf(isOld, TOPIC, "C library", "glibc " + version.get() + needed, SYSTEMS));
      }
    }
    return List.of();
  }

  private static int minor(String version) {
    return Integer.parseInt(version.substring(version.indexOf('.') + 1));
  }

  private static Optional<String> glibc(String path) {
    Matcher name = OLD_GLIBC.matcher(path);
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
