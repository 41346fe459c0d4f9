package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A clone that looks built, with scripts for programs: {@code java} and {@code mvn} log their
 * arguments, {@code locale} and {@code getconf} print what a test sets. The launcher finds no other
 * programs than these and the basic tools.
 */
final class FakeClone {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "env",
          "cat",
          "cksum",
          "find",
          "flock",
          "grep",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sleep",
          "touch");
  private static final String LATER = "209901010000";

  final Path root;
  final Path tools;
  final Path jar;
  final Path archive;
  final Path classPath;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> properties = new TreeMap<>();

  /** The result of a start; {@code out} has the arguments of Java, one a line. */
  record Launched(int code, List<String> out, String errors) {}

  FakeClone(Path root) throws IOException {
    this.root = root;
    tools = Files.createDirectories(root.resolve("tools"));
    for (String tool : TOOLS) {
      link(tool);
    }
    Files.createDirectories(root.resolve("scripts"));
    // Its own copy of what Linux says of the processor.
    String launcher = Files.readString(Path.of("scripts/charlstm"));
    Files.writeString(
        root.resolve("scripts/charlstm"),
        launcher.replace("/proc/cpuinfo", "'" + root.resolve("cpuinfo") + "'"));
    write("cpuinfo", "model name\t: Any", "flags\t\t: fpu sse4_2 avx avx2", "");
    Files.createDirectories(root.resolve("target/classes"));
    Files.createDirectories(root.resolve("src/main"));
    at(write("pom.xml"), 0);
    at(root.resolve("src/main"), 0);
    classPath = at(Files.writeString(root.resolve("target/classpath.txt"), "other.jar"), 10);
    write("other.jar"); // the class path's, seen from here
    jar = at(write("target/charlstm-1.jar"), 20);
    archive = at(write("target/charlstm-17.jsa", "old"), 30);
    java("17.0.1", "Linux", "amd64");
    programs();
    set("PATH", root.resolve("bin") + ":" + tools);
    set("JAVA_HOME", root.toString());
    set("HOME", root.resolve("home").toString());
  }

  private void programs() throws IOException {
    // As Java does, it makes the archive that it is asked for, and does not start with an option
    // that it does not know.
    program(
        "bin/java",
        "echo \"java $1\" >>" + quoted("started"),
        "[ \"$1\" != -XshowSettings:properties ] || { cat "
            + quoted("properties")
            + " >&2; exit; }",
        "for a in \"$@\"; do ! grep -qxF -e \"$a\" " + quoted("unknown") + " || exit 1; done",
        "[ \"$2\" != -version ] || exit 0",
        "printf '%s\\n' \"$@\"",
        "printf '%s\\n' \"$@\" >>" + quoted("seen"),
        "echo \"${LC_ALL-unset}\" >" + quoted("locale"),
        "echo \"$LANGUAGE\" >" + quoted("language"),
        "for a in \"$@\"; do case \"$a\" in -XX:ArchiveClassesAtExit=*)",
        "  [ ! -e " + quoted("broken") + " ] || exit 1; echo new >\"${a#*=}\";; esac; done");
    program("bin/javac");
    program(
        "bin/mvn",
        "echo \"mvn $* with $JAVA_HOME\" >>" + quoted("started"),
        "[ \"$2\" != -v ] || { cat " + quoted("maven") + "; exit; }",
        "[ ! -e " + quoted("slow") + " ] || sleep 0.5",
        "build=" + quoted("target"),
        "for a in \"$@\"; do case \"$a\" in -Dcharlstm.build=*) build=\"${a#*=}\";; esac; done",
        "mkdir -p \"$build/classes\"; echo other.jar >\"$build/classpath.txt\"",
        "touch -t " + LATER + " \"$build/charlstm-1.jar\"");
    program("bin/locale", "[ \"$1\" != -a ] || { cat " + quoted("locales") + "; exit; }", utf8());
    program("bin/getconf", "echo 'glibc 2.36'");
    write("unknown");
    write("maven");
    write("locales", "C", "POSIX");
  }

  private static String utf8() {
    return "echo UTF-8";
  }

  /** What Java says of itself. */
  void java(String version, String os, String architecture) throws IOException {
    properties.put("java.home", root.toString());
    properties.put("java.version", version);
    properties.put("os.arch", architecture);
    properties.put("os.name", os);
    List<String> lines = new ArrayList<>(List.of("Property settings:"));
    properties.forEach((name, value) -> lines.add("    " + name + " = " + value));
    write("properties", lines.toArray(String[]::new));
  }

  /** Sets a variable of the launcher's environment; null takes it away. */
  void set(String variable, String value) {
    if (value == null) {
      environment.remove(variable);
    } else {
      environment.put(variable, value);
    }
  }

  /** Starts the launcher, which must succeed, and returns the arguments of Java. */
  List<String> launched(String... arguments) throws IOException, InterruptedException {
    Launched launched = launch(arguments);
    assertThat(launched.code()).as(launched.errors()).isZero();
    return launched.out();
  }

  Launched launch(String... arguments) throws IOException, InterruptedException {
    try (ChildProcess launcher = start(arguments)) {
      return end(launcher);
    }
  }

  /** Starts the launcher; the caller closes it. */
  ChildProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(tools.resolve("bash").toString());
    command.add(root + "/scripts/charlstm");
    command.addAll(List.of(arguments));
    return ChildProcess.start(builder(command), (line, process) -> {});
  }

  /** Runs a program in the clone's folder, with the launcher's environment. */
  Launched run(Path program) throws IOException, InterruptedException {
    try (ChildProcess process =
        ChildProcess.start(builder(List.of(program.toString())), (line, p) -> {})) {
      return end(process);
    }
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  static Launched end(ChildProcess process) throws IOException, InterruptedException {
    ChildProcess.Ended ended = process.await();
    return new Launched(ended.code(), ended.out(), ended.err());
  }

  /** The programs that were started, in order; Java with its first argument. */
  List<String> started() throws IOException {
    Path file = root.resolve("started");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  Path write(String name, String... lines) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines));
  }

  void program(String name, String... lines) throws IOException {
    Path file = write(name, "#!" + tools.resolve("bash"), String.join("\n", lines));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Makes a file so many seconds older or younger than the others of this clone. */
  static Path at(Path file, int second) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L + second * 1000));
  }

  private String quoted(String name) {
    return "'" + root.resolve(name) + "'";
  }

  private void link(String tool) throws IOException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path program = Path.of(folder, tool);
      if (Files.isExecutable(program)) {
        Files.createSymbolicLink(tools.resolve(tool), program.toAbsolutePath());
        return;
      }
    }
  }
}
