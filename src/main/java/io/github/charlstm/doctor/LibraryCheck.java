package io.github.charlstm.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * TensorFlow's library, tried in a process of its own. The probe prints a line each that begins
 * with {@code platform}, {@code tensorflow}, {@code library} and {@code product}.
 */
final class LibraryCheck {
  static final String TOPIC = "tensorflow";
  private static final int PATIENCE_SECONDS = 60;
  private static final String ISA = "cpu,isa:";
  private static final String REINSTALL =
      "build anew on this machine (mvn package), which fetches the library for it";

  private final String probe;
  private Optional<Command> answer = Optional.empty();

  LibraryCheck(String probe) {
    this.probe = probe;
  }

  List<Finding> look() {
    answer = Command.run(command(), variables(), PATIENCE_SECONDS);
    List<Finding> findings = new ArrayList<>();
    Finding jar = jar();
    findings.add(jar);
    if (answer.isEmpty()) {
      findings.add(
          Finding.problem(
              TOPIC,
              "library",
              "a Java that loads it could not be started, or did not end",
              "look for processes that may not be started, or a machine that is very busy"));
      return findings;
    }
    findings.add(loaded(answer.get(), jar.status() == Finding.Status.OK));
    said("library ")
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .map(LibraryCheck::unpacked)
        .ifPresent(findings::add);
    return findings;
  }

  /** What oneDNN says it uses; empty if it was not reached. */
  Optional<String> instructions() {
    return answer.flatMap(
        command ->
            command
                .out()
                .lines()
                .filter(line -> line.startsWith("onednn_verbose") && line.contains(ISA))
                .map(line -> line.substring(line.indexOf(ISA) + ISA.length()))
                .findFirst());
  }

  /** The folder that the libraries are unpacked to. */
  Path natives() {
    return said("library ")
        .filter(path -> !path.isEmpty())
        .map(path -> Path.of(path).getParent())
        .orElse(Path.of(System.getProperty("user.home"), ".javacpp", "cache"));
  }

  private List<String> command() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-XX:TieredStopAtLevel=1");
    words.add("-Xmx256m");
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("org.bytedeco.") || name.equals("java.io.tmpdir"))
        .forEach(name -> words.add("-D" + name + "=" + System.getProperty(name)));
    words.add(probe);
    return words;
  }

  // The class path may be longer than a command line on some systems.
  private static Map<String, String> variables() {
    return Map.of("CLASSPATH", System.getProperty("java.class.path"), "ONEDNN_VERBOSE", "1");
  }

  private static Finding jar() {
    List<String> jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(path -> Path.of(path).getFileName())
            .map(String::valueOf)
            .filter(name -> name.startsWith("tensorflow-core-native-"))
            .toList();
    // Of the two jars without and with a platform only the second has a library in it.
    List<String> platforms =
        jars.stream().filter(name -> name.matches(".*(linux|macosx|windows)-.*")).toList();
    return platforms.isEmpty()
        ? Finding.problem(TOPIC, "platform jar", "none on the class path", REINSTALL)
        : Finding.ok(TOPIC, "platform jar", String.join(", ", platforms));
  }

  private Finding loaded(Command command, boolean there) {
    Optional<String> version = said("tensorflow ");
    if (command.code() == 0 && said("product ").filter("right"::equals).isPresent()) {
      return Finding.ok(
          TOPIC, "library", "TensorFlow " + version.orElse("?") + " loads and multiplies");
    }
    if (command.code() == 0) {
      return Finding.problem(
          TOPIC,
          "library",
          "TensorFlow " + version.orElse("?") + " loads, but its products are wrong",
          "look for a processor or memory that fails; report it as a bug if others are right");
    }
    return Finding.problem(TOPIC, "library", reason(command), there ? advice(command) : REINSTALL);
  }

  private static String reason(Command command) {
    if (command.code() > 128) {
      return "the process that loaded it was ended by signal " + (command.code() - 128);
    }
    return command
        .err()
        .lines()
        .filter(line -> line.contains("Error") || line.contains("Exception"))
        .findFirst()
        .map(line -> line.replaceFirst("^Exception in thread \"main\" ", ""))
        .orElse("cannot be loaded, exit code " + command.code());
  }

  private static String advice(Command command) {
    int illegalInstruction = 132;
    int aborted = 134;
    if (command.code() == illegalInstruction || command.code() == aborted) {
      return "the library needs a processor with AVX; in a virtual machine, pass the host's through";
    }
    return command.err().contains("noexec") || command.err().contains("failed to map segment")
        ? "its folder does not allow programs (noexec); name another with"
            + " CHARLSTM_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER"
        : "remove the folder ~/.javacpp/cache, which is filled anew; if that does not help, "
            + REINSTALL;
  }

  private static Finding unpacked(Path library) {
    Path folder = library.getParent();
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
        bytes += Files.size(file);
      }
      return Finding.ok(
          TOPIC, "unpacked to", String.format(Locale.ROOT, "%s (%,d MB)", folder, bytes >> 20));
    } catch (IOException e) {
      return Finding.ok(TOPIC, "unpacked to", folder.toString());
    }
  }

  private Optional<String> said(String start) {
    return answer.flatMap(
        command ->
            command
                .out()
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst());
  }
}
