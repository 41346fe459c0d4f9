package io.github.charlstm.doctor;

import io.github.charlstm.machine.JavaProgram;
import io.github.charlstm.machine.Processor;
import io.github.charlstm.machine.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * TensorFlow's library, tried in a process of its own. The probe prints a line each that begins
 * with {@code platform}, {@code jar} (that holds the library; nothing behind it if there is none),
 * {@code natives} (the folder it is unpacked to), {@code tensorflow}, {@code library} and {@code
 * product}.
 */
final class TensorFlowCheck {
  static final String TOPIC = "tensorflow";
  private static final int PATIENCE_SECONDS = 600; // of a hang only; unpacking may take minutes
  private static final String ISA = "cpu,isa:";

  private final String probe;
  private final Processor processor;
  private Optional<Subprocess> answer = Optional.empty();

  TensorFlowCheck(String probe, Processor processor) {
    this.probe = probe;
    this.processor = processor;
  }

  List<CheckResult> look() {
    if (!JavaProgram.canBeStarted()) {
      return List.of(
          CheckResult.warning(
              TOPIC,
              "library",
              "cannot be tried: this Java has no program bin/java",
              "look with a JDK or JRE that has one"));
    }
    answer = JavaProgram.run(probe, Map.of("ONEDNN_VERBOSE", "1"), PATIENCE_SECONDS);
    if (answer.isEmpty()) {
      return List.of(
          CheckResult.problem(
              TOPIC,
              "library",
              "a Java that loads it could not be started, or did not end",
              "look for processes that may not be started, or a machine that is very busy"));
    }
    List<CheckResult> findings = new ArrayList<>();
    said("jar").map(this::jar).ifPresent(findings::add);
    findings.add(library(answer.get()));
    said("library").map(Path::of).map(TensorFlowCheck::unpacked).ifPresent(findings::add);
    return findings;
  }

  /** Whether it can be loaded, and its products are right. */
  boolean loads() {
    return answer.filter(command -> command.code() == 0).isPresent()
        && said("product").filter("right"::equals).isPresent();
  }

  /** What oneDNN says it uses; empty if it was not reached. */
  Optional<String> instructions() {
    return lines()
        .filter(line -> line.startsWith("onednn_verbose") && line.contains(ISA))
        .map(line -> line.substring(line.indexOf(ISA) + ISA.length()))
        .findFirst();
  }

  /** The folder that the libraries are unpacked to; empty if nobody said. */
  Optional<Path> natives() {
    return said("natives").filter(path -> !path.isEmpty()).map(Path::of);
  }

  private OptionalLong free() {
    return natives()
        .filter(folder -> folder.toFile().getTotalSpace() > 0)
        .map(folder -> OptionalLong.of(folder.toFile().getUsableSpace()))
        .orElse(OptionalLong.empty());
  }

  private CheckResult jar(String name) {
    return name.isEmpty()
        ? CheckResult.problem(
            TOPIC,
            "platform jar",
            "none for " + said("platform").orElse("this system"),
            LoadFailure.REINSTALL)
        : CheckResult.ok(TOPIC, "platform jar", name);
  }

  private CheckResult library(Subprocess command) {
    String version = "TensorFlow " + said("tensorflow").orElse("?");
    if (loads()) {
      return CheckResult.ok(TOPIC, "library", version + " loads and multiplies");
    }
    if (command.code() == 0) {
      return CheckResult.problem(
          TOPIC,
          "library",
          version + " loads, but its products are wrong",
          "look for a processor or memory that fails; report it as a bug if others are right");
    }
    LoadFailure failure = LoadFailure.of(command, natives(), free(), processor);
    return CheckResult.problem(TOPIC, "library", failure.reason(), failure.advice());
  }

  private static CheckResult unpacked(Path library) {
    Path folder = library.getParent();
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      // Beside the libraries are links to them.
      for (Path file : files.toList()) {
        bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
      }
      return CheckResult.ok(
          TOPIC,
          "unpacked to",
          String.format(Locale.ROOT, "%s (%,d MB)", folder, bytes / 1_000_000));
    } catch (IOException e) {
      return CheckResult.ok(TOPIC, "unpacked to", folder.toString());
    }
  }

  private Optional<String> said(String what) {
    return lines()
        .filter(line -> line.startsWith(what + " "))
        .map(line -> line.substring(what.length() + 1))
        .findFirst();
  }

  private Stream<String> lines() {
    return answer.stream().flatMap(command -> command.out().lines());
  }
}
