package io.github.charlstm.crash;

import io.github.charlstm.checkpoint.CheckpointReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The differences between an interrupted run and an uninterrupted one. */
final class Comparison {
  private Comparison() {}

  static List<String> differences(Subject subject, Path run, Path uninterrupted)
      throws IOException {
    List<String> differences = new ArrayList<>();
    List<String> losses = losses(subject, run);
    List<String> expected = losses(subject, uninterrupted);
    if (!losses.equals(expected)) {
      differences.add(
          "metrics.jsonl differs: " + losses.size() + " lines, expected " + expected.size());
    }
    CheckpointReader found = CheckpointReader.open(subject.variables(run));
    CheckpointReader wanted = CheckpointReader.open(subject.variables(uninterrupted));
    if (!found.tensors().equals(wanted.tensors())) {
      differences.add("the checkpoints hold other variables");
      return differences;
    }
    found.tensors().keySet().stream()
        .filter(name -> !sameBits(name, found, wanted))
        .forEach(name -> differences.add("variable " + name + " differs"));
    leftOvers(run).forEach(file -> differences.add(file + " is left over"));
    return differences;
  }

  private static boolean sameBits(String name, CheckpointReader a, CheckpointReader b) {
    return name.equals("global_step")
        ? Arrays.equals(a.readLongs(name), b.readLongs(name))
        : Arrays.equals(bits(a.readFloats(name)), bits(b.readFloats(name)));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = Float.floatToRawIntBits(values[k]);
    }
    return bits;
  }

  /** The metrics file without times and without what is measured at the last step of a process. */
  private static List<String> losses(Subject subject, Path run) throws IOException {
    return Files.readAllLines(subject.metrics(run)).stream()
        .map(line -> line.replaceAll("\"seconds\":[^,}]*|,\"test_accuracy\":[^,}]*", ""))
        .toList();
  }

  private static List<Path> leftOvers(Path run) throws IOException {
    try (Stream<Path> children = Files.list(run)) {
      return children
          .filter(child -> child.getFileName().toString().matches("\\.(tmp|old)-.*|.*\\.part"))
          .toList();
    }
  }
}
